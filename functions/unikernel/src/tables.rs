//! Page tables, GDT, TSS and IDT, made at compile time: they lie in the shared read-only slot, so that no guest can change them.
//! Accessed, dirty and busy bits are set in advance: the processor never needs to write here.
//!
//! ```text
//! page map   entry 0     ─▶ low: entry 0     ─▶ first GiB:  2 MiB entries for slot 0; 4 KiB tables for windows' tables and stack, 2 MiB entries for the rest of slot 1
//!                               entry 4..7   ─▶ the image:  2 MiB entries, read-only, executable
//!                               entry 8..23  ─▶ the function's frames: 2 MiB entries, writable
//!            entry 1..8  ─▶ the windows' top tables, in slot 1: the guest's own
//! ```

use crate::layout::{DOUBLE_FAULT_STACK_TOP, RING0_STACK_TOP, STUBS, TABLES, WINDOWS, WINDOWS_COUNT};
use abi::machine::{FUNCTION_FRAMES, IMAGE, OWN, OWN_END, SHARED, STACK_BOTTOM, TABLES_END, WARM};

type Table = [u64; 512];

const PRESENT: u64 = 1;
const WRITABLE: u64 = 1 << 1;
const USER: u64 = 1 << 2;
const ACCESSED: u64 = 1 << 5;
const DIRTY: u64 = 1 << 6;
const HUGE: u64 = 1 << 7;
const NO_EXECUTE: u64 = 1 << 63;

/// An entry that points to a table.
pub const TO_TABLE: u64 = PRESENT | WRITABLE | USER | ACCESSED;
/// A page that is read and written, never executed.
pub const DATA_PAGE: u64 = PRESENT | WRITABLE | USER | ACCESSED | DIRTY | NO_EXECUTE;
/// Makes an entry of the middle level a 2 MiB page.
pub const HUGE_PAGE: u64 = HUGE;
/// A page that is read and executed.
const CODE_PAGE: u64 = PRESENT | USER | ACCESSED | DIRTY;

const GIB: u64 = 1 << 30;
const MIB2: u64 = 2 << 20;
const STACK_TABLES: usize = ((WARM - OWN) / MIB2) as usize;
const IMAGE_TABLES: usize = (abi::machine::IMAGE_MAX / GIB) as usize;
const FRAME_TABLES: usize = (abi::machine::FUNCTION_FRAMES_MAX / GIB) as usize;

#[repr(C, align(4096))]
pub struct Tables {
    page_map: Table,
    low: Table,
    first: Table,
    stack: [Table; STACK_TABLES],
    image: [Table; IMAGE_TABLES],
    frames: [Table; FRAME_TABLES],
    idt: [[u64; 2]; 256],
    gdt: [u64; 8],
    tss: Tss,
}

#[repr(C, packed)]
struct Tss {
    reserved0: u32,
    rsp: [u64; 3],
    reserved1: u64,
    ist: [u64; 7],
    reserved2: u64,
    reserved3: u16,
    io_map: u16,
    /// A bit for each port from 0, set: refused; the processor reads a byte more than it needs.
    io_refused: [u8; IO_MAP_BYTES],
}

/// Ports that the map speaks of, in bytes; those beyond are refused. Ring 3 may write [`abi::PORT`] and no other: by this map, not by IOPL, which
/// a nested KVM does not keep.
const IO_MAP_BYTES: usize = abi::PORT as usize / 8 + 2;

/// Limit of the TSS.
const TSS_LIMIT: u64 = size_of::<Tss>() as u64 - 1;
const _: () = assert!(TSS_LIMIT == abi::TSS_LIMIT);

const fn io_refused() -> [u8; IO_MAP_BYTES] {
    let mut map = [0xff; IO_MAP_BYTES];
    map[abi::PORT as usize / 8] &= !(1 << (abi::PORT % 8));
    map
}

const fn at(offset: usize) -> u64 {
    TABLES + offset as u64
}

/// Value of CR3.
pub const PAGE_MAP: u64 = at(core::mem::offset_of!(Tables, page_map));
/// Base of the GDT.
pub const GDT: u64 = at(core::mem::offset_of!(Tables, gdt));
/// Its limit.
pub const GDT_LIMIT: u64 = 8 * 8 - 1;
/// Base of the IDT.
pub const IDT: u64 = at(core::mem::offset_of!(Tables, idt));
/// Base of the TSS.
pub const TSS: u64 = at(core::mem::offset_of!(Tables, tss));

#[unsafe(link_section = ".tables")]
#[used]
static TABLES_DATA: Tables = build();

