//! Physical frames, handed out in the order they are asked for: first the shell's, then the function's own, which the host adds when they are
//! asked for. All of them are also mapped where they lie (identity), and read as zero. What is asked for first lies in the page that a shell has
//! warm: the heap's first part before the exchange area, other frames behind it. Tables of the windows lie apart.

use crate::layout;
use crate::platform;
use crate::single::Single;
use abi::PAGE;
use abi::machine::{EXCHANGE, FRAMES, HEAP, OWN_END, TABLES_END};

/// Bytes of a large frame.
pub const LARGE: u64 = 2 << 20;

/// The first table that is not a window's top table.
const FIRST_TABLE: u64 = layout::WINDOWS + (layout::WINDOWS_COUNT * PAGE) as u64;

struct Frames {
    /// What is left of the tables' place.
    tables: (u64, u64),
    /// What is left of the heap's first part.
    heap: (u64, u64),
    /// What is left of the shell's frames.
    shell: (u64, u64),
    /// What is left of the function's.
    function: (u64, u64),
    /// Whether the host was asked for those.
    asked: bool,
    /// First of the frames given back, each holding the address of the next; 0 for none.
    free: u64,
}

static STATE: Single<Frames> = Single::new(Frames { tables: (FIRST_TABLE, TABLES_END), heap: (HEAP, EXCHANGE), shell: (FRAMES, OWN_END), function: (0, 0), asked: false, free: 0 });

impl Frames {
    fn function_frames(&mut self) {
        if !self.asked {
            self.asked = true;
            let (address, bytes) = platform::grow();
            self.function = (address, address + bytes);
        }
    }

    fn run(&mut self, bytes: u64) -> Option<u64> {
        if let Some(address) = cut(&mut self.shell, bytes, PAGE as u64) {
            return Some(address);
        }
        self.function_frames();
        cut(&mut self.function, bytes, PAGE as u64)
    }
}

fn cut(range: &mut (u64, u64), bytes: u64, align: u64) -> Option<u64> {
    let start = range.0.checked_next_multiple_of(align)?;
    let end = start.checked_add(bytes)?;
    if end > range.1 {
        return None;
    }
    range.0 = end;
    Some(start)
}

/// Frames in a row for the heap, `bytes` together (whole pages).
pub fn for_heap(bytes: u64) -> Option<u64> {
    STATE.with(|s| cut(&mut s.heap, bytes, PAGE as u64).or_else(|| s.run(bytes)))
}

/// A frame for a table of the windows, which is never given back.
pub fn for_table() -> Option<u64> {
    STATE.with(|s| cut(&mut s.tables, PAGE as u64, PAGE as u64)).or_else(one)
}

/// One frame.
pub fn one() -> Option<u64> {
    STATE.with(|s| {
        if s.free == 0 {
            return s.run(PAGE as u64);
        }
        let frame = s.free as *mut u64;
        // SAFETY: a frame on the list belongs to nobody else and is mapped where it lies; its first word is the next one's address.
        unsafe {
            s.free = *frame;
            frame.write_bytes(0, PAGE / 8);
        }
        Some(frame as u64)
    })
}

/// A frame of 2 MiB, aligned, of the function's own.
pub fn large() -> Option<u64> {
    STATE.with(|s| {
        s.function_frames();
        cut(&mut s.function, LARGE, LARGE)
    })
}

/// Gives a frame back.
pub fn give_back(frame: u64) {
    STATE.with(|s| {
        // SAFETY: the caller has unmapped it from its window; where it lies it is mapped and ours.
        unsafe { *(frame as *mut u64) = s.free };
        s.free = frame;
    });
}
