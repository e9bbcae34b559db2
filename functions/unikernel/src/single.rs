//! A variable of a machine with one vCPU, one thread and no interrupts.

use core::cell::UnsafeCell;

/// A static that is changed in place.
pub struct Single<T>(UnsafeCell<T>);

// SAFETY: the machine has one thread of execution; exceptions never run Rust code that returns to what they interrupted.
unsafe impl<T> Sync for Single<T> {}

impl<T> Single<T> {
    pub const fn new(value: T) -> Self {
        Single(UnsafeCell::new(value))
    }

    /// Runs `f` on the value. Must not be entered again from within `f` for the same variable.
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        // SAFETY: one thread, and callers do not nest (each user's `f` touches only its own variable).
        f(unsafe { &mut *self.0.get() })
    }
}
