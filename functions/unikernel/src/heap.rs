//! The runtime's heap: free lists of small blocks over dlmalloc over runs of frames, which are never given back (the machine ends, or is reset).

use crate::frames;
use crate::single::Single;
use core::alloc::{GlobalAlloc, Layout};
use dlmalloc::Dlmalloc;
use mayfly_core::bins::Bins;

struct Frames;

// SAFETY: `alloc` hands out frames that nobody else has, mapped and zero; nothing is ever remapped or freed.
unsafe impl dlmalloc::Allocator for Frames {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        match frames::for_heap(size.next_multiple_of(abi::PAGE) as u64) {
            Some(address) => (address as *mut u8, size.next_multiple_of(abi::PAGE), 0),
            None => (core::ptr::null_mut(), 0, 0),
        }
    }
    fn remap(&self, _ptr: *mut u8, _old: usize, _new: usize, _can_move: bool) -> *mut u8 {
        core::ptr::null_mut()
    }
    fn free_part(&self, _ptr: *mut u8, _old: usize, _new: usize) -> bool {
        false
    }
    fn free(&self, _ptr: *mut u8, _size: usize) -> bool {
        false
    }
    fn can_release_part(&self, _flags: u32) -> bool {
        false
    }
    fn allocates_zeros(&self) -> bool {
        true
    }
    fn page_size(&self) -> usize {
        abi::PAGE
    }
}

struct Large(Single<Dlmalloc<Frames>>);

// SAFETY: dlmalloc keeps the contract; one thread, and dlmalloc does not allocate from itself.
unsafe impl GlobalAlloc for Large {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout is valid, as GlobalAlloc asks.
        self.0.with(|h| unsafe { h.malloc(layout.size(), layout.align()) })
    }
    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: `ptr` came from here with this layout.
        self.0.with(|h| unsafe { h.free(ptr, layout.size(), layout.align()) });
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as for alloc.
        self.0.with(|h| unsafe { h.calloc(layout.size(), layout.align()) })
    }
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as for dealloc.
        self.0.with(|h| unsafe { h.realloc(ptr, layout.size(), layout.align(), new_size) })
    }
}

struct Heap(Single<Bins<Large>>);

#[global_allocator]
static HEAP: Heap = Heap(Single::new(Bins::new(Large(Single::new(Dlmalloc::new_with_allocator(Frames))))));

// SAFETY: the lists keep the contract; one thread, and neither they nor their source allocate from them.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout is valid and not empty, as GlobalAlloc asks.
        self.0.with(|h| unsafe { h.alloc(layout) })
    }
    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: `ptr` came from here with this layout.
        self.0.with(|h| unsafe { h.dealloc(ptr, layout) });
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as for alloc.
        self.0.with(|h| unsafe { h.alloc_zeroed(layout) })
    }
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as for dealloc.
        self.0.with(|h| unsafe { h.realloc(ptr, layout, new_size) })
    }
}
