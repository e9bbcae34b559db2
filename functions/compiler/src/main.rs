//! `mayfly-compiler`: WebAssembly to native code for Mayfly's machines, ahead of time.
//!
//! A process of its own, so that whatever a module does to the compiler, its memory and time are bounded and the gateway goes on. It limits itself
//! before it reads the module. Standard output has progress and, last, the result; standard error has one message if there is none.

mod compile;
mod component;
mod describe;
mod features;
mod fingerprint;
mod input;
mod limits;
mod module;
mod output;
mod preview1;
mod progress;

use settings::CpuFeatures;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: limits::Allocator = limits::Allocator;

const USAGE: &str = "usage: mayfly-compiler compile IN.wasm OUT.cwasm [--memory-limit BYTES] [--cpu-limit SECONDS]
       mayfly-compiler fingerprint";

/// Why there is no result, and the process's exit status: 1 for the input, 2 for the command line, 3 for a limit.
#[derive(Debug)]
struct Failure {
    status: i32,
    message: String,
}

/// Characters that a message about the input may have.
const MESSAGE_LIMIT: usize = 8 << 10;

impl Failure {
    /// The message may hold names out of the input: it stays one line, and harmless for a terminal.
    fn input(message: String) -> Self {
        let mut line = String::new();
        for character in message.chars().take(MESSAGE_LIMIT) {
            if character.is_control() { line.extend(character.escape_default()) } else { line.push(character) }
        }
        if message.chars().nth(MESSAGE_LIMIT).is_some() {
            line.push_str("...");
        }
        Self { status: 1, message: line }
    }

    fn usage(message: String) -> Self {
        Self { status: 2, message: format!("{message}\n{USAGE}") }
    }
}

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map_or_else(String::new, |at| format!(" ({}:{})", at.file(), at.line()));
        report(&format!("the compiler failed, which is a defect of it: {}{at}", panic.payload_as_str().unwrap_or("no message")));
        std::process::exit(4);
    }));
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match run(&arguments) {
        Ok(line) => match writeln!(std::io::stdout(), "{line}") {
            Ok(()) => ExitCode::SUCCESS,
            // Nobody listens any more.
            Err(_) => ExitCode::FAILURE,
        },
        Err(failure) => {
            report(&failure.message);
            ExitCode::from(failure.status as u8)
        }
    }
}

/// The one message on standard error. That nobody reads it is no reason for another failure.
fn report(message: &str) {
    let _ = writeln!(std::io::stderr(), "error: {message}");
}

fn run(arguments: &[std::ffi::OsString]) -> Result<String, Failure> {
    match arguments.first().and_then(|word| word.to_str()) {
        Some("compile") => {
            let command = Compile::parse(&arguments[1..])?;
            limits::set(command.memory_limit, command.cpu_limit)?;
            compile::compile(&command.wasm, &command.output)
        }
        Some("fingerprint") if arguments.len() == 1 => {
            fingerprint::fingerprint(&CpuFeatures::of_host()).map_err(|error| Failure::input(format!("the compiler does not start: {error:#}")))
        }
        _ => Err(Failure::usage("expected the command compile or fingerprint".to_owned())),
    }
}

/// The command line of `compile`.
struct Compile {
    wasm: PathBuf,
    output: PathBuf,
    memory_limit: u64,
    cpu_limit: u64,
}

impl Compile {
    fn parse(arguments: &[std::ffi::OsString]) -> Result<Self, Failure> {
        let mut files = Vec::new();
        let (mut memory_limit, mut cpu_limit) = (limits::MEMORY, limits::CPU);
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.to_str() {
                Some("--memory-limit") => memory_limit = number("--memory-limit", rest.next())?,
                Some("--cpu-limit") => cpu_limit = number("--cpu-limit", rest.next())?,
                Some(unknown) if unknown.starts_with("--") => return Err(Failure::usage(format!("unknown option {unknown}"))),
                _ => files.push(PathBuf::from(argument)),
            }
        }
        let Ok([wasm, output]) = <[PathBuf; 2]>::try_from(files) else {
            return Err(Failure::usage("expected two files".to_owned()));
        };
        Ok(Self { wasm, output, memory_limit, cpu_limit })
    }
}

/// An option's value, a positive number.
fn number(option: &str, value: Option<&std::ffi::OsString>) -> Result<u64, Failure> {
    let value = value.and_then(|value| value.to_str()).unwrap_or("nothing");
    match value.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(Failure::usage(format!("{option} is {value}; expected a positive whole number"))),
    }
}
