//! Addresses inside the unikernel's own image that page tables, descriptors and the linker script (`layout.ld`) must agree on.

/// The page tables and descriptors (`tables.rs`).
pub const TABLES: u64 = 0x20_1000;
/// The ring-0 stubs (`stub.rs`), 16 bytes for each of the 32 exceptions; code and constants follow, in 2 MiB pages without a page table in them.
pub const STUBS: u64 = 0x40_0000;
/// Top tables of the windows, a page for each page-map entry from 1 to 8.
pub const WINDOWS: u64 = abi::machine::TABLES;
/// How many.
pub const WINDOWS_COUNT: usize = 8;
/// The ring-0 stack's top; it grows down to the start of the data.
pub const RING0_STACK_TOP: u64 = abi::machine::DATA + 0x800;
/// The top of the stack for double faults.
pub const DOUBLE_FAULT_STACK_TOP: u64 = abi::machine::DATA + 0x1000;
