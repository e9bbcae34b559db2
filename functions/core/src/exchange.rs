//! The exchange area, as the guest uses it. The only place that touches it.

use abi::{GuestPage, HostPage, exchange};
use core::sync::atomic::{AtomicU32, Ordering};

/// The exchange area. References into it never outlive a call that leaves to the host: the methods that leave need `&mut` of the owner.
pub(crate) struct Exchange {
    base: *mut u8,
}

impl Exchange {
    /// # Safety
    /// `base` must point to `exchange::SIZE` bytes, aligned to a page, that are this machine's for good and are written by nobody else while it runs.
    pub(crate) unsafe fn new(base: *mut u8) -> Self {
        Self { base }
    }

    /// The host page, copied: it may change with every entry.
    pub(crate) fn host(&self) -> HostPage {
        // SAFETY: inside the area (`new`), aligned, and any bytes are a HostPage; volatile, because the host writes it behind our back.
        unsafe { self.base.add(exchange::HOST).cast::<HostPage>().read_volatile() }
    }

    pub(crate) fn guest(&mut self) -> &mut GuestPage {
        // SAFETY: inside the area (`new`), aligned, any bytes are a GuestPage; `&mut self` keeps it the only reference. While the guest runs
        // the host only reads, as one that trusts nothing.
        unsafe { &mut *self.base.add(exchange::GUEST).cast::<GuestPage>() }
    }

    /// The host may take the first `bytes` of OUT, whatever this side does meanwhile; they are not written again before it leaves.
    pub(crate) fn publish(&mut self, bytes: usize) {
        // SAFETY: inside the area (`new`), aligned, and accessed by both sides as one whole word. Release: what was written to OUT is there first.
        let length = unsafe { AtomicU32::from_ptr(&raw mut self.guest().out_len) };
        length.store(bytes as u32, Ordering::Release);
    }

    pub(crate) fn input(&self) -> &[u8] {
        // SAFETY: inside the area (`new`); the host writes here only while the guest is out, when no such reference lives.
        unsafe { core::slice::from_raw_parts(self.base.add(exchange::IN), exchange::IN_SIZE) }
    }

    pub(crate) fn output(&mut self) -> &mut [u8] {
        // SAFETY: inside the area (`new`); `&mut self` keeps it the only reference.
        unsafe { core::slice::from_raw_parts_mut(self.base.add(exchange::OUT), exchange::OUT_SIZE) }
    }
}
