//! What the host reads first: [`abi::MachineHeader`] at the start of slot 0.

use crate::layout::WINDOWS;
use crate::{stub, tables};

#[repr(C)]
struct Header {
    magic: [u8; 8],
    version: u64,
    boot: unsafe extern "C" fn(),
    warm: unsafe extern "C" fn(),
    trim: unsafe extern "C" fn(),
    page_tables: u64,
    gdt: u64,
    gdt_limit: u64,
    idt: u64,
    tss: u64,
    windows_table: u64,
    data_end: unsafe extern "C" fn(),
}

const _: () = assert!(size_of::<Header>() == size_of::<abi::MachineHeader>());

unsafe extern "C" {
    /// Not a function: the linker script's name for the end of the data; only its address is used.
    fn data_end();
}

#[unsafe(link_section = ".header")]
#[used]
static HEADER: Header = Header {
    magic: abi::MACHINE_MAGIC,
    version: abi::ABI_VERSION as u64,
    boot: stub::boot,
    warm: stub::warm,
    trim: stub::trim,
    page_tables: tables::PAGE_MAP,
    gdt: tables::GDT,
    gdt_limit: tables::GDT_LIMIT,
    idt: tables::IDT,
    tss: tables::TSS,
    windows_table: WINDOWS,
    data_end,
};
