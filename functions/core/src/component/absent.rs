//! What a component may import and not use: `wasi:sockets`, since there is no network but by HTTP, and those of Spin's services that are not served.
//! Language runtimes and SDKs import all of it. Every call that may fail fails, the others trap.

use super::State;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use wasmtime::component::types::{ComponentItem, Type};
use wasmtime::component::{Component, Linker, LinkerInstance, Resource, ResourceAny, ResourceType, Val};
use wasmtime::{Result, bail};

/// Beginnings of the interfaces' names. Spin's first ones have no version.
const ABSENT: [&str; 10] = [
    "wasi:sockets/",
    "fermyon:spin/llm",
    "fermyon:spin/mqtt",
    "fermyon:spin/mysql",
    "fermyon:spin/postgres",
    "fermyon:spin/rdbms-types",
    "fermyon:spin/redis",
    "fermyon:spin/sqlite",
    "spin:postgres/",
    "spin:sqlite/",
];
/// The error that says no, where an interface has it.
const DENIED: &str = "access-denied";
/// The error that says why, where an interface has it.
const OTHER: &str = "other";

/// Stands for every resource that is not there. Only `instance-network` gives one.
struct Absent;

/// Defines what of these interfaces the component imports, whatever their version.
pub(super) fn link(linker: &mut Linker<State>, component: &Component) -> Result<()> {
    let engine = linker.engine().clone();
    for (name, import) in component.component_type().imports(&engine) {
        let ComponentItem::ComponentInstance(interface) = import.ty else { continue };
        if !ABSENT.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        let mut instance = linker.instance(name)?;
        for (item, export) in interface.exports(&engine) {
            define(&mut instance, name, item, &export.ty)?;
        }
    }
    Ok(())
}

fn define(instance: &mut LinkerInstance<'_, State>, interface: &str, name: &str, item: &ComponentItem) -> Result<()> {
    match item {
        ComponentItem::Resource(_) if is_own(name) => instance.resource(name, ResourceType::host::<Absent>(), |_, _| Ok(())),
        ComponentItem::ComponentFunc(_) if name == "instance-network" => instance.func_new(name, |store, _, _, results| {
            results[0] = Val::Resource(ResourceAny::try_from_resource(Resource::<Absent>::new_own(0), store)?);
            Ok(())
        }),
        ComponentItem::ComponentFunc(_) => {
            let what = format!("{interface}#{name} is not served here");
            instance.func_new(name, move |_, function, _, results| match (function.results().next(), results) {
                (Some(Type::Result(ty)), [result]) => match ty.err().and_then(|ty| refusal(&ty, &what)) {
                    Some(error) => {
                        *result = Val::Result(Err(Some(Box::new(error))));
                        Ok(())
                    }
                    None => bail!("{what}"),
                },
                _ => bail!("{what}"),
            })
        }
        _ => Ok(()),
    }
}

/// Resources of other packages, which interfaces name again.
fn is_own(name: &str) -> bool {
    !matches!(name, "pollable" | "input-stream" | "output-stream" | "error")
}

/// The error of an interface that comes nearest.
fn refusal(ty: &Type, what: &str) -> Option<Val> {
    match ty {
        Type::Enum(codes) => [DENIED, "error"].iter().find_map(|wanted| codes.names().find(|name| name == wanted)).map(|name| Val::Enum(name.into())),
        Type::Variant(variant) => {
            let denied = variant.cases().find(|case| case.name == DENIED && case.ty.is_none());
            let with_text = |name: Option<&str>| variant.cases().find(|case| case.ty == Some(Type::String) && name.is_none_or(|n| n == case.name));
            let case = denied.or_else(|| with_text(Some(OTHER))).or_else(|| with_text(None))?;
            let payload = case.ty.map(|_| Box::new(Val::String(String::from(what))));
            Some(Val::Variant(case.name.into(), payload))
        }
        _ => None,
    }
}
