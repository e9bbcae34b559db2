//! How far a compilation is, in functions.
//!
//! Cranelift reports the passes it makes to a profiler, one for each thread; translating a function from Wasm is the first pass of each.

use cranelift_codegen::timing::{Pass, Profiler, set_thread_profiler};
use std::any::Any;
use std::cell::Cell;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

/// Milliseconds from one line to the next, at least.
const INTERVAL: u64 = 100;

/// Counts functions and writes `progress DONE TOTAL` to standard output: at the first, then at most ten times a second. Any thread may call.
pub struct Progress {
    total: u32,
    done: AtomicU32,
    started: Instant,
    /// When the next line is due, in milliseconds after `started`.
    due: AtomicU64,
}

impl Progress {
    pub fn new(total: u32) -> Arc<Self> {
        Arc::new(Self { total, done: AtomicU32::new(0), started: Instant::now(), due: AtomicU64::new(0) })
    }

    /// Counts the functions that the calling thread compiles from now on.
    pub fn watch_thread(self: &Arc<Self>) {
        set_thread_profiler(Box::new(Watch { progress: self.clone(), busy: Cell::new(false) }));
    }

    /// All is compiled.
    pub fn finish(&self) {
        print(self.total, self.total);
    }

    fn count(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let now = self.started.elapsed().as_millis() as u64;
        let due = self.due.load(Ordering::Relaxed);
        if now >= due && self.due.compare_exchange(due, now + INTERVAL, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            print(done, self.total);
        }
    }
}

/// Nobody listening is no reason to stop.
fn print(done: u32, total: u32) {
    let _ = writeln!(std::io::stdout(), "progress {done} {total}");
}

/// A thread's profiler. When it begins a function, the one before is done.
struct Watch {
    progress: Arc<Progress>,
    busy: Cell<bool>,
}

impl Profiler for Watch {
    fn start_pass(&self, pass: Pass) -> Box<dyn Any> {
        if pass == Pass::wasm_translate_function && self.busy.replace(true) {
            self.progress.count();
        }
        // Of no size: no allocation.
        Box::new(())
    }
}
