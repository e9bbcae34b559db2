//! The unikernel: wasmtime and one function in ring 3 of a bare virtual machine, without devices. What host and guest agree on
//! stands in `functions/abi`; what the function sees (WASI, files, clocks), in `functions/core`. Here is what lies below: entry and exceptions (`stub`), page
//! tables (`tables`, `windows`), memory (`frames`, `heap`), the way out (`platform`), and wasmtime's border (`capi`, `traps`).
#![no_std]
#![no_main]

mod capi;
mod frames;
mod header;
mod heap;
mod layout;
mod memory_functions;
mod platform;
mod single;
mod stub;
mod tables;
mod traps;
mod windows;

/// Called by `boot` (`stub.rs`) on a fresh stack.
#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    mayfly_core::run(platform::Machine::new())
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    platform::give_up(format_args!("{info}"))
}

/// Named by the precompiled core library; never called, since a panic ends the machine.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// Likewise.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    panic!("there is no unwinding here")
}
