//! The runtime core of a machine: it loads the function's image, runs the program to its ready point and through a request, and serves WASI
//! from memory. The same code runs in a KVM machine and in a Linux process; what differs is a [`Platform`].
//!
//! One thread, no operating system: the only way out is [`Platform::leave`]. What both sides agree on stands in the crate `abi`.
//!
//! Read first: [`run`] (`machine.rs`, a machine's life), `host.rs` (every exit), `world.rs` (the ready point), `vfs/` (the file tree),
//! `preview1/` and `component/` (the calls of WASI preview 1 and of WASI 0.2, on top of these).
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod bins;
mod budget;
mod clock;
mod component;
mod exchange;
mod handover;
mod host;
mod image;
mod machine;
mod platform;
mod poll;
mod preview1;
mod random;
mod streams;
mod vfs;
mod wire;
mod world;

pub use host::panic_message;
pub use machine::run;
pub use platform::Platform;
