//! What we rely on in compiled code: bounds are checked by absent pages, and a guest that only has the shared configuration takes the code.

use object::{Object, ObjectSection};
use settings::CpuFeatures;
use wasmtime::{Config, Engine, Instance, Module, Store, Trap, WasmFeatures};

fn compile(config: &Config, module: &str) -> Vec<u8> {
    Engine::new(config).unwrap().precompile_module(&wat::parse_str(module).unwrap()).unwrap()
}

fn compile_for_any_cpu(module: &str) -> Vec<u8> {
    compile(&settings::compiler(&CpuFeatures::baseline()).unwrap(), module)
}

/// The start of a module's machine code.
fn code(cwasm: &[u8]) -> Vec<u8> {
    object::File::parse(cwasm).unwrap().section_by_name(".text").unwrap().data().unwrap().to_vec()
}

/// A guest's engine: it loads, and never compiles.
fn guest() -> Engine {
    Engine::new(&settings::shared()).unwrap()
}

fn load(cwasm: &[u8]) -> Module {
    // SAFETY: the bytes are what wasmtime just made, in this process, for this CPU.
    unsafe { Module::deserialize(&guest(), cwasm) }.unwrap()
}

#[test]
fn a_load_from_a_32_bit_memory_has_no_bounds_check() {
    let cwasm = compile_for_any_cpu("(module (memory 1) (func (param i32) (result i32) (i32.load offset=1024 (local.get 0))))");
    #[rustfmt::skip]
    let expected = [
        0x55,                                           // push rbp
        0x48, 0x89, 0xe5,                               // mov  rbp, rsp
        0x48, 0x8b, 0x77, 0x38,                         // mov  rsi, [rdi + 0x38]       the memory's base
        0x8b, 0xfa,                                     // mov  edi, edx                the index, 32 bits
        0x8b, 0x84, 0x3e, 0x00, 0x04, 0x00, 0x00,       // mov  eax, [rsi + rdi + 1024]
        0x48, 0x89, 0xec,                               // mov  rsp, rbp
        0x5d,                                           // pop  rbp
        0xc3,                                           // ret
    ];
    assert_eq!(code(&cwasm)[..expected.len()], expected);
}

#[test]
fn a_store_to_a_32_bit_memory_has_no_bounds_check() {
    let cwasm = compile_for_any_cpu("(module (memory 1) (func (param i32 i64) (i64.store (local.get 0) (local.get 1))))");
    #[rustfmt::skip]
    let expected = [
        0x55,                                           // push rbp
        0x48, 0x89, 0xe5,                               // mov  rbp, rsp
        0x48, 0x8b, 0x77, 0x38,                         // mov  rsi, [rdi + 0x38]
        0x8b, 0xfa,                                     // mov  edi, edx
        0x48, 0x89, 0x0c, 0x3e,                         // mov  [rsi + rdi], rcx
        0x48, 0x89, 0xec,                               // mov  rsp, rbp
        0x5d,                                           // pop  rbp
        0xc3,                                           // ret
    ];
    assert_eq!(code(&cwasm)[..expected.len()], expected);
}

#[test]
fn a_division_relies_on_the_cpu_s_trap() {
    let cwasm = compile_for_any_cpu("(module (func (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1))))");
    let conditional_jumps = code(&cwasm)[..32].windows(2).filter(|pair| pair[0] == 0x0f && pair[1] & 0xf0 == 0x80).count();
    assert_eq!(conditional_jumps, 0);
}

#[test]
fn a_guest_with_the_shared_configuration_runs_the_code_and_gets_its_traps() {
    // Twice the Wasm stack: what a guest must have, more than a test's thread has.
    let guest = std::thread::Builder::new().stack_size(2 * settings::WASM_STACK).spawn(run_and_trap).unwrap();
    guest.join().unwrap();
}

fn run_and_trap() {
    let cwasm = compile(
        &settings::compiler(&CpuFeatures::of_host()).unwrap(),
        r#"(module (memory 1)
            (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
            (func (export "divide") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
            (func $deep (export "deep") (param i32) (result i32) (call $deep (local.get 0)))
            (func (export "pop") (param i32) (result i32) (i32.popcnt (local.get 0)))
            (tag $t (param i32))
            (func (export "catch") (param i32) (result i32) (block (result i32) (try_table (catch $t 0) (throw $t (local.get 0))) (unreachable)))
            (type $box (struct (field i32)))
            (func (export "box") (param i32) (result i32) (struct.get $box 0 (struct.new $box (local.get 0)))))"#,
    );
    let module = load(&cwasm);
    let mut store = Store::new(module.engine(), ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let mut call = |name: &str, argument: u32| -> Result<u32, Trap> {
        let function = instance.get_typed_func::<u32, u32>(&mut store, name).unwrap();
        function.call(&mut store, argument).map_err(|error| error.downcast::<Trap>().unwrap())
    };
    assert_eq!(call("load", 65532), Ok(0));
    assert_eq!(call("load", 65533), Err(Trap::MemoryOutOfBounds));
    assert_eq!(call("load", u32::MAX), Err(Trap::MemoryOutOfBounds));
    assert_eq!(call("divide", 0), Err(Trap::IntegerDivisionByZero));
    assert_eq!(call("deep", 0), Err(Trap::StackOverflow));
    assert_eq!(call("pop", 7), Ok(3));
    assert_eq!(call("catch", 5), Ok(5));
    assert_eq!(call("box", 6), Ok(6));
}

#[test]
fn code_for_any_cpu_loads_too() {
    load(&compile_for_any_cpu("(module (func (param i32) (result i32) (i32.popcnt (local.get 0))))"));
}

#[test]
fn a_guest_that_differs_refuses_the_code() {
    let cwasm = compile_for_any_cpu("(module)");
    let mut other = settings::shared();
    other.memory_guard_size(0);
    // SAFETY: as in `load`.
    let error = unsafe { Module::deserialize(&Engine::new(&other).unwrap(), &cwasm) }.unwrap_err();
    assert!(format!("{error:#}").contains("memory guard size"), "{error:#}");
}

#[test]
fn the_features_are_wasmtime_s_own_but_threads() {
    let shown = |config: &Config| -> Vec<String> {
        format!("{config:?}").split(", ").filter(|field| field.contains("wasm_") && field.ends_with("true")).map(str::to_owned).collect()
    };
    let mut default = Config::new();
    default.wasm_features(WasmFeatures::THREADS | WasmFeatures::CM_ASYNC, false);
    let strip = |list: Vec<String>| -> Vec<String> { list.into_iter().map(|field| field.replace("Config { ", "")).collect() };
    assert_eq!(strip(shown(&settings::shared())), strip(shown(&default)));
}
