//! Wasm traps: ring 0 has rewritten the interrupted frame, and execution goes on here, in ring 3, on the Wasm stack.

use crate::single::Single;

type Handler = unsafe extern "C" fn(ip: usize, fp: usize, has_address: bool, address: usize);

static HANDLER: Single<Option<Handler>> = Single::new(None);

#[unsafe(no_mangle)]
extern "C" fn wasmtime_init_traps(handler: Handler) -> i32 {
    HANDLER.with(|h| *h = Some(handler));
    0
}

/// Entered from `trap_entry` (`stub.rs`), with the arguments that ring 0 put into the registers.
#[unsafe(no_mangle)]
extern "C" fn trap(ip: usize, fp: usize, has_address: bool, address: usize) -> ! {
    if let Some(handler) = HANDLER.with(|h| *h) {
        // SAFETY: these are the interrupted instruction and frame of Wasm code, as the handler wants them; for a Wasm trap it does not return.
        unsafe { handler(ip, fp, has_address, address) };
    }
    panic!("an exception at {ip:#x} (address {address:#x}) that is no Wasm trap");
}
