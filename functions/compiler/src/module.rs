//! Whether a core module can be a function: it validates, imports only what a machine provides, and is a command.

use crate::{describe, features, preview1};
use wasmparser::types::TypesRef;
use wasmparser::{Export, Import, Parser, Payload, Validator};

/// What the gateway wants to know of a module.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Functions with a body.
    pub functions: u32,
    /// Bytes that the module's memories have at the start.
    pub memory_min_bytes: u64,
    /// `module.name` of each import once, in the module's order.
    pub imports: Vec<String>,
}

/// Checks `bytes`, whose header announces a module.
///
/// # Errors
/// What is wrong, without the file's name; of several wrong imports all.
pub fn check(bytes: &[u8]) -> Result<Summary, String> {
    let types = Validator::new_with_features(settings::wasm_features()).validate_all(bytes).map_err(|error| features::explain(bytes, &error))?;
    let sections = Sections::read(bytes).map_err(|error| format!("does not validate: {error}"))?;
    sections.check_imports(types.as_ref())?;
    sections.check_start(types.as_ref())?;
    Ok(Summary { functions: sections.functions, memory_min_bytes: sections.memory_min_bytes, imports: sections.import_names() })
}

/// The few sections of a valid module that matter here.
#[derive(Default)]
struct Sections<'a> {
    imports: Vec<Import<'a>>,
    exports: Vec<Export<'a>>,
    functions: u32,
    memory_min_bytes: u64,
    object_file: bool,
}

impl<'a> Sections<'a> {
    fn read(bytes: &'a [u8]) -> wasmparser::Result<Self> {
        let mut sections = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            sections.take(payload?)?;
        }
        Ok(sections)
    }

    fn take(&mut self, payload: Payload<'a>) -> wasmparser::Result<()> {
        match payload {
            Payload::ImportSection(section) => self.imports = section.into_imports().collect::<Result<_, _>>()?,
            Payload::FunctionSection(section) => self.functions = section.count(),
            Payload::MemorySection(section) => {
                for memory in section {
                    let bytes = memory?.initial.saturating_mul(64 << 10);
                    self.memory_min_bytes = self.memory_min_bytes.saturating_add(bytes);
                }
            }
            Payload::ExportSection(section) => self.exports = section.into_iter().collect::<Result<_, _>>()?,
            Payload::CustomSection(section) => self.object_file |= section.name() == "linking",
            _ => {}
        }
        Ok(())
    }

    fn import_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for import in &self.imports {
            let name = format!("{}.{}", import.module, import.name);
            // At most a few dozen: valid imports are WASI's.
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn check_imports(&self, types: TypesRef<'_>) -> Result<(), String> {
        let mut missing = Vec::new();
        let mut different = Vec::new();
        for import in &self.imports {
            let name = format!("{}.{}", import.module, import.name);
            let wanted = describe::item(import.ty, types);
            match provided(import.module, import.name) {
                None => missing.push(format!("{name} {wanted}")),
                Some(given) if given != wanted => different.push(format!("{name} as {wanted}, which is {given}")),
                Some(_) => {}
            }
        }
        let mut problems = Vec::new();
        if !missing.is_empty() {
            problems.push(format!("imports {}, which nothing provides{}", describe::enumerate(&missing), self.hint()));
        }
        if !different.is_empty() {
            problems.push(format!("imports {}", describe::enumerate(&different)));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
    }

    /// What the imports say about how the module was made, where that tells its author what to do.
    fn hint(&self) -> &'static str {
        const HINTS: [(&str, &str); 6] = [
            ("wasi_unstable", "; it was built for an old snapshot of WASI, rebuild it for WASI preview 1"),
            ("gojs", "; it was built for a browser, build it with GOOS=wasip1"),
            ("go", "; it was built for a browser, build it with GOOS=wasip1"),
            ("wbg", "; it was built for JavaScript by wasm-bindgen, build it for wasm32-wasip1"),
            ("__wbindgen_placeholder__", "; it was built for JavaScript by wasm-bindgen, build it for wasm32-wasip1"),
            ("wasi_snapshot_preview2", "; it was built for an unfinished WASI, rebuild it for WASI preview 1"),
        ];
        if self.object_file {
            return "; it is an object file, link it first";
        }
        let hint = HINTS.iter().find(|(module, _)| self.imports.iter().any(|import| import.module == *module));
        hint.map_or("; a function may import WASI preview 1", |(_, words)| words)
    }

    /// A command exports `_start`, without parameters and results.
    fn check_start(&self, types: TypesRef<'_>) -> Result<(), String> {
        const START: &str = "_start";
        let Some(start) = self.exports.iter().find(|export| export.name == START) else {
            return Err(self.not_a_command());
        };
        let function = types.entity_type_from_export(start);
        match function {
            Some(wasmparser::types::EntityType::Func(id)) => {
                let start = types[id].unwrap_func();
                if start.params().is_empty() && start.results().is_empty() {
                    return Ok(());
                }
                Err(format!("exports {START} as {}, but a command's is (func)", describe::function(start.params(), start.results())))
            }
            _ => Err(format!("exports {START} as a {}, but a command's is a function", describe::kind(start.kind))),
        }
    }

    fn not_a_command(&self) -> String {
        let what = if self.exports.iter().any(|export| export.name == "_initialize") { "a reactor" } else { "a library or reactor" };
        let exports: Vec<_> = self.exports.iter().map(|export| format!("{} ({})", export.name, describe::kind(export.kind))).collect();
        format!(
            "is {what}: it exports no _start, only {}; a function is a command, a program with a main that runs from its start to its end",
            describe::enumerate(&exports)
        )
    }
}

/// The type of what a machine provides under this name.
fn provided(module: &str, name: &str) -> Option<String> {
    if module == preview1::MODULE { preview1::type_of(name) } else { None }
}
