//! A machine's life, from its first entry to the program's end.

use crate::component;
use crate::host::{self, Host};
use crate::image::Image;
use crate::platform::Platform;
use crate::preview1::{self, Exit, State};
use crate::vfs;
use crate::world::World;
use abi::image;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt::Write;
use core::ptr::NonNull;
use wasmtime::{CustomCodeMemory, Engine, Error, ExternType, InstancePre, Linker, Module, Result, Store, Trap, UnknownImportError, WasmBacktrace};

/// Bytes of a linear memory's page.
const WASM_PAGE: u64 = 64 * 1024;
/// Frames of a trap's backtrace that its message names.
const FRAMES: usize = 12;

/// Runs the machine. Called once, on the only thread, after the host has entered with BOOT; never returns, because a machine ends by leaving.
pub fn run<P: Platform + 'static>(platform: P) -> ! {
    let image = Image::parse(platform.image());
    let limit = image.as_ref().map_or(0, |i| i.memory_limit);
    // SAFETY: what `Platform::exchange` promises.
    let page = unsafe { crate::exchange::Exchange::new(platform.exchange()) }.host();
    let mut host = Host::new(Box::new(platform), limit);
    if !host::version_fits(&page) {
        host.panic(format_args!("the host speaks version {} and gave command {}", page.version, page.command));
    }
    let image = match image {
        Ok(image) => image,
        Err(malformed) => host.failed(format_args!("the function's image is broken: {}", malformed.0)),
    };
    match vfs::preopens(image.tree, image.content()) {
        Ok(directories) => {
            let world = World::new(host, &image, &directories);
            if image.kind == image::KIND_COMMAND { live(world, &image) } else { component::live(world, &image) }
        }
        Err(malformed) => host.failed(format_args!("the function's files are broken: {}", malformed.0)),
    }
}

fn live(mut world: World, image: &Image) -> ! {
    let limit = world.host.budget().limit();
    let pre = match prepare(image, limit) {
        Ok(pre) => pre,
        Err(text) => world.host.failed(format_args!("{text}")),
    };
    let mut store = Store::new(pre.module().engine(), State::new(world));
    store.limiter(|state: &mut State| state.limiter());
    if store.data().world.host.wants_snapshot_at_start() {
        store.data_mut().world.ready();
    }
    let started = start(&mut store, &pre);
    let world = &mut store.data_mut().world;
    let error = match started {
        Ok(()) => {
            world.ready();
            world.host.exited(0)
        }
        Err(error) => error,
    };
    if let Some(Exit(status)) = error.downcast_ref() {
        world.ready();
        world.host.exited(*status)
    }
    let text = describe(&error);
    match error.downcast_ref::<Trap>() {
        None if !world.is_ready() && error.downcast_ref::<WasmBacktrace>().is_none() => world.host.failed(format_args!("{text}")),
        _ => world.host.trapped(format_args!("{text}")),
    }
}

/// Everything that can be said of an image before its program runs.
fn prepare(image: &Image, limit: u64) -> Result<InstancePre<State>, String> {
    let engine = engine()?;
    // SAFETY: the compiler made this code, and the host read it from a cache that only it writes; the image stays mapped, unchanged, for good.
    let module = unsafe { Module::deserialize_raw(&engine, NonNull::from(image.code)) }.map_err(|e| format!("the compiled code does not load: {e:#}"))?;
    check(&module, limit)?;
    let mut linker = Linker::new(&engine);
    preview1::link(&mut linker).map_err(|e| format!("the runtime does not start: {e:#}"))?;
    linker.instantiate_pre(&module).map_err(|e| match e.downcast_ref::<UnknownImportError>() {
        Some(import) => format!("the module imports `{}` from `{}`, which does not exist here", import.name(), import.module()),
        None => format!("the module does not link: {e:#}"),
    })
}

/// The runtime that loads what the compiler made.
pub(crate) fn engine() -> Result<Engine, String> {
    let mut config = settings::shared();
    config.with_custom_code_memory(Some(Arc::new(InPlace)));
    Engine::new(&config).map_err(|e| format!("the runtime does not start: {e:#}"))
}

fn check(module: &Module, limit: u64) -> Result<(), String> {
    match module.get_export("_start") {
        Some(ExternType::Func(f)) if f.params().len() == 0 && f.results().len() == 0 => (),
        Some(_) => return Err("the module's export `_start` is not a function without parameters and results".into()),
        None => return Err("the module has no export `_start`: it is not a WASI command".into()),
    }
    check_memory(module.resources_required().max_initial_memory_size.unwrap_or(0), limit)
}

/// Whether a memory of so many pages at the start can be had.
pub(crate) fn check_memory(pages: u64, limit: u64) -> Result<(), String> {
    let memory = pages.saturating_mul(WASM_PAGE);
    if memory > limit {
        return Err(format!("the module's memory starts with {memory} bytes, more than the function's memory limit of {limit} bytes"));
    }
    Ok(())
}

fn start(store: &mut Store<State>, pre: &InstancePre<State>) -> Result<()> {
    let instance = pre.instantiate(&mut *store)?;
    let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
    start.call(store, ())
}

/// An error for people: what happened, then where.
pub(crate) fn describe(error: &Error) -> String {
    let mut text = format!("{}", error.root_cause());
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return text };
    for frame in trace.frames().iter().take(FRAMES) {
        let module = frame.module().name().unwrap_or("<module>");
        let _ = match frame.func_name() {
            Some(name) => write!(text, "\n  at {module}!{name}"),
            None => write!(text, "\n  at {module}!<function {}>", frame.func_index()),
        };
        if let Some(offset) = frame.module_offset() {
            let _ = write!(text, " ({offset:#x})");
        }
    }
    let more = trace.frames().len().saturating_sub(FRAMES);
    if more > 0 {
        let _ = write!(text, "\n  and {more} more");
    }
    text
}

/// The image is mapped readable and executable, and never written: nothing is to do.
struct InPlace;

impl CustomCodeMemory for InPlace {
    fn required_alignment(&self) -> usize {
        abi::PAGE
    }

    fn publish_executable(&self, _: *const u8, _: usize) -> Result<()> {
        Ok(())
    }

    fn unpublish_executable(&self, _: *const u8, _: usize) -> Result<()> {
        Ok(())
    }
}
