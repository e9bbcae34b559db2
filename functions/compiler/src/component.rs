//! Whether a component can be a function: it validates, is of a world that a machine serves, and imports only what a machine provides.

use crate::module::Summary;
use crate::{describe, features};
use wasmparser::{Parser, Payload, Validator};

/// What a component is served as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// It exports `wasi:http/incoming-handler`, or what Spin had before it.
    Http,
    /// It exports `wasi:cli/run`.
    Command,
}

impl World {
    /// As the result names it.
    pub fn name(self) -> &'static str {
        match self {
            World::Http => "http",
            World::Command => "component-command",
        }
    }
}

const HTTP: &str = "wasi:http/incoming-handler";
const COMMAND: &str = "wasi:cli/run";
/// Of Spin's first SDKs: HTTP with whole bodies.
const INBOUND: &str = "fermyon:spin/inbound-http";

/// The interfaces that a machine provides, of any 0.2.x that it knows; its core defines them.
const PROVIDED: [&str; 29] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:http/outgoing-handler",
    "wasi:http/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];
/// Interfaces outside the releases of WASI 0.2, by their names.
const OTHERS: [&str; 10] = [
    "fermyon:spin/config",
    "fermyon:spin/http",
    "fermyon:spin/http-types",
    "fermyon:spin/key-value@2.0.0",
    "fermyon:spin/variables@2.0.0",
    "wasi:config/store@0.2.0-draft-2024-09-27",
    "wasi:config/store@0.2.0-rc.1",
    "wasi:keyvalue/atomics@0.2.0-draft2",
    "wasi:keyvalue/batch@0.2.0-draft2",
    "wasi:keyvalue/store@0.2.0-draft2",
];
/// Those that Spin's SDKs import whether they are used or not, of any version or none: a machine refuses their calls.
const ABSENT: [&str; 8] = [
    "fermyon:spin/llm",
    "fermyon:spin/mqtt",
    "fermyon:spin/mysql",
    "fermyon:spin/postgres",
    "fermyon:spin/rdbms-types",
    "fermyon:spin/redis",
    "fermyon:spin/redis-types",
    "fermyon:spin/sqlite",
];
/// Packages of such interfaces.
const ABSENT_PACKAGES: [&str; 2] = ["spin:postgres/", "spin:sqlite/"];
/// The newest 0.2.x that is provided.
const NEWEST: u64 = 12;

/// Checks `bytes`, whose header announces a component.
///
/// # Errors
/// What is wrong, without the file's name; of several wrong imports all.
pub fn check(bytes: &[u8]) -> Result<(World, Summary), String> {
    // The names say more than the validator does of a component that is for a later WASI.
    let outline = Outline::read(bytes);
    if let Ok(outline) = &outline {
        outline.check_age()?;
    }
    Validator::new_with_features(settings::wasm_features()).validate_all(bytes).map_err(|error| features::explain(bytes, &error))?;
    let outline = outline.map_err(|error| format!("does not validate: {error}"))?;
    let world = outline.world()?;
    outline.check_imports()?;
    Ok((world, outline.summary))
}

/// The names at a component's border, and the sizes of what lies in it.
#[derive(Default)]
struct Outline {
    exports: Vec<String>,
    summary: Summary,
}

