//! Assembles WebAssembly text, components included: `assemble IN.wat OUT.wasm`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        eprintln!("usage: assemble IN.wat OUT.wasm");
        return ExitCode::from(2);
    };
    let written = wat::parse_file(from).map_err(|e| e.to_string()).and_then(|wasm| std::fs::write(to, wasm).map_err(|e| format!("cannot write {to}: {e}")));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
