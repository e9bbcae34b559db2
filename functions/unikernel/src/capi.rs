//! wasmtime's platform border (its `runtime/vm/sys/custom/capi.rs` says each function's duty). 0 is success, anything else an error.

use crate::single::Single;
use crate::windows;

/// Out of memory, as Linux numbers it.
const ENOMEM: i32 = 12;
const PROT_WRITE: u32 = 2;

/// wasmtime's one word of thread-local storage: there is one thread.
static TLS: Single<*mut u8> = Single::new(core::ptr::null_mut());

fn status(done: Option<()>) -> i32 {
    if done.is_some() { 0 } else { ENOMEM }
}

#[unsafe(no_mangle)]
extern "C" fn wasmtime_tls_get(_slot: usize) -> *mut u8 {
    TLS.with(|t| *t)
}

#[unsafe(no_mangle)]
extern "C" fn wasmtime_tls_set(_slot: usize, value: *mut u8) {
    TLS.with(|t| *t = value);
}

#[unsafe(no_mangle)]
extern "C" fn wasmtime_page_size() -> usize {
    abi::PAGE
}

#[unsafe(no_mangle)]
extern "C" fn wasmtime_mmap_new(size: usize, prot: u32, ret: &mut *mut u8) -> i32 {
    let Some(start) = windows::reserve(size as u64) else { return ENOMEM };
    *ret = start as *mut u8;
    if prot & PROT_WRITE == 0 { 0 } else { status(windows::map(start, size as u64)) }
}

#[unsafe(no_mangle)]
extern "C" fn wasmtime_mmap_remap(addr: *mut u8, size: usize, prot: u32) -> i32 {
    if windows::unmap(addr as u64, size as u64).is_none() {
        return ENOMEM;
    }
    wasmtime_mprotect(addr, size, prot)
}

#[unsafe(no_mangle)]
extern "C" fn wasmtime_munmap(ptr: *mut u8, size: usize) -> i32 {
    status(windows::unmap(ptr as u64, size as u64))
}

/// Memories are only ever made accessible, or taken away whole; code lies in the image and is executable from the start.
#[unsafe(no_mangle)]
extern "C" fn wasmtime_mprotect(ptr: *mut u8, size: usize, prot: u32) -> i32 {
    if prot == 0 {
        return status(windows::unmap(ptr as u64, size as u64));
    }
    status(windows::map(ptr as u64, size as u64))
}

/// No images: a memory's first content is copied during the boot, once for all machines.
#[unsafe(no_mangle)]
extern "C" fn wasmtime_memory_image_new(_ptr: *const u8, _len: usize, ret: &mut *mut u8) -> i32 {
    *ret = core::ptr::null_mut();
    0
}

#[unsafe(no_mangle)]
extern "C" fn wasmtime_memory_image_map_at(_image: *mut u8, _addr: *mut u8, _len: usize) -> i32 {
    unreachable!("there are no memory images")
}

#[unsafe(no_mangle)]
extern "C" fn wasmtime_memory_image_free(_image: *mut u8) {}
