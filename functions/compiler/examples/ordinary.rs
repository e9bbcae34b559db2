//! Runs a WASI command under the `wasmtime` crate as an ordinary process, with wasmtime's own defaults: what the benchmark compares a
//! machine's speed with. Just the calls that `functions/kernels` makes are there; standard input is empty.
//!
//! usage: ordinary FILE.wasm [ARG]...
use std::io::Write;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use wasmtime::{Caller, Engine, Error, Extern, Linker, Memory, Module, Store};

struct Program {
    arguments: Vec<Vec<u8>>,
    started: Instant,
}

fn memory(caller: &mut Caller<'_, Program>) -> Result<Memory, Error> {
    caller.get_export("memory").and_then(Extern::into_memory).ok_or_else(|| Error::msg("the program exports no memory"))
}

fn number(memory: &Memory, caller: &Caller<'_, Program>, at: i32) -> Result<u32, Error> {
    let mut bytes = [0; 4];
    memory.read(caller, at as u32 as usize, &mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn put(memory: &Memory, caller: &mut Caller<'_, Program>, at: i32, value: u32) -> Result<(), Error> {
    Ok(memory.write(caller, at as u32 as usize, &value.to_le_bytes())?)
}

fn clock_time_get(mut caller: Caller<'_, Program>, clock: i32, _precision: i64, into: i32) -> Result<i32, Error> {
    let time = match clock {
        0 => SystemTime::now().duration_since(UNIX_EPOCH)?,
        _ => caller.data().started.elapsed(),
    };
    let memory = memory(&mut caller)?;
    memory.write(&mut caller, into as u32 as usize, &(time.as_nanos() as u64).to_le_bytes())?;
    Ok(0)
}

fn fd_read(mut caller: Caller<'_, Program>, _fd: i32, _vectors: i32, _count: i32, got: i32) -> Result<i32, Error> {
    let memory = memory(&mut caller)?;
    put(&memory, &mut caller, got, 0)?;
    Ok(0)
}

fn fd_write(mut caller: Caller<'_, Program>, _fd: i32, vectors: i32, count: i32, written: i32) -> Result<i32, Error> {
    let memory = memory(&mut caller)?;
    let mut total = 0;
    for vector in 0..count {
        let at = number(&memory, &caller, vectors + 8 * vector)?;
        let length = number(&memory, &caller, vectors + 8 * vector + 4)?;
        let mut bytes = vec![0; length as usize];
        memory.read(&caller, at as usize, &mut bytes)?;
        std::io::stdout().write_all(&bytes)?;
        total += length;
    }
    put(&memory, &mut caller, written, total)?;
    Ok(0)
}

fn args_sizes_get(mut caller: Caller<'_, Program>, count: i32, bytes: i32) -> Result<i32, Error> {
    let memory = memory(&mut caller)?;
    let arguments = &caller.data().arguments;
    let (number, size) = (arguments.len() as u32, arguments.iter().map(|a| a.len() as u32 + 1).sum());
    put(&memory, &mut caller, count, number)?;
    put(&memory, &mut caller, bytes, size)?;
    Ok(0)
}

fn args_get(mut caller: Caller<'_, Program>, pointers: i32, bytes: i32) -> Result<i32, Error> {
    let memory = memory(&mut caller)?;
    let arguments = caller.data().arguments.clone();
    let mut at = bytes;
    for (index, argument) in arguments.iter().enumerate() {
        put(&memory, &mut caller, pointers + 4 * index as i32, at as u32)?;
        memory.write(&mut caller, at as u32 as usize, argument)?;
        memory.write(&mut caller, at as u32 as usize + argument.len(), &[0])?;
        at += argument.len() as i32 + 1;
    }
    Ok(0)
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let file = arguments.first().ok_or_else(|| Error::msg("usage: ordinary FILE.wasm [ARG]..."))?;
    let engine = Engine::default();
    let module = Module::from_file(&engine, file)?;
    let mut linker = Linker::new(&engine);
    let wasi = "wasi_snapshot_preview1";
    linker.func_wrap(wasi, "clock_time_get", clock_time_get)?;
    linker.func_wrap(wasi, "fd_read", fd_read)?;
    linker.func_wrap(wasi, "fd_write", fd_write)?;
    linker.func_wrap(wasi, "args_sizes_get", args_sizes_get)?;
    linker.func_wrap(wasi, "args_get", args_get)?;
    linker.func_wrap(wasi, "proc_exit", |status: i32| -> () { std::process::exit(status) })?;
    let program = Program { arguments: arguments.iter().map(|a| a.clone().into_bytes()).collect(), started: Instant::now() };
    let mut store = Store::new(&engine, program);
    let instance = linker.instantiate(&mut store, &module)?;
    instance.get_typed_func::<(), ()>(&mut store, "_start")?.call(&mut store, ())?;
    Ok(())
}
