//! The function's memory limit: linear memories, tables and files draw on one budget.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use wasmtime::{ResourceLimiter, Result};

/// Bytes a table's element takes.
const TABLE_ELEMENT: u64 = 8;

/// A handle to the one count. A machine has one thread, so plain loads and stores do; it is atomic only to be `Send`, as the limiter must be.
#[derive(Clone)]
pub(crate) struct Budget {
    used: Arc<AtomicU64>,
    refused: Arc<AtomicU32>,
    limit: u64,
}

impl Budget {
    pub(crate) fn new(limit: u64) -> Self {
        Self { used: Arc::new(AtomicU64::new(0)), refused: Arc::new(AtomicU32::new(0)), limit }
    }

    /// Bytes in use.
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Relaxed)
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// Takes `bytes`, or nothing if they would exceed the limit.
    #[must_use]
    pub(crate) fn take(&self, bytes: u64) -> bool {
        match self.used().checked_add(bytes) {
            Some(used) if used <= self.limit => {
                self.used.store(used, Relaxed);
                true
            }
            _ => {
                self.refused.store(self.refused.load(Relaxed).saturating_add(1), Relaxed);
                false
            }
        }
    }

    /// How often [`Budget::take`] has refused since this was last asked.
    pub(crate) fn refused(&self) -> u32 {
        let times = self.refused.load(Relaxed);
        self.refused.store(0, Relaxed);
        times
    }

    /// Whether `new` could be taken once `old`, which is held, has been given back.
    pub(crate) fn fits_instead(&self, old: u64, new: u64) -> bool {
        self.used().saturating_sub(old).checked_add(new).is_some_and(|used| used <= self.limit)
    }

    /// Gives `bytes` back that were taken.
    pub(crate) fn give(&self, bytes: u64) {
        self.used.store(self.used().saturating_sub(bytes), Relaxed);
    }
}

impl ResourceLimiter for Budget {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        // Beyond the memory's own maximum wasmtime refuses after us, and would not tell us.
        Ok(maximum.is_none_or(|max| desired <= max) && self.take((desired - current) as u64))
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        let bytes = ((desired - current) as u64).checked_mul(TABLE_ELEMENT);
        Ok(maximum.is_none_or(|max| desired <= max) && bytes.is_some_and(|b| self.take(b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_tables_and_files_draw_on_one_budget() {
        let files = Budget::new(1 << 20);
        let mut limiter = files.clone();
        assert!(limiter.memory_growing(0, 1 << 19, None).unwrap());
        assert!(limiter.table_growing(0, 1000, None).unwrap());
        assert_eq!(files.used(), (1 << 19) + 8000);
        assert!(!files.take(1 << 19));
        assert!(files.take((1 << 19) - 8000));
        assert!(!limiter.table_growing(1000, 1001, None).unwrap());
        assert_eq!((files.refused(), files.refused()), (2, 0));
        files.give(8);
        assert!(limiter.table_growing(1000, 1001, None).unwrap());
    }

    #[test]
    fn what_wasmtime_would_refuse_is_not_counted() {
        let mut b = Budget::new(1 << 30);
        assert!(!b.memory_growing(0, 2 << 16, Some(1 << 16)).unwrap());
        assert_eq!((b.used(), b.refused()), (0, 0));
        assert!(!b.table_growing(0, usize::MAX, None).unwrap());
    }
}
