//! Saying why a module does not validate: it is broken, or it uses a Wasm feature that Mayfly leaves out.

use crate::describe;
use wasmparser::{Error, Validator, WasmFeatures};

/// Features that the validator knows and Mayfly leaves out, in words their users know.
const LEFT_OUT: [(WasmFeatures, &str); 10] = [
    (WasmFeatures::THREADS, "threads (shared memories, atomics)"),
    (WasmFeatures::SHARED_EVERYTHING_THREADS, "shared-everything-threads"),
    (WasmFeatures::LEGACY_EXCEPTIONS, "legacy exceptions (the old encoding; the standard's is supported)"),
    (WasmFeatures::CUSTOM_PAGE_SIZES, "custom page sizes"),
    (WasmFeatures::WIDE_ARITHMETIC, "wide arithmetic"),
    (WasmFeatures::STACK_SWITCHING, "stack switching"),
    (WasmFeatures::MEMORY_CONTROL, "memory control"),
    (WasmFeatures::CUSTOM_DESCRIPTORS, "custom descriptors"),
    (WasmFeatures::COMPACT_IMPORTS, "compact import sections"),
    (WasmFeatures::CM_ASYNC, "the asynchronous component model (WASI 0.3; build it for WASI 0.2)"),
];

/// The message for `bytes`, for which the validator gave `error`.
pub fn explain(bytes: &[u8], error: &Error) -> String {
    let used = used(bytes, error);
    if !used.is_empty() {
        return format!("uses {}, which Mayfly leaves out: {error}", describe::enumerate(&used));
    }
    if error.message().starts_with("unexpected end") {
        return format!("is truncated: {error} of {} bytes", bytes.len());
    }
    format!("does not validate: {error}")
}

/// The features left out without which validation does not get past `error`: as long as adding one of them gets it further, that one is used.
fn used(bytes: &[u8], error: &Error) -> Vec<String> {
    let mut features = settings::wasm_features();
    let mut reached = Some(error.offset());
    let mut names = Vec::new();
    while let Some(offset) = reached {
        let further = LEFT_OUT.iter().find_map(|&(feature, name)| {
            let now = validate(bytes, features | feature);
            (!features.contains(feature) && now.is_none_or(|now| now > offset)).then_some((feature, name, now))
        });
        let Some((feature, name, now)) = further else { break };
        features |= feature;
        names.push(name.to_owned());
        reached = now;
    }
    names
}

/// The offset of the first error with `features`, if there is one.
fn validate(bytes: &[u8], features: WasmFeatures) -> Option<usize> {
    Validator::new_with_features(features).validate_all(bytes).err().map(|error| error.offset())
}
