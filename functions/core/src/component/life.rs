//! A component's life: instance, ready point, requests.

use super::cli::Exit;
use super::http::{IncomingRequest, ResponseOutparam};
use super::talk::Response;
use super::{State, absent, whole};
use crate::image::Image;
use crate::machine::{self, describe};
use crate::world::World;
use abi::image;
use alloc::format;
use alloc::string::String;
use core::ptr::NonNull;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker, Resource, TypedFunc};
use wasmtime::{Error, Result, Store, Trap, WasmBacktrace};

/// The newest versions of the interfaces that are called; a component may export an older 0.2.
const HANDLER: (&str, &str) = ("wasi:http/incoming-handler@0.2.12", "handle");
const RUN: (&str, &str) = ("wasi:cli/run@0.2.12", "run");
/// Bytes of arguments that one call may carry, at the most: they are copied out of the component's memory.
const CALL_MAX: usize = 16 << 20;

/// What is called.
struct Entry {
    function: ComponentExportIndex,
    /// It is Spin's first, with whole bodies.
    whole: bool,
}

pub(crate) fn live(mut world: World, image: &Image) -> ! {
    let limit = world.host.budget().limit();
    let serves_http = image.kind == image::KIND_HTTP;
    let (pre, entry) = match prepare(image, limit) {
        Ok(prepared) => prepared,
        Err(text) => world.host.failed(format_args!("{text}")),
    };
    let mut store = Store::new(pre.engine(), State::new(world, serves_http, image.variables));
    store.limiter(|state: &mut State| state.limiter());
    store.set_hostcall_fuel(CALL_MAX);
    if store.data().world.host.wants_snapshot_at_start() {
        store.data_mut().world.ready();
    }
    let ended = if serves_http { serve(&mut store, &pre, &entry) } else { run(&mut store, &pre, &entry) };
    end(store.data_mut(), ended)
}

/// Everything that can be said of an image before its program runs.
fn prepare(image: &Image, limit: u64) -> Result<(InstancePre<State>, Entry), String> {
    let engine = machine::engine()?;
    // SAFETY: the compiler made this code, and the host read it from a cache that only it writes; the image stays mapped, unchanged, for good.
    let component = unsafe { Component::deserialize_raw(&engine, NonNull::from(image.code)) };
    let component = component.map_err(|e| format!("the compiled code does not load: {e:#}"))?;
    let resources = component.resources_required();
    machine::check_memory(resources.and_then(|r| r.max_initial_memory_size).unwrap_or(0), limit)?;
    let wanted = if image.kind == image::KIND_HTTP { HANDLER } else { RUN };
    let find = |(interface, function): (&str, &str)| component.get_export_index(None, interface).and_then(|i| component.get_export_index(Some(&i), function));
    let entry = find(wanted)
        .map(|function| Entry { function, whole: false })
        .or_else(|| find(whole::INBOUND).map(|function| Entry { function, whole: true }))
        .ok_or_else(|| format!("the component does not export {}", wanted.0))?;
    let mut linker = Linker::new(&engine);
    super::link(&mut linker).and_then(|()| absent::link(&mut linker, &component)).map_err(|e| format!("the runtime does not start: {e:#}"))?;
    let pre = linker.instantiate_pre(&component).map_err(|e| format!("the component does not link: {e:#}"))?;
    Ok((pre, entry))
}

fn run(store: &mut Store<State>, pre: &InstancePre<State>, entry: &Entry) -> Result<i32> {
    let instance = pre.instantiate(&mut *store)?;
    let run = instance.get_typed_func::<(), (core::result::Result<(), ()>,)>(&mut *store, &entry.function)?;
    let (result,) = run.call(store, ())?;
    Ok(i32::from(result.is_err()))
}

/// An instance's handler, its type checked.
enum Handler {
    Streaming(TypedFunc<(Resource<IncomingRequest>, Resource<ResponseOutparam>), ()>),
    Whole(whole::Handler),
}

/// Serves request after request; ends only with an error.
fn serve(store: &mut Store<State>, pre: &InstancePre<State>, entry: &Entry) -> Result<i32> {
    let instance = pre.instantiate(&mut *store)?;
    let handler = if entry.whole {
        Handler::Whole(instance.get_typed_func(&mut *store, &entry.function)?)
    } else {
        Handler::Streaming(instance.get_typed_func(&mut *store, &entry.function)?)
    };
    loop {
        let head = store.data_mut().world.next_head();
        handle(store, &handler, &head)?;
        let state = store.data_mut();
        state.close_response(false);
        if state.talk.response == Response::Unset {
            state.respond_error("internal-error", "the component returned without setting a response");
        }
    }
}

fn handle(store: &mut Store<State>, handler: &Handler, head: &[u8]) -> Result<()> {
    let state = store.data_mut();
    let body = state.talk.begin();
    let request = match IncomingRequest::parse(head, body) {
        Ok(request) => request,
        Err(malformed) => state.world.host.panic(format_args!("the hand-over is broken: {}", malformed.0)),
    };
    state.receive();
    match handler {
        Handler::Whole(handler) => whole::handle(store, handler, request),
        Handler::Streaming(handler) => {
            let request = state.table.push(request)?;
            let outparam = state.table.push(ResponseOutparam)?;
            handler.call(store, (request, outparam))
        }
    }
}

fn end(state: &mut State, ended: Result<i32>) -> ! {
    let error = match ended {
        Ok(status) => {
            state.world.ready();
            state.world.host.exited(status)
        }
        Err(error) => error,
    };
    if let Some(Exit(status)) = error.downcast_ref() {
        exit(state, *status)
    }
    fail(state, &error)
}

fn exit(state: &mut State, status: i32) -> ! {
    state.world.ready();
    if state.talk.serves_http {
        state.close_response(status != 0);
        if state.talk.response == Response::Unset {
            state.respond_error("internal-error", &format!("the component exited with status {status} without setting a response"));
        }
    }
    state.world.host.exited(status)
}

fn fail(state: &mut State, error: &Error) -> ! {
    let text = describe(error);
    match error.downcast_ref::<Trap>() {
        None if !state.world.is_ready() && error.downcast_ref::<WasmBacktrace>().is_none() => state.world.host.failed(format_args!("{text}")),
        _ => {
            state.close_response(true);
            state.world.host.trapped(format_args!("{text}"))
        }
    }
}
