//! The wasmtime configuration that the compiler and every guest share, as code.
//!
//! Compiled code only loads where the loading side has the same tunables and at least the same Wasm features, and what differs is found out late: at
//! a machine's boot. So nothing here is left to wasmtime's defaults, which depend on the crate features a binary happens to be built with
//! (`threads`, `component-model-async`, `std`).
//!
//! [`shared`] is the whole configuration of a guest. The compiler's is the same plus what only concerns making code: [`compiler`].
#![no_std]

#[cfg(feature = "compiler")]
extern crate std;

#[cfg(feature = "compiler")]
mod compiler;
#[cfg(feature = "compiler")]
pub use compiler::{CpuFeatures, TARGET, compiler};

use wasmtime::{Collector, Config, WasmBacktraceDetails, WasmFeatures};

/// Address space behind a linear memory's base, in bytes: all that a 32-bit index reaches, so that no load or store needs a bounds check.
pub const MEMORY_RESERVATION: u64 = 4 << 30;

/// Absent pages before and after each reservation, in bytes. Constant offsets up to this need no bounds check; most programs have none larger.
pub const MEMORY_GUARD: u64 = 32 << 20;

/// Stack that Wasm code may use, in bytes. The guest's own stack must be larger: the host functions and the trap handler run on what lies below it.
pub const WASM_STACK: usize = 8 << 20;

/// CPU features, in Rust's names, that compiled code may need; never AVX-512, so that a vCPU needs the x87, SSE and AVX state and no more.
pub const CPU_FEATURES: [&str; 11] = ["sse3", "ssse3", "sse4.1", "sse4.2", "popcnt", "avx", "avx2", "fma", "bmi1", "bmi2", "lzcnt"];

/// The Wasm features that a function may use: all that wasmtime 48 has on by default, but threads (a machine has one vCPU). Components are those of
/// WASI 0.2: nothing of the asynchronous component model of 0.3.
///
/// Exceptions and garbage collection are among them. They cost a module that does not use them nothing: no code differs, and the collector's heap is
/// only made when a module's types need one.
pub const fn wasm_features() -> WasmFeatures {
    WasmFeatures::WASM3.difference(WasmFeatures::THREADS).union(WasmFeatures::COMPONENT_MODEL)
}

/// What compiler and guest must agree on: the guest's whole configuration.
///
/// Needs wasmtime's features `gc` and `gc-drc` and, for a guest without `std`, `custom-virtual-memory` and `custom-native-signals`: pages past a
/// memory's end must be absent, and a fault in compiled code must reach wasmtime's handler.
pub fn shared() -> Config {
    let mut config = Config::new();
    config
        .wasm_features(WasmFeatures::all(), false)
        .wasm_features(wasm_features(), true)
        .memory_reservation(MEMORY_RESERVATION)
        .memory_guard_size(MEMORY_GUARD)
        .guard_before_linear_memory(true)
        .memory_may_move(true)
        // Data segments lie page by page in the compiled file, as the memory wants them. A guest that cannot map them there copies them.
        .memory_init_cow(true)
        .signals_based_traps(true)
        .table_lazy_init(true)
        .consume_fuel(false)
        // A machine's deadline is the host's: it kicks the vCPU.
        .epoch_interruption(false)
        // Of the two collectors that free anything, the one that wasmtime calls finished; `Auto` would choose by crate features.
        .collector(Collector::DeferredReferenceCounting)
        .concurrency_support(false)
        .relaxed_simd_deterministic(false)
        .max_wasm_stack(WASM_STACK)
        // Never below the Wasm stack, wasmtime checks; nothing here runs on such a stack.
        .async_stack_size(WASM_STACK)
        // A trap names its functions and their offsets in the Wasm file. Without the environment variable that wasmtime would read.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .generate_address_map(true)
        // Nobody unwinds through compiled code but wasmtime, by frame pointers; no debugger, no profiler looks into a machine.
        .native_unwind_info(false)
        .debug_info(false)
        .debug_symbols(false);
    #[cfg(feature = "compiler")]
    // A guest built in one workspace with the compiler has the compiler's features too, and still only loads.
    config.enable_compiler(false);
    #[cfg(not(feature = "std"))]
    // SAFETY: the answer is right because a guest only ever loads code that was compiled on this very host for this host's CPU: the compiler enables
    // what it detects there, the cache's key names those features, and a vCPU shows all features of the host's CPU in `CPU_FEATURES`.
    unsafe {
        config.detect_host_feature(guest_has)
    };
    config
}

/// Whether the guest's CPU has `feature`, for a guest without an operating system to ask.
#[cfg(not(feature = "std"))]
fn guest_has(feature: &str) -> Option<bool> {
    Some(CPU_FEATURES.contains(&feature))
}
