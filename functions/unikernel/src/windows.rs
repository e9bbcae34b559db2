//! Address space for linear memories: wide windows, absent but for what a memory has, so that an access past its end faults.
//!
//! A restore only ever adds to these tables; what a run has added is taken away by `trim` (`stub.rs`) before the machine serves again.

use crate::frames::{self, LARGE};
use crate::layout;
use crate::single::Single;
use crate::stub;
use crate::tables::{DATA_PAGE, HUGE_PAGE, TO_TABLE};
use abi::PAGE;
use abi::machine::{WINDOWS, WINDOWS_END};

const ADDRESS: u64 = 0x000f_ffff_ffff_f000;

/// First address not yet reserved.
static NEXT: Single<u64> = Single::new(WINDOWS);

/// Reserves `bytes` of absent addresses, 2 MiB aligned.
pub fn reserve(bytes: u64) -> Option<u64> {
    NEXT.with(|next| {
        let start = *next;
        let end = start.checked_add(bytes)?.checked_next_multiple_of(LARGE)?;
        if end > WINDOWS_END {
            return None;
        }
        *next = end;
        Some(start)
    })
}

/// Maps zeroed frames wherever `start..start + bytes` is absent.
pub fn map(start: u64, bytes: u64) -> Option<()> {
    let end = start.checked_add(bytes)?;
    let mut at = start;
    while at < end {
        let middle = middle_entry(at)?;
        // SAFETY: `middle_entry` gives the address of an entry in a table of ours.
        let entry = unsafe { *middle };
        if entry & HUGE_PAGE != 0 {
            at = (at / LARGE + 1) * LARGE;
        } else if entry == 0 && at % LARGE == 0 && end - at >= LARGE && set_large(middle).is_some() {
            at += LARGE;
        } else {
            small(middle, at)?;
            at += PAGE as u64;
        }
    }
    Some(())
}

fn set_large(middle: *mut u64) -> Option<()> {
    let frame = frames::large()?;
    // SAFETY: an absent entry of a table of ours becomes a page that nobody else has.
    unsafe { *middle = frame | DATA_PAGE | HUGE_PAGE };
    Some(())
}

fn small(middle: *mut u64, at: u64) -> Option<()> {
    let last = next_table(middle)?.wrapping_add((at >> 12 & 511) as usize);
    // SAFETY: the entry lies in the table that `next_table` gave; a frame just taken belongs to nobody else.
    unsafe {
        if *last == 0 {
            *last = frames::one()? | DATA_PAGE;
        }
    }
    Some(())
}

/// The entry of the 2 MiB around `at`.
fn middle_entry(at: u64) -> Option<*mut u64> {
    let (window, top) = ((at >> 39) as usize - 1, (at >> 30 & 511) as usize);
    let tables = layout::WINDOWS as *mut u64;
    let top = tables.wrapping_add(window * 512 + top);
    Some(next_table(top)?.wrapping_add((at >> 21 & 511) as usize))
}

/// The table that an entry points to, made if the entry is absent.
fn next_table(entry: *mut u64) -> Option<*mut u64> {
    // SAFETY: `entry` lies in a table of ours, which only this module changes; a new table's frame reads as zero.
    unsafe {
        if *entry == 0 {
            *entry = frames::for_table()? | TO_TABLE;
        }
        Some((*entry & ADDRESS) as *mut u64)
    }
}

/// Makes `start..start + bytes` absent, and gives its frames back (large ones are kept by nobody: this happens when a store ends, and so does the machine).
pub fn unmap(start: u64, bytes: u64) -> Option<()> {
    let end = start.checked_add(bytes)?;
    let mut at = start;
    while at < end {
        at = unmap_one(at)?;
    }
    // SAFETY: flush only reloads CR3.
    unsafe { stub::flush() };
    Some(())
}

fn unmap_one(at: u64) -> Option<u64> {
    let (window, top) = ((at >> 39) as usize - 1, (at >> 30 & 511) as usize);
    let after = |bytes: u64| Some((at / bytes + 1) * bytes);
    // SAFETY: entries of tables of ours, walked from the top, absent ones skipped.
    unsafe {
        let top = *(layout::WINDOWS as *mut u64).wrapping_add(window * 512 + top);
        if top == 0 {
            return after(1 << 30);
        }
        let middle = ((top & ADDRESS) as *mut u64).wrapping_add((at >> 21 & 511) as usize);
        if *middle == 0 || *middle & HUGE_PAGE != 0 {
            *middle = 0;
            return after(LARGE);
        }
        let last = ((*middle & ADDRESS) as *mut u64).wrapping_add((at >> 12 & 511) as usize);
        if *last != 0 {
            let frame = *last & ADDRESS;
            *last = 0;
            frames::give_back(frame);
        }
    }
    after(PAGE as u64)
}
