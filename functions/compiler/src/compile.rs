//! From a file of Wasm to a file of native code.

use crate::component::{self, World};
use crate::input::{self, Kind};
use crate::module::{self, Summary};
use crate::progress::Progress;
use crate::{Failure, limits, output};
use object::{Object, ObjectSection};
use settings::CpuFeatures;
use std::path::Path;
use wasmtime::Engine;

/// Compiles `wasm` to `output` on all cores; the answer is one line of JSON about it.
pub fn compile(wasm: &Path, output: &Path) -> Result<String, Failure> {
    let bytes = input::read(wasm)?;
    let refuse = |reason: String| Failure::input(format!("{} {reason}", wasm.display()));
    let (kind, summary) = match input::kind(&bytes).map_err(refuse)? {
        Kind::Module => (None, module::check(&bytes).map_err(refuse)?),
        Kind::Component => component::check(&bytes).map(|(world, summary)| (Some(world), summary)).map_err(refuse)?,
    };
    let progress = Progress::new(summary.functions);
    let watch = progress.clone();
    let pool = rayon::ThreadPoolBuilder::new().start_handler(move |_| watch.watch_thread()).build().map_err(|_| limits::memory_failure())?;
    let engine = settings::compiler(&CpuFeatures::of_host()).and_then(|config| Engine::new(&config));
    let engine = engine.map_err(|error| Failure::input(format!("the compiler does not start: {error:#}")))?;
    let precompile = || if kind.is_none() { engine.precompile_module(&bytes) } else { engine.precompile_component(&bytes) };
    let code = pool.install(precompile).map_err(|error| refuse(format!("cannot be compiled: {error:#}")))?;
    progress.finish();
    output::write(output, &code)?;
    Ok(json(kind.map_or("command", World::name), &summary, code_bytes(&code)))
}

/// Bytes of machine code in a compiled module.
fn code_bytes(elf: &[u8]) -> u64 {
    let file = object::File::parse(elf).expect("wasmtime writes ELF");
    file.section_by_name(".text").map_or(0, |section| section.size())
}

/// Imports need no escapes: the names are WASI's, all of them known.
fn json(kind: &str, summary: &Summary, code_bytes: u64) -> String {
    let imports: Vec<_> = summary.imports.iter().map(|name| format!("\"{name}\"")).collect();
    format!(
        r#"{{"kind":"{kind}","functions":{},"code_bytes":{code_bytes},"memory_min_bytes":{},"imports":[{}]}}"#,
        summary.functions,
        summary.memory_min_bytes,
        imports.join(",")
    )
}
