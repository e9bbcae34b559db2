//! The few dozen instructions of assembly: ring 0's exception stubs, and the entries that the host jumps to.
//!
//! An exception from ring 3 arrives with this on the ring-0 stack, after the entry has pushed the vector (and a zero where the
//! processor pushes no error code), and `exception` has pushed rax:
//!
//! ```text
//! rsp+56 ss   +48 rsp   +40 rflags   +32 cs   +24 rip   +16 error code   +8 vector   +0 rax
//! ```
//!
//! - `ud2` at `flush_site`: the runtime wants CR3 reloaded, since only ring 0 can.
//! - #DE, #UD, #PF in the function's code (the image, between 4 and 8 GiB): a Wasm trap. The frame is rewritten so that `iretq` "returns" into
//!   `trap_entry` in ring 3, with wasmtime's handler's arguments: rdi = instruction, rsi = frame pointer, edx = is there an address, rcx = the
//!   address. The stack pointer skips the red zone and is aligned as after a call. Wasm's own registers are dead by then.
//! - Anything else: reported to the host, which discards the machine.
//!
//! On a nested KVM without hardware help each ring-0 instruction is interpreted at about a microsecond: keep it short.

use abi::exchange::GUEST;
use abi::machine::EXCHANGE;
use abi::reason;

const GUEST_PAGE: u64 = EXCHANGE + GUEST as u64;

core::arch::global_asm!(
    ".section .stubs, \"ax\"",
    ".macro entry vector, error_code",
    "  .balign 16",
    "  .if \\error_code == 0",
    "  push 0",
    "  .endif",
    "  push \\vector",
    "  jmp exception",
    ".endm",
    "entry 0, 0",
    "entry 1, 0",
    "entry 2, 0",
    "entry 3, 0",
    "entry 4, 0",
    "entry 5, 0",
    "entry 6, 0",
    "entry 7, 0",
    "entry 8, 1",
    "entry 9, 0",
    "entry 10, 1",
    "entry 11, 1",
    "entry 12, 1",
    "entry 13, 1",
    "entry 14, 1",
    "entry 15, 0",
    "entry 16, 0",
    "entry 17, 1",
    "entry 18, 0",
    "entry 19, 0",
    "entry 20, 0",
    "entry 21, 1",
    "entry 22, 0",
    "entry 23, 0",
    "entry 24, 0",
    "entry 25, 0",
    "entry 26, 0",
    "entry 27, 0",
    "entry 28, 0",
    "entry 29, 1",
    "entry 30, 1",
    "entry 31, 0",
    ".balign 16",
    "exception:",
    "  push rax",
    "  test byte ptr [rsp + 32], 3",
    "  jz 3f",
    "  mov rax, [rsp + 24]",
    "  cmp rax, offset flush_site",
    "  je 2f",
    "  shr rax, 32",
    "  cmp eax, 1",
    "  jne 3f",
    "  mov rax, [rsp + 8]",
    "  xor edx, edx",
    "  test eax, eax", // #DE
    "  jz 1f",
    "  cmp eax, 6", // #UD
    "  je 1f",
    "  cmp eax, 14", // #PF
    "  jne 3f",
    "  mov edx, 1",
    "  mov rcx, cr2",
    "1:",
    "  mov rdi, [rsp + 24]",
    "  mov rsi, rbp",
    "  mov qword ptr [rsp + 24], offset trap_entry",
    "  and dword ptr [rsp + 40], {flags}",
    "  mov rax, [rsp + 48]",
    "  sub rax, 128",
    "  and rax, -16",
    "  sub rax, 8",
    "  mov [rsp + 48], rax",
    "  add rsp, 24",
    "  iretq",
    "2:",
    "  mov rax, cr3",
    "  mov cr3, rax",
    "  add qword ptr [rsp + 24], 2",
    "  pop rax",
    "  add rsp, 16",
    "  iretq",
    "3:",
    "  mov rax, [rsp + 8]",
    "  mov [{page} + 0x30], rax",
    "  mov rax, [rsp + 16]",
    "  mov [{page} + 0x38], rax",
    "  mov rax, [rsp + 24]",
    "  mov [{page} + 0x40], rax",
    "  mov rax, cr2",
    "  mov [{page} + 0x48], rax",
    "  mov rax, [rsp + 48]",
    "  mov [{page} + 0x50], rax",
    "  mov dword ptr [{page} + 4], 0",
    "  mov dword ptr [{page}], {fault}",
    "4:",
    "  mov edx, {port}",
    "  out dx, al",
    "  jmp 4b",
    // Ring 3 from here on.
    ".globl boot",
    "boot:",
    "  xor ebp, ebp",
    "  and rsp, -16",
    "  call main",
    "  ud2",
    ".globl warm",
    "warm:",
    "  test rsi, rsi",
    "  jz 8f",
    "  mov rax, [rdi]",
    "  mov rdx, [rdi + 8]",
    "  mov rcx, [rdi + 16]",
    "5:",
    "  cmp rax, rdx",
    "  jae 7f",
    "  mov bl, [rax]",
    "  test cl, cl",
    "  jz 6f",
    "  mov [rax], bl",
    "6:",
    "  add rax, 4096",
    "  jmp 5b",
    "7:",
    "  add rdi, 24",
    "  dec rsi",
    "  jmp warm",
    "8:",
    "  mov dword ptr [{page} + 4], 0",
    "  mov dword ptr [{page}], {done}",
    "9:",
    "  mov edx, {port}",
    "  out dx, al",
    "  jmp 9b",
    ".globl trim",
    "trim:",
    "  test rsi, rsi",
    "  jz 5f",
    "  mov rax, [rdi]",
    "  mov rdx, [rdi + 8]",
    "  mov [rax], rdx",
    "  add rdi, 16",
    "  dec rsi",
    "  jmp trim",
    "5:",
    "  call flush",
    "  jmp 8b",
    ".globl flush",
    "flush:",
    "flush_site:",
    "  ud2",
    "  ret",
    "trap_entry:", // as if called: the stack pointer is 8 off a multiple of 16
    "  jmp trap",
    flags = const !(0x4_0500i32), // direction, trap and alignment-check flags
    page = const GUEST_PAGE,
    fault = const reason::FAULT,
    done = const reason::DONE,
    port = const abi::PORT,
);

unsafe extern "C" {
    /// First instruction of a boot.
    pub fn boot();
    /// Touches what a shell is warmed with.
    pub fn warm();
    /// Takes page-table entries back to the snapshot's, and reloads CR3.
    pub fn trim();
    /// Reloads CR3, through ring 0.
    pub fn flush();
}
