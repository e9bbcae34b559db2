//! Types in the words of the Wasm text format: for messages, and for comparing an import with what is provided.

use std::fmt::Display;
use wasmparser::types::TypesRef;
use wasmparser::{ExternalKind, TypeRef};

/// A function's type: `(func (param i32 i32) (result i32))`.
pub fn function(parameters: &[impl Display], results: &[impl Display]) -> String {
    format!("(func{}{})", list("param", parameters), list("result", results))
}

fn list(word: &str, types: &[impl Display]) -> String {
    if types.is_empty() {
        return String::new();
    }
    let types: Vec<_> = types.iter().map(ToString::to_string).collect();
    format!(" ({word} {})", types.join(" "))
}

/// The type of an import or export of a module that validated with `types`.
pub fn item(item: TypeRef, types: TypesRef<'_>) -> String {
    match item {
        TypeRef::Func(index) | TypeRef::FuncExact(index) => {
            let function_type = types[types.core_type_at_in_module(index)].unwrap_func();
            function(function_type.params(), function_type.results())
        }
        TypeRef::Table(table) => format!("(table {}{} {})", table.initial, maximum(table.maximum), table.element_type),
        TypeRef::Memory(memory) => format!("(memory {}{})", memory.initial, maximum(memory.maximum)),
        TypeRef::Global(global) if global.mutable => format!("(global (mut {}))", global.content_type),
        TypeRef::Global(global) => format!("(global {})", global.content_type),
        TypeRef::Tag(_) => "(tag)".to_owned(),
    }
}

fn maximum(pages: Option<u64>) -> String {
    pages.map_or_else(String::new, |pages| format!(" {pages}"))
}

/// What an export is, in a word.
pub fn kind(kind: ExternalKind) -> &'static str {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => "func",
        ExternalKind::Table => "table",
        ExternalKind::Memory => "memory",
        ExternalKind::Global => "global",
        ExternalKind::Tag => "tag",
    }
}

/// `items` in a sentence: "a, b and c"; of a long list the first fifty and how many more.
pub fn enumerate(items: &[String]) -> String {
    const SHOWN: usize = 50;
    match items {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        _ if items.len() > SHOWN => format!("{} and {} more", items[..SHOWN].join(", "), items.len() - SHOWN),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
