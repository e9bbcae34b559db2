//! `wasi:sockets`: there is no network but by HTTP. A component may import it, as language runtimes do, and is refused.

use super::State;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, LinkerInstance, Resource, ResourceAny, ResourceType, Val, types};
use wasmtime::{Result, StoreContextMut, bail};

const PACKAGE: &str = "wasi:sockets/";
/// What says no.
const DENIED: &str = "access-denied";

/// Stands for every resource of the package. Only `instance-network` gives one.
struct Socket;

/// Defines what of the package the component imports, whatever its version: every call that may fail fails.
pub(super) fn link(linker: &mut Linker<State>, component: &Component) -> Result<()> {
    let engine = linker.engine().clone();
    for (name, import) in component.component_type().imports(&engine) {
        let ComponentItem::ComponentInstance(interface) = import.ty else { continue };
        if !name.starts_with(PACKAGE) {
            continue;
        }
        let mut instance = linker.instance(name)?;
        for (item, export) in interface.exports(&engine) {
            define(&mut instance, item, &export.ty)?;
        }
    }
    Ok(())
}

fn define(instance: &mut LinkerInstance<'_, State>, name: &str, item: &ComponentItem) -> Result<()> {
    match item {
        ComponentItem::Resource(_) if is_own(name) => instance.resource(name, ResourceType::host::<Socket>(), |_, _| Ok(())),
        ComponentItem::ComponentFunc(_) if name == "instance-network" => instance.func_new(name, |store, _, _, results| {
            results[0] = Val::Resource(ResourceAny::try_from_resource(Resource::<Socket>::new_own(0), store)?);
            Ok(())
        }),
        ComponentItem::ComponentFunc(_) => instance.func_new(name, refuse),
        _ => Ok(()),
    }
}

/// Resources of other packages, which interfaces name again.
fn is_own(name: &str) -> bool {
    !matches!(name, "pollable" | "input-stream" | "output-stream" | "error")
}

fn refuse(_: StoreContextMut<'_, State>, function: types::ComponentFunc, _: &[Val], results: &mut [Val]) -> Result<()> {
    match (function.results().next(), results) {
        (Some(types::Type::Result(_)), [result]) => {
            *result = Val::Result(Err(Some(alloc::boxed::Box::new(Val::Enum(DENIED.into())))));
            Ok(())
        }
        _ => bail!("there are no sockets here"),
    }
}
