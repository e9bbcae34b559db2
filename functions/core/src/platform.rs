//! What the runtime core needs of the thing it runs in: a KVM machine or a Linux process.

/// The border between the core and its platform. One instance, one thread.
pub trait Platform {
    /// The exchange area (`abi::exchange::SIZE` bytes), shared with the host. While the guest runs the host does not write to it; it may read.
    fn exchange(&self) -> *mut u8;

    /// Leaves to the host with what stands in the guest page, and returns when the host has entered again.
    /// After `READY` it may return many times, in many machines, each with memory as it was: nothing read from the
    /// exchange area before the call is valid after it.
    fn leave(&mut self);

    /// A monotonic clock in nanoseconds, of any origin; the core makes it stand still over a snapshot.
    fn ticks_ns(&self) -> u64;

    /// The function's image.
    fn image(&self) -> &'static [u8];
}
