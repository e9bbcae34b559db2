//! What a component in C needs beside a C compiler: bindings before it, and the component around its output after it.
//!
//! ```text
//! componentize bindings WORLD OUT WIT...       writes WORLD's header, C file and type object into the folder OUT
//! componentize new CORE.wasm OUT.wasm [NAME=ADAPTER.wasm]...   makes a component of a core module
//! ```

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};
use wit_bindgen_core::Files;
use wit_bindgen_core::wit_parser::Resolve;
use wit_component::ComponentEncoder;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args.as_slice() {
        ["bindings", world, out, wit @ ..] if !wit.is_empty() => bindings(world, Path::new(out), wit),
        ["new", core, out, adapters @ ..] => new(core, out, adapters),
        _ => Err("usage: componentize bindings WORLD OUT WIT... | new CORE.wasm OUT.wasm [NAME=ADAPTER.wasm]...".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("componentize: {error:?}");
            ExitCode::FAILURE
        }
    }
}

/// The last of the packages has the world, those before it are what it names.
fn bindings(world: &str, out: &Path, wit: &[&str]) -> Outcome {
    let mut resolve = Resolve::default();
    let mut package = None;
    for path in wit {
        package = Some(resolve.push_path(path)?.0);
    }
    let package = package.ok_or("no WIT is named")?;
    let world = resolve.select_world(&[package], Some(world))?;
    let mut files = Files::default();
    wit_bindgen_c::Opts::default().build().generate(&mut resolve, world, &mut files)?;
    fs::create_dir_all(out)?;
    for (name, contents) in files.iter() {
        fs::write(out.join(name), contents)?;
    }
    Ok(())
}

fn new(core: &str, out: &str, adapters: &[&str]) -> Outcome {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true);
    encoder.module(&fs::read(core)?)?;
    for adapter in adapters {
        let (name, path) = adapter.split_once('=').ok_or_else(|| format!("{adapter} is not NAME=ADAPTER.wasm"))?;
        encoder.adapter(name, &fs::read(path)?)?;
    }
    fs::write(out, encoder.encode()?)?;
    Ok(())
}