impl Outline {
    fn read(bytes: &[u8]) -> wasmparser::Result<Self> {
        let mut outline = Self::default();
        let mut depth = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth -= 1,
                payload => outline.take(payload, depth == 0)?,
            }
        }
        Ok(outline)
    }

    fn take(&mut self, payload: Payload<'_>, outermost: bool) -> wasmparser::Result<()> {
        match payload {
            Payload::ComponentImportSection(section) if outermost => {
                for import in section {
                    self.summary.imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if outermost => {
                for export in section {
                    self.exports.push(export?.name.name.to_owned());
                }
            }
            Payload::FunctionSection(section) => self.summary.functions = self.summary.functions.saturating_add(section.count()),
            Payload::MemorySection(section) => {
                for memory in section {
                    let bytes = memory?.initial.saturating_mul(64 << 10);
                    self.summary.memory_min_bytes = self.summary.memory_min_bytes.saturating_add(bytes);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// WASI 0.3 and what came before 0.2.
    fn check_age(&self) -> Result<(), String> {
        let other = |name: &&String| split(name).is_some_and(|(interface, version)| interface.starts_with("wasi:") && is_other_age(version));
        let exports: Vec<_> = self.exports.iter().filter(other).cloned().collect();
        if let Some(name) = exports.iter().find(|name| version(name).is_some_and(|v| v.starts_with("0.3"))) {
            return Err(format!("is a component for WASI 0.3 (it exports {name}), which is asynchronous; only WASI 0.2 is served, build it for that"));
        }
        match exports.first() {
            Some(name) => Err(format!("exports {name}; only WASI 0.2 is served, build it for that")),
            None => Ok(()),
        }
    }

    fn world(&self) -> Result<World, String> {
        let exports = |interface: &str| self.exports.iter().any(|name| split(name).is_some_and(|(i, v)| i == interface && is_known(v)));
        let inbound = self.exports.iter().any(|name| name == INBOUND);
        match (exports(HTTP) || inbound, exports(COMMAND)) {
            (true, _) => Ok(World::Http),
            (_, true) => Ok(World::Command),
            _ => Err(format!(
                "is a component for another world: it exports {}; a function exports {HTTP}@0.2.x or {COMMAND}@0.2.x",
                describe::enumerate(&self.exports)
            )),
        }
    }

    fn check_imports(&self) -> Result<(), String> {
        let missing: Vec<_> = self.summary.imports.iter().filter(|name| !is_provided(name)).cloned().collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(format!("imports {}, which nothing provides; a component may import WASI up to 0.2.{NEWEST} and some of Spin's interfaces", describe::enumerate(&missing)))
    }
}

fn is_provided(name: &str) -> bool {
    let released = split(name).is_some_and(|(interface, version)| PROVIDED.contains(&interface) && is_known(version));
    let absent = ABSENT.contains(&split(name).map_or(name, |(interface, _)| interface)) || ABSENT_PACKAGES.iter().any(|p| name.starts_with(p));
    released || OTHERS.contains(&name) || absent
}

/// Interface and version of `wasi:io/poll@0.2.0`.
fn split(name: &str) -> Option<(&str, &str)> {
    name.split_once('@')
}

fn version(name: &str) -> Option<&str> {
    split(name).map(|(_, version)| version)
}

/// A release of 0.2 that the machine's is compatible with.
fn is_known(version: &str) -> bool {
    version.strip_prefix("0.2.").and_then(|patch| patch.parse::<u64>().ok()).is_some_and(|patch| patch <= NEWEST)
}

fn is_other_age(version: &str) -> bool {
    !version.starts_with("0.2.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(wat: &str) -> String {
        check(&wat::parse_str(wat).unwrap()).unwrap_err()
    }

    const RUN: &str = r#"
      (core module $m (func (export "run") (result i32) i32.const 0))
      (core instance $i (instantiate $m))
      (func $run (result (result)) (canon lift (core func $i "run")))
      (instance $e (export "run" (func $run)))"#;

    #[test]
    fn a_command_of_any_0_2_is_one() {
        for version in ["0.2.0", "0.2.12"] {
            let wat = format!(r#"(component (import "wasi:io/poll@{version}" (instance)) {RUN} (export "wasi:cli/run@{version}" (instance $e)))"#);
            let (world, summary) = check(&wat::parse_str(wat).unwrap()).unwrap();
            assert_eq!((world, summary.functions, summary.imports), (World::Command, 1, vec![format!("wasi:io/poll@{version}")]));
        }
    }

    #[test]
    fn another_world_is_named_by_its_exports() {
        assert!(refused("(component)").contains("another world: it exports nothing"));
        let message = refused(&format!(r#"(component {RUN} (export "acme:thing/run@1.0.0" (instance $e)) (export "wasi:cli/run@0.2.99" (instance $e)))"#));
        assert!(message.contains("acme:thing/run@1.0.0 and wasi:cli/run@0.2.99"), "{message}");
    }

    #[test]
    fn the_handler_of_spin_s_first_sdks_serves_http() {
        let wat = format!(r#"(component (import "fermyon:spin/http-types" (instance)) {RUN} (export "fermyon:spin/inbound-http" (instance $e)))"#);
        assert_eq!(check(&wat::parse_str(wat).unwrap()).unwrap().0, World::Http);
    }

    #[test]
    fn a_later_wasi_is_named() {
        let message = refused(&format!(r#"(component {RUN} (export "wasi:cli/run@0.3.0" (instance $e)))"#));
        assert!(message.contains("WASI 0.3") && message.contains("wasi:cli/run@0.3.0"), "{message}");
    }

    #[test]
    fn every_unknown_import_is_named() {
        let message = refused(&format!(
            r#"(component (import "fermyon:spin/llm@2.0.0" (instance)) (import "fermyon:spin/redis" (instance)) (import "fermyon:spin/key-value" (instance)) (import "wasi:io/poll@0.2.0" (instance)) (import "wasi:io/none@0.2.0" (instance))
              (import "wasi:io/error@0.2.13" (instance)) (import "plain" (func)) {RUN} (export "wasi:cli/run@0.2.0" (instance $e)))"#
        ));
        assert!(message.contains("imports fermyon:spin/key-value, wasi:io/none@0.2.0, wasi:io/error@0.2.13 and plain, which nothing"), "{message}");
    }
}
