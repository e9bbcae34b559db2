//! Free lists of small blocks, in front of a heap. A request makes and drops dozens of small values, and a general heap splits and joins blocks for each; a list
//! gives back the block that was dropped last, which also keeps what a request writes on few pages. A block that was small once stays small: what is held is at most the
//! most that was in use of each size at one time.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr;

/// Bytes from one size to the next, and what every small block is aligned to.
const STEP: usize = 16;
/// Bytes of the largest small block.
const LARGEST: usize = 512;

struct Free {
    next: *mut Free,
}

/// One thread's. Blocks come from the source at first, and large ones go back to it.
pub struct Bins<S> {
    source: S,
    free: [*mut Free; LARGEST / STEP],
}

impl<S> Bins<S> {
    /// Empty lists.
    pub const fn new(source: S) -> Self {
        Bins { source, free: [ptr::null_mut(); LARGEST / STEP] }
    }
}

/// Which list a block belongs to; none: it is large.
fn list(layout: Layout) -> Option<usize> {
    (layout.size() <= LARGEST && layout.align() <= STEP).then(|| (layout.size() - 1) / STEP)
}

/// What a list's blocks are in the source.
fn whole(list: usize) -> Layout {
    // SAFETY: a power of two, and far from the largest size.
    unsafe { Layout::from_size_align_unchecked((list + 1) * STEP, STEP) }
}

impl<S: GlobalAlloc> Bins<S> {
    /// A block, or null.
    ///
    /// # Safety
    /// The size is above 0.
    pub unsafe fn alloc(&mut self, layout: Layout) -> *mut u8 {
        let Some(list) = list(layout) else {
            // SAFETY: the caller's.
            return unsafe { self.source.alloc(layout) };
        };
        let block = self.free[list];
        if block.is_null() {
            // SAFETY: the size is above 0.
            return unsafe { self.source.alloc(whole(list)) };
        }
        // SAFETY: what is in a list is a block of ours with its link at the beginning, and aligned for that.
        self.free[list] = unsafe { (*block).next };
        block.cast()
    }

    /// The same, of zeros.
    ///
    /// # Safety
    /// The size is above 0.
    pub unsafe fn alloc_zeroed(&mut self, layout: Layout) -> *mut u8 {
        if list(layout).is_none() {
            // SAFETY: the caller's.
            return unsafe { self.source.alloc_zeroed(layout) };
        }
        // SAFETY: the caller's; the block has so many bytes.
        unsafe {
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    /// Takes a block back.
    ///
    /// # Safety
    /// It came from here with this layout, and is not used any more.
    pub unsafe fn dealloc(&mut self, block: *mut u8, layout: Layout) {
        match list(layout) {
            // SAFETY: the caller's.
            None => unsafe { self.source.dealloc(block, layout) },
            Some(list) => {
                let block = block.cast::<Free>();
                // SAFETY: nobody uses it; it has 16 bytes at least and is aligned to them.
                unsafe { block.write(Free { next: self.free[list] }) };
                self.free[list] = block;
            }
        }
    }

    /// Changes a block's size, or gives null and leaves it.
    ///
    /// # Safety
    /// It came from here with this layout; the size is above 0, and with this alignment is a layout.
    pub unsafe fn realloc(&mut self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (list(layout), list(wanted)) {
            // SAFETY: the caller's.
            (None, None) => unsafe { self.source.realloc(block, layout, size) },
            (Some(before), Some(after)) if before == after => block,
            // SAFETY: both blocks have the bytes that are copied, and are not the same.
            _ => unsafe {
                let next = self.alloc(wanted);
                if !next.is_null() {
                    ptr::copy_nonoverlapping(block, next, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                next
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;
    use std::vec::Vec;

    /// The system's heap, counted.
    #[derive(Default)]
    struct Counted {
        made: Cell<usize>,
        held: Cell<usize>,
    }

    // SAFETY: the system's heap. What has a default is made of these two.
    unsafe impl GlobalAlloc for Counted {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            self.made.set(self.made.get() + 1);
            self.held.set(self.held.get() + layout.size());
            unsafe { std::alloc::alloc(layout) }
        }
        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            self.held.set(self.held.get() - layout.size());
            unsafe { std::alloc::dealloc(block, layout) }
        }
    }

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).unwrap()
    }

    #[test]
    fn a_small_block_that_was_dropped_is_the_next_of_its_size() {
        let mut bins = Bins::new(Counted::default());
        unsafe {
            let first = bins.alloc(layout(33, 8));
            bins.dealloc(first, layout(33, 8));
            assert_eq!(bins.alloc(layout(48, 16)), first);
            assert_ne!(bins.alloc(layout(48, 16)), first);
        }
        assert_eq!(bins.source.made.get(), 2);
    }

    #[test]
    fn a_large_block_and_one_of_wide_alignment_go_back_to_the_source() {
        let mut bins = Bins::new(Counted::default());
        for large in [layout(513, 8), layout(64, 64)] {
            unsafe {
                let block = bins.alloc(large);
                bins.dealloc(block, large);
            }
            assert_eq!(bins.source.held.get(), 0);
        }
    }

    #[test]
    fn zeros_are_zeros_also_where_something_was_before() {
        let mut bins = Bins::new(Counted::default());
        unsafe {
            let block = bins.alloc(layout(100, 1));
            block.write_bytes(0xff, 100);
            bins.dealloc(block, layout(100, 1));
            let again = bins.alloc_zeroed(layout(100, 1));
            assert_eq!(core::slice::from_raw_parts(again, 100), [0; 100]);
        }
    }

    #[test]
    fn blocks_keep_their_bytes_and_overlap_no_other_whatever_their_sizes() {
        let mut bins = Bins::new(Counted::default());
        let mut live: Vec<(*mut u8, Layout, u8)> = Vec::new();
        let mut seed = 89_u32;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        for step in 0..20_000 {
            let fill = step as u8;
            unsafe {
                match random(3) {
                    0 if !live.is_empty() => {
                        let (block, size, byte) = live.swap_remove(random(live.len()));
                        assert!(core::slice::from_raw_parts(block, size.size()).iter().all(|b| *b == byte));
                        bins.dealloc(block, size);
                    }
                    1 if !live.is_empty() => {
                        let at = random(live.len());
                        let (block, before, byte) = live[at];
                        let after = layout(1 + random(1200), before.align());
                        let block = bins.realloc(block, before, after.size());
                        let kept = before.size().min(after.size());
                        assert!(core::slice::from_raw_parts(block, kept).iter().all(|b| *b == byte));
                        block.write_bytes(fill, after.size());
                        live[at] = (block, after, fill);
                    }
                    _ => {
                        let size = layout(1 + random(1200), 1 << random(6));
                        let block = bins.alloc(size);
                        assert_eq!(block as usize % size.align(), 0);
                        block.write_bytes(fill, size.size());
                        live.push((block, size, fill));
                    }
                }
            }
        }
        for (block, size, byte) in live {
            unsafe { assert!(core::slice::from_raw_parts(block, size.size()).iter().all(|b| *b == byte)) };
        }
    }
}
