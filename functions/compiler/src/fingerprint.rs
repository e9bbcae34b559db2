//! A line that names everything compiled code depends on beside the Wasm itself. It goes into the key under which the gateway keeps results.

use settings::CpuFeatures;
use std::hash::{DefaultHasher, Hash, Hasher};
use wasmtime::{Engine, Result};

/// Versions, a hash of all that wasmtime says its output depends on, and the CPU's features. The same line, the same output.
pub fn fingerprint(features: &CpuFeatures) -> Result<String> {
    let mut hash = DefaultHasher::new();
    Engine::new(&settings::compiler(features)?)?.precompile_compatibility_hash().hash(&mut hash);
    Ok(format!(
        "mayfly-compiler {} sources={} wasmtime={} settings={:016x} cpu={features}",
        env!("CARGO_PKG_VERSION"),
        env!("MAYFLY_SOURCES"),
        env!("MAYFLY_WASMTIME"),
        hash.finish()
    ))
}
