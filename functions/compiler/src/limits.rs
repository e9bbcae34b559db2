//! What this process may use of the machine, set on itself before it reads any input.

use crate::Failure;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit status when a limit ended the process.
pub const STATUS: i32 = 3;

/// Memory that a compilation may use unless told otherwise, in bytes of address space.
pub const MEMORY: u64 = 4 << 30;

/// Time that a compilation may take unless told otherwise, in seconds of all cores together.
pub const CPU: u64 = 600;

/// Arenas of the C library's allocator: each reserves 64 MiB of address space, and one for each of many cores would eat the limit unused.
const ARENAS: i32 = 8;

/// Seconds between the signal and the kernel's kill, should the signal not end the process.
const CPU_GRACE: u64 = 5;

/// What is written when a limit is hit; made beforehand, since nothing can be allocated then.
static MEMORY_MESSAGE: OnceLock<String> = OnceLock::new();
static CPU_MESSAGE: OnceLock<String> = OnceLock::new();

/// Limits this process to `memory` bytes of address space and `cpu` seconds. Called once, before any other thread runs.
pub fn set(memory: u64, cpu: u64) -> Result<(), Failure> {
    let _ = MEMORY_MESSAGE.set(format!("error: compiling needs more than {} MiB of memory, the limit (--memory-limit)\n", memory >> 20));
    let _ = CPU_MESSAGE.set(format!("error: compiling takes more than {cpu} s of CPU time, the limit (--cpu-limit)\n"));
    // SAFETY: mallopt only sets a number in the allocator; the handler does what a handler may: it reads an initialised value, writes and exits.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, ARENAS);
        libc::signal(libc::SIGXCPU, cpu_exhausted as *const () as libc::sighandler_t);
    }
    limit(libc::RLIMIT_AS, memory, 0, "memory")?;
    limit(libc::RLIMIT_CPU, cpu, CPU_GRACE, "CPU time")
}

/// The soft limit at `value`, the hard one `grace` above; a lower hard limit from outside stays.
fn limit(resource: libc::__rlimit_resource_t, value: u64, grace: u64, what: &str) -> Result<(), Failure> {
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls get a valid rlimit of this process's own; the kernel fills the first and reads the second.
    let result = unsafe {
        libc::getrlimit(resource, &mut now);
        let new = libc::rlimit { rlim_cur: value.min(now.rlim_max), rlim_max: value.saturating_add(grace).min(now.rlim_max) };
        libc::setrlimit(resource, &new)
    };
    if result == 0 {
        return Ok(());
    }
    Err(Failure::input(format!("cannot limit this process's {what} to {value}: {}", std::io::Error::last_os_error())))
}

extern "C" fn cpu_exhausted(_signal: libc::c_int) {
    end(CPU_MESSAGE.get());
}

/// The failure for an operating system that says no more memory, for instance when a thread is to start.
pub fn memory_failure() -> Failure {
    let message = MEMORY_MESSAGE.get().map_or("", String::as_str);
    Failure { status: STATUS, message: message.trim_start_matches("error: ").trim_end().to_owned() }
}

/// Writes `message` to standard error and exits, without allocating, from any thread or handler. Whoever comes second leaves
/// it time, and says nothing.
fn end(message: Option<&String>) -> ! {
    static ENDING: AtomicBool = AtomicBool::new(false);
    let message = message.map_or("", String::as_str);
    // SAFETY: pointer and length are of one string that lives for ever; _exit runs nothing of this process; a handler may call all three.
    unsafe {
        if ENDING.swap(true, Ordering::Relaxed) {
            libc::sleep(1);
        } else {
            libc::write(libc::STDERR_FILENO, message.as_ptr().cast(), message.len());
        }
        libc::_exit(STATUS)
    }
}

/// The system's allocator, but an allocation that fails ends the process with a message instead of an abort.
pub struct Allocator;

// SAFETY: every call goes to `System` with the caller's arguments; a null answer is never returned.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise about `layout` is passed on.
        allocated(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as in `alloc`.
        allocated(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: `block` came from `System` by one of these functions, with `layout`.
        allocated(unsafe { System.realloc(block, layout, size) })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as in `realloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

fn allocated(block: *mut u8) -> *mut u8 {
    if block.is_null() {
        end(MEMORY_MESSAGE.get());
    }
    block
}