const fn build() -> Tables {
    let mut t = Tables {
        page_map: [0; 512],
        low: [0; 512],
        first: [0; 512],
        stack: [[0; 512]; STACK_TABLES],
        image: [[0; 512]; IMAGE_TABLES],
        frames: [[0; 512]; FRAME_TABLES],
        idt: [[0; 2]; 256],
        gdt: gdt(),
        tss: Tss { reserved0: 0, rsp: [RING0_STACK_TOP, 0, 0], reserved1: 0, ist: [DOUBLE_FAULT_STACK_TOP, 0, 0, 0, 0, 0, 0], reserved2: 0, reserved3: 0, io_map: 0x68, io_refused: io_refused() },
    };
    t.page_map[0] = at(core::mem::offset_of!(Tables, low)) | TO_TABLE;
    let mut i = 0;
    while i < WINDOWS_COUNT {
        t.page_map[1 + i] = (WINDOWS + (i as u64) * 4096) | TO_TABLE;
        i += 1;
    }
    t.low[0] = at(core::mem::offset_of!(Tables, first)) | TO_TABLE;
    let mut address = SHARED;
    while address < OWN {
        t.first[(address / MIB2) as usize] = address | CODE_PAGE | HUGE;
        address += MIB2;
    }
    own(&mut t);
    i = 0;
    while i < IMAGE_TABLES {
        let base = IMAGE + i as u64 * GIB;
        t.low[(base / GIB) as usize] = (at(core::mem::offset_of!(Tables, image)) + i as u64 * 4096) | TO_TABLE;
        huge_pages(&mut t.image[i], base, CODE_PAGE);
        i += 1;
    }
    i = 0;
    while i < FRAME_TABLES {
        let base = FUNCTION_FRAMES + i as u64 * GIB;
        t.low[(base / GIB) as usize] = (at(core::mem::offset_of!(Tables, frames)) + i as u64 * 4096) | TO_TABLE;
        huge_pages(&mut t.frames[i], base, DATA_PAGE);
        i += 1;
    }
    t.idt = idt();
    t
}

/// Slot 1: tables and stack in pages of 4 KiB, with nothing between them; then 2 MiB pages.
const fn own(t: &mut Tables) {
    let mut address = OWN;
    while address < OWN_END {
        let entry = (address / MIB2) as usize;
        if address < WARM {
            let i = ((address - OWN) / MIB2) as usize;
            t.first[entry] = (at(core::mem::offset_of!(Tables, stack)) + i as u64 * 4096) | TO_TABLE;
            stack_pages(&mut t.stack[i], address);
        } else {
            t.first[entry] = address | DATA_PAGE | HUGE;
        }
        address += MIB2;
    }
}

const fn stack_pages(table: &mut Table, base: u64) {
    let mut j = 0;
    while j < 512 {
        let page = base + j as u64 * 4096;
        table[j] = if page >= TABLES_END && page < STACK_BOTTOM { 0 } else { page | DATA_PAGE };
        j += 1;
    }
}

const fn huge_pages(table: &mut Table, base: u64, flags: u64) {
    let mut j = 0;
    while j < 512 {
        table[j] = (base + j as u64 * MIB2) | flags | HUGE;
        j += 1;
    }
}

/// Selectors: 0x08 ring-0 code, 0x10 ring-0 data, 0x20 ring-3 data, 0x28 ring-3 code, 0x30 the TSS (two entries).
const fn gdt() -> [u64; 8] {
    const CODE0: u64 = 0x00af_9b00_0000_ffff;
    const DATA0: u64 = 0x00cf_9300_0000_ffff;
    const DATA3: u64 = 0x00cf_f300_0000_ffff;
    const CODE3: u64 = 0x00af_fb00_0000_ffff;
    let tss = TSS;
    let low = TSS_LIMIT | (tss & 0xff_ffff) << 16 | 0x8b << 40 | (tss >> 24 & 0xff) << 56;
    [0, CODE0, DATA0, 0, DATA3, CODE3, low, tss >> 32]
}

/// Interrupt gates to the stubs for the 32 exceptions, for ring 0 only; the double fault has a stack of its own.
const fn idt() -> [[u64; 2]; 256] {
    let mut gates = [[0; 2]; 256];
    let mut vector = 0;
    while vector < 32 {
        let handler = STUBS + vector as u64 * 16;
        let ist = if vector == 8 { 1 } else { 0 };
        gates[vector] = [handler & 0xffff | 0x08 << 16 | ist << 32 | 0x8e << 40 | (handler >> 16 & 0xffff) << 48, handler >> 32];
        vector += 1;
    }
    gates
}

const _: () = assert!(size_of::<Tables>() as u64 + TABLES <= STUBS);
