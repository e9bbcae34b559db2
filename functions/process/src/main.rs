//! A machine as an ordinary Linux process, for hosts without KVM: the same runtime core, behind a socket instead of a hypervisor. For development: what keeps
//! a function in is Wasm and a system-call filter, not a machine of its own.
//!
//! ```text
//! mayfly-process IMAGE SOCKET EXCHANGE
//! ```
//! IMAGE is the function's image, SOCKET the gateway's Unix socket, EXCHANGE the exchange area as a file, whose name is also what the process tells
//! the gateway to be recognised. The area holds the boot's command already.
//!
//! The process boots. At its ready point it becomes the *zygote*: it never runs the program itself, but forks a machine for each order of the gateway. What it
//! talks about with the gateway stands in `channel.rs`, what it may do in `confine.rs`.

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
compile_error!("mayfly-process is for Linux on x86-64, like the code that the compiler makes");

mod channel;
mod confine;
mod machine;
mod mapping;

use channel::Channel;
use machine::Machine;
use mapping::{Area, Image};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let [image, socket, exchange] = args.as_slice() else {
        eprintln!("usage: mayfly-process IMAGE SOCKET EXCHANGE (started by the gateway, with `engine: process`)");
        return ExitCode::from(2);
    };
    match begin(image.as_ref(), socket.as_ref(), exchange.as_ref()) {
        Ok(machine) => machine::run(machine),
        Err(error) => {
            eprintln!("mayfly-process: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Everything before the core takes over.
fn begin(image: &Path, socket: &Path, exchange: &Path) -> Result<Machine, String> {
    confine::close_inherited();
    let image = Image::map(image).map_err(|e| format!("the image {} cannot be mapped: {e}", image.display()))?;
    confine::limit(image.memory_limit()).map_err(|e| format!("the process's limits cannot be set: {e}"))?;
    let area = Area::map(exchange).map_err(|e| format!("the exchange area {} cannot be mapped: {e}", exchange.display()))?;
    let channel = Channel::dial(socket, exchange).map_err(|e| format!("the gateway's socket {} does not answer: {e}", socket.display()))?;
    Ok(Machine::new(image, area, channel, socket.to_owned()))
}
