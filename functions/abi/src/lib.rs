//! What the two sides of a machine agree on. The host side stands in `gateway`, package `dev.mayfly.vm`
//! (`Exchange`, `Image`) and `dev.mayfly.kvm` (`MachineHeader`); a test there pins the numbers to this file's.
//!
//! All integers are little-endian. The host trusts nothing that a guest writes: it copies the guest page once and checks
//! the copy; the guest trusts the host.
//!
//! # A machine's life
//!
//! ```text
//! host: HOST.command = BOOT, enter ──▶ guest: loads the image, runs the program up to its ready point
//!                                  ◀── guest: GUEST.reason = READY (or FAILED: cannot be a function)
//! host: takes the snapshot; for each request restores it into a shell, then
//! host: HOST.command = REQUEST, hand-over and first input in IN ──▶ guest: goes on
//!                                  ◀── OUTPUT (OUT is full), WAIT (for time or input), GROW (more frames)
//! host: HOST.command = RESUME, more input in IN ──▶ ...
//!                                  ◀── ANSWER (exit status or trap). Never entered again before a reset.
//! ```
//! Every exit carries what lies in OUT (`out_len` bytes of records), which the host takes before it enters again.
//!
//! # Output while the guest goes on
//!
//! OUT is filled from its start. `out_len` counts *published* bytes: whole records that are written first and counted then, and not changed before the guest
//! leaves with another reason than GROW. So the host may look at any time, the guest inside or out, and take what has been published since it looked last; it
//! does so at least whenever a slice of the guest's time ends. The host sets `out_len` to 0 before it enters after such an exit, since only then is OUT empty.
//! A component publishes each write. It leaves with OUTPUT when OUT is full, or on a write or flush a millisecond after it left last: so a stream costs an exit
//! a millisecond at the most, and an event is seen within a slice, and at once if nothing was sent just before.
//!
//! # Several requests in one entry
//!
//! Where a component that serves HTTP takes one request after the other (`fresh: never` or a number), an entry may bring several: the first as always, the
//! hand-overs of the others behind it in IN, their places in `HostPage::followers`, their number in `following`. The guest works as follows, and so does the host, which
//! changes `following` only while the guest is out:
//!
//! 1. When it takes a request up, the guest notes whether one follows it.
//! 2. Having answered a request that one followed, it publishes ANSWERED, and only then reads `following` again: if the next one is still there, it takes that up, which cannot be
//!    taken back from then on; if not, it leaves with ANSWER. So what the host has seen ANSWERED of tells which request the guest is at, or about to take up.
//! 3. After an exit for any other reason but GROW, and when a slice ends, the host takes back those that follow the one which the guest is at, for other machines to serve: a
//!    request that waits, or computes for long, holds up none. `following` says so. IN may be overwritten then.
//! 4. Followers bring no input; they are asked for it, as always.
#![no_std]

/// Bytes in a page, everywhere.
pub const PAGE: usize = 4096;
/// Version of this interface; the unikernel's header, the image and the host must agree.
pub const ABI_VERSION: u32 = 3;

/// The exchange area: the memory both sides use to talk. Offsets are from its start.
///
/// ```text
/// 0x00000  host page   4 KiB    written by the host, read by the guest
/// 0x01000  guest page  4 KiB    written by the guest, read (once, copied) by the host
/// 0x02000  IN          256 KiB  host to guest: the hand-over, then standard input
/// 0x42000  OUT         64 KiB   guest to host: records of output
/// 0x52000  end
/// ```
pub mod exchange {
    /// Offset of the host page.
    pub const HOST: usize = 0;
    /// Offset of the guest page.
    pub const GUEST: usize = 0x1000;
    /// Offset of IN.
    pub const IN: usize = 0x2000;
    /// Bytes in IN.
    pub const IN_SIZE: usize = 256 * 1024;
    /// Offset of OUT.
    pub const OUT: usize = IN + IN_SIZE;
    /// Bytes in OUT.
    pub const OUT_SIZE: usize = 64 * 1024;
    /// Bytes in the whole area.
    pub const SIZE: usize = OUT + OUT_SIZE;
}

/// The host page.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HostPage {
    /// 0x00: [`ABI_VERSION`].
    pub version: u32,
    /// 0x04: one of [`command`].
    pub command: u32,
    /// 0x08: wall clock at this entry, nanoseconds since 1970.
    pub wall_ns: u64,
    /// 0x10: ticks of the time-stamp counter in a second; 0 where the guest has a clock of its own (the process engine).
    pub tsc_hz: u64,
    /// 0x18: fresh random bytes, the seed of all randomness; new with BOOT and each REQUEST.
    pub entropy: [u8; 32],
    /// 0x38: bytes of hand-over at the start of IN; 0 but with REQUEST (see [`crate::handover`]).
    pub handover_len: u32,
    /// 0x3c: bytes of standard input in IN, after the hand-over.
    pub in_len: u32,
    /// 0x40: bits of [`flag`].
    pub flags: u32,
    /// 0x44: with BOOT: one of [`snapshot`].
    pub snapshot: u32,
    /// 0x48: with BOOT: stop at the ready point just before this read of the wall clock (1 is the first); 0 for no such stop.
    pub stop_at_wall_read: u32,
    /// 0x4c: with REQUEST: how many requests follow in this entry, see [`HostPage::followers`]; with RESUME as many of them as had begun.
    pub following: u32,
    /// 0x50: with BOOT: guest address of the function's image (read-only, see [`image`]), and its bytes.
    pub image_addr: u64,
    /// 0x58: bytes of the image.
    pub image_len: u64,
    /// 0x60: with the entry after GROW: guest-physical address of the function's own frames (0: refused), and their bytes.
    pub frames_addr: u64,
    /// 0x68: bytes of those frames.
    pub frames_len: u64,
    /// 0x70: with REQUEST: the requests that follow, each the offset of its hand-over in IN and its bytes.
    pub followers: [[u32; 2]; FOLLOWERS],
}

/// Requests that one entry may bring beside its first.
pub const FOLLOWERS: usize = 7;

/// What the host asks for when it enters the guest.
pub mod command {
    /// Load the image and run to the ready point.
    pub const BOOT: u32 = 1;
    /// A request lies in IN; go on from the ready point.
    pub const REQUEST: u32 = 2;
    /// Go on after OUTPUT, WAIT or GROW.
    pub const RESUME: u32 = 3;
}

/// Bits of `HostPage::flags`.
pub mod flag {
    /// Standard input ends after the bytes now in IN.
    pub const INPUT_ENDS: u32 = 1;
    /// Leave with OUTPUT after every write, so that whoever reads sees it at once (`mayfly run`).
    pub const INTERACTIVE: u32 = 2;
    /// Standard input, output, error is a terminal: to the program a character device.
    pub const TERMINAL: [u32; 3] = [4, 8, 16];
}

/// Where the snapshot is to be taken.
pub mod snapshot {
    /// At the ready point.
    pub const READY: u32 = 0;
    /// Before the program's first instruction (its start function included).
    pub const START: u32 = 1;
}

/// The guest page.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct GuestPage {
    /// 0x00: why the guest left, one of [`reason`].
    pub reason: u32,
    /// 0x04: bytes of whole records in OUT; while the guest runs, as many as are published.
    pub out_len: u32,
    /// 0x08: with ANSWER: one of [`verdict`].
    pub verdict: u32,
    /// 0x0c: with ANSWER and EXITED: the exit status, as the program gave it.
    pub exit_status: i32,
    /// 0x10: with WAIT: nanoseconds from now until the guest wants to go on; `u64::MAX` for no such time.
    pub wait_ns: u64,
    /// 0x18: with WAIT: bits of [`wait`]. With OUTPUT: INPUT if IN is empty, and the host may fill it.
    pub wait_for: u32,
    /// 0x1c: bytes of text at `message`: of a trap, a failure, a panic (UTF-8, not trusted).
    pub message_len: u32,
    /// 0x20: with READY: how often the wall clock was read before.
    pub wall_reads: u32,
    /// 0x24: with READY: how often randomness was drawn before.
    pub random_draws: u32,
    /// 0x28: bytes of the function's memory limit in use: linear memories, tables, files.
    pub memory_used: u64,
    /// 0x30: with FAULT: vector, error code, instruction pointer, fault address, stack pointer, written by the ring-0 stub.
    pub fault: [u64; 5],
    /// 0x58: how often more of it was asked for than there is, since the guest last left.
    pub memory_refused: u32,
    /// 0x5c: unused.
    pub reserved: [u8; 0x100 - 0x5c],
    /// 0x100: the message.
    pub message: [u8; MESSAGE_SIZE],
}

/// Bytes of the guest page's message, at the most.
pub const MESSAGE_SIZE: usize = 2048;

/// Why the guest left.
pub mod reason {
    /// The ready point of a boot: take the snapshot. The next entry is a REQUEST.
    pub const READY: u32 = 1;
    /// The program has ended. A component that serves HTTP may be entered with another REQUEST then (`fresh: never` or a number).
    pub const ANSWER: u32 = 2;
    /// The program waits; see `wait_ns`, `wait_for`.
    pub const WAIT: u32 = 3;
    /// OUT wants to be taken.
    pub const OUTPUT: u32 = 4;
    /// The image cannot be a function: `message` says why.
    pub const FAILED: u32 = 5;
    /// A processor exception outside Wasm code: the machine is lost.
    pub const FAULT: u32 = 6;
    /// The runtime gave up: `message` says why; the machine is lost.
    pub const PANIC: u32 = 7;
    /// The guest wants the frames of the function's own memory slot, once.
    pub const GROW: u32 = 8;
    /// A shell's warming run, or a trim, is done (never from a program).
    pub const DONE: u32 = 9;
}

/// Bits of `GuestPage::wait_for`, beside the time.
pub mod wait {
    /// More standard input, or its end.
    pub const INPUT: u32 = 1;
}

/// How the program ended.
pub mod verdict {
    /// It returned (status 0) or called `proc_exit`.
    pub const EXITED: u32 = 0;
    /// A Wasm trap; `message` names it.
    pub const TRAPPED: u32 = 1;
}

/// A record in OUT: `u32 stream`, `u32 length`, then the bytes; no padding between records.
pub mod record {
    /// Bytes before a record's own.
    pub const HEADER: usize = 8;
    /// Standard output.
    pub const STDOUT: u32 = 1;
    /// Standard error.
    pub const STDERR: u32 = 2;
}

/// What a component that serves HTTP and its host say to each other. Both OUT and IN (after the hand-over) then hold records: `u32 kind`,
/// `u32 length`, `length` bytes, no padding. Lists and strings are as in the hand-over; numbers little-endian; an `id` is the guest's, and is used once.
///
/// The hand-over of a request: arguments = method, scheme, authority, path with query; environment empty; files = name, value, name, value, ... of
/// the request's fields, in their order.
///
/// Flow inwards: the host sends a request's body only when asked (`WANT_BODY`, one for each `BODY`), and a call's likewise (`CALL_WANT`).
///
/// Flow outwards: each body has a credit, the bytes that its reader may still be sent. The guest starts with [`RESPONSE_CREDIT`] or [`CALL_CREDIT`], counts
/// down what it sends, and sends no more than it has; the host adds to it (`CREDIT`) as the client, or the upstream, takes what came. So a slow reader holds
/// one body, and neither the guest nor another body. A guest that waits for credit says so (`WANT_CREDIT`), or the host may keep it for the next occasion.
pub mod message {
    /// Guest to host, beside [`crate::record::STDOUT`] and [`crate::record::STDERR`]: the response's head. `u16 status`, list of names and values.
    pub const RESPONSE_HEAD: u32 = 3;
    /// Bytes of the response's body.
    pub const RESPONSE_BODY: u32 = 4;
    /// The body is whole. List of the trailers' names and values.
    pub const RESPONSE_END: u32 = 5;
    /// Instead of a head: the component answered with an error. String: the error code's name, as in WIT; string: its detail, or empty.
    pub const RESPONSE_ERROR: u32 = 6;
    /// The guest wants one more BODY (or its end).
    pub const WANT_BODY: u32 = 7;
    /// The body was given up half-way (dropped without finish, or a trap after the head): the client must see a broken answer.
    pub const RESPONSE_ABORT: u32 = 8;
    /// `u32 id` of a call, 0 for the response: its body has no credit, and the guest waits for some.
    pub const WANT_CREDIT: u32 = 9;
    /// The request is answered, in an entry that brought others (no content).
    pub const ANSWERED: u32 = 10;
    /// Bytes of its body that a response may send before the host has granted any.
    pub const RESPONSE_CREDIT: u32 = 262144;
    /// The same for the body of a call.
    pub const CALL_CREDIT: u32 = 65536;
    /// An outgoing request. `u32 id`, `u64` connect time-out, `u64` first-byte time-out, `u64` between-bytes time-out (nanoseconds, 0: none), list of
    /// method, scheme, authority, path with query; list of the fields' names and values. Its body follows.
    pub const CALL: u32 = 16;
    /// `u32 id`, bytes of its body.
    pub const CALL_BODY: u32 = 17;
    /// `u32 id`, list of trailers: its body is whole.
    pub const CALL_END: u32 = 18;
    /// `u32 id`: the guest is no longer interested.
    pub const CALL_DROP: u32 = 19;
    /// `u32 id`: the guest wants one more CALL_RESPONSE_BODY (or its end).
    pub const CALL_WANT: u32 = 20;
    /// A key-value or other service call: `u32 id`, string service, list of its arguments. The guest waits for the answer. Services:
    ///
    /// | service | arguments | results |
    /// |---|---|---|
    /// | `key-value.open` | store | none |
    /// | `key-value.get` | store, key | the value, or none if there is no such key |
    /// | `key-value.set` | store, key, value | none |
    /// | `key-value.delete` | store, key | none |
    /// | `key-value.exists` | store, key | one if it does (anything), none if not |
    /// | `key-value.keys` | store | all keys |
    /// | `key-value.increment` | store, key, delta (decimal) | the new value (decimal) |
    ///
    /// Their errors: `no-such-store`, `access-denied`, `other` with a detail.
    pub const SERVICE: u32 = 24;

    /// Host to guest: bytes of the request's body.
    pub const BODY: u32 = 64;
    /// The request's body is whole. List of trailers.
    pub const BODY_END: u32 = 65;
    /// The client went away, or broke the rules. String: what happened.
    pub const BODY_ERROR: u32 = 66;
    /// `u32 id` of a call, 0 for the response, `u32` bytes: so many more may be sent of its body.
    pub const CREDIT: u32 = 72;
    /// `u32 id`, `u16 status`, list of the fields' names and values.
    pub const CALL_RESPONSE: u32 = 80;
    /// `u32 id`, bytes.
    pub const CALL_RESPONSE_BODY: u32 = 81;
    /// `u32 id`, list of trailers.
    pub const CALL_RESPONSE_END: u32 = 82;
    /// `u32 id`, string error code's name as in WIT (`connection-refused`), string detail.
    pub const CALL_ERROR: u32 = 83;
    /// Answer to SERVICE: `u32 id`, `u32` 0 ok or 1 error, list of results (or the error's name and detail).
    pub const SERVICE_ANSWER: u32 = 88;
}

/// The port a guest writes (one byte, any value) to leave; any other port or exit loses the machine. On the way back, before anything else, it makes x87 and vector
/// registers initial: a reset sets memory, general and special registers, and relies on this for those.
pub const PORT: u16 = 0x4d;

/// The hand-over, at the start of IN with a REQUEST: three lists, one after the other. A list is `u32 count`, then that many
/// strings; a string is `u32 length` and the bytes.
///
/// 1. arguments, the program's name first; empty list: those of the image stand;
/// 2. environment, `NAME=value`; empty list: those of the image stand;
/// 3. files under `/request`: name (`method`, `header/accept`), content, name, content, ...
pub mod handover {}

/// The function's image: one read-only block, whole pages, that every machine of the function shares. Offsets are from its start.
///
/// ```text
/// 0x00  8 bytes "MAYFLY\0\x01"
/// 0x08  u32 kind (1: a WASI preview 1 command, 2 and 3: components), u32 flags (see the constants)
/// 0x10  u64 offset, u64 bytes of the compiled code (page aligned)
/// 0x20  u64 offset, u64 bytes of the settings
/// 0x30  u64 offset, u64 bytes of the tree's index
/// 0x40  u64 memory limit in bytes
/// ```
/// Settings: a list of arguments, then a list of environment strings, then, unless they end there, a list of variables: name, value, name, value, ...
/// (lists as in the hand-over).
///
/// The tree's index: `u32 count` of preopened directories, each: string name (as the guest sees it, `/data`), `u32 writable`
/// (1: scratch), node. A node: `u32 type` (1 directory, 2 file, 3 symbolic link), `u64` modification time (nanoseconds since 1970), then
/// by type: `u32 count` and that many (string name, node), sorted by name | `u64 offset` of the content in the image, `u64 bytes` | string target.
pub mod image {
    /// The first eight bytes.
    pub const MAGIC: [u8; 8] = *b"MAYFLY\0\x01";
    /// A WASI preview 1 command.
    pub const KIND_COMMAND: u32 = 1;
    /// A component that exports `wasi:http/incoming-handler` (0.2): see [`crate::message`].
    pub const KIND_HTTP: u32 = 2;
    /// A component that exports `wasi:cli/run` (0.2): served like a command.
    pub const KIND_COMPONENT_COMMAND: u32 = 3;
    /// The arguments come with the request: reading them is the ready point.
    pub const ARGS_FROM_REQUEST: u32 = 1;
    /// The environment comes with the request: reading it is the ready point.
    pub const ENV_FROM_REQUEST: u32 = 2;
    /// `/request` is preopened, last.
    pub const REQUEST_TREE: u32 = 4;
}

/// Where things lie in a KVM machine, guest-physical; the same virtual, but for the windows.
///
/// ```text
///   0x0000_0000  absent
///   0x0020_0000  slot 0, read-only, shared by all machines: header, page tables, GDT, IDT, ring-0 stub, code, constants (2 MiB entries)
///   0x0080_0000  slot 1, the shell's own, 24 MiB: below WARM the stack in 4 KiB pages, then 2 MiB pages
///     0x0080_0000   tables of the windows, 1 MiB, the first pages touched ahead of time: apart from WARM, since a KVM that shadows page tables
///                   keeps no 2 MiB page over one
///     0x0090_0000   absent (the stack's guard), 64 KiB
///     0x0091_0000   the stack, down from 0x0123_0000, touched as it is used
///     0x0120_0000   WARM: the one 2 MiB page that is touched ahead of time, and holds all that a small function needs: the stack's top, 192 KiB;
///     0x0123_0000   ring-0 stacks, data, zeroed data;
///     0x0125_0000   the heap's first 704 KiB;
///     0x0130_0000   the exchange area;
///     0x0135_2000   and the first frames of linear memories, in the order they are asked for
///     0x0140_0000   more frames
///   0x0200_0000  end of slot 1
/// 0x1_0000_0000  slot 3, read-only, shared by the function's machines: its image, 2 MiB entries, at most 4 GiB
/// 0x2_0000_0000  slot 2, the function's own frames, added when the guest asks (GROW); 2 MiB entries, at most 16 GiB
/// 0x80_0000_0000 virtual only: the windows of linear memories (512 GiB each of page-map entries 1 to 8); absent until mapped
/// ```
pub mod machine {
    /// Start of slot 0.
    pub const SHARED: u64 = 0x20_0000;
    /// Start of slot 1.
    pub const OWN: u64 = 0x80_0000;
    /// Tables of the windows, the eight top ones first.
    pub const TABLES: u64 = 0x80_0000;
    /// End of the tables' place; more lie among the frames.
    pub const TABLES_END: u64 = 0x90_0000;
    /// Lowest mapped address of the stack.
    pub const STACK_BOTTOM: u64 = 0x91_0000;
    /// End of the stack.
    pub const STACK_TOP: u64 = 0x123_0000;
    /// The 2 MiB page that a shell has touched ahead of time.
    pub const WARM: u64 = 0x120_0000;
    /// Start of the unikernel's writable data.
    pub const DATA: u64 = 0x123_0000;
    /// The heap's first part, up to the exchange area.
    pub const HEAP: u64 = 0x125_0000;
    /// The exchange area.
    pub const EXCHANGE: u64 = 0x130_0000;
    /// First of the shell's frames.
    pub const FRAMES: u64 = 0x135_2000;
    /// End of slot 1 and of the shell's frames.
    pub const OWN_END: u64 = 0x200_0000;
    /// The function's image.
    pub const IMAGE: u64 = 0x1_0000_0000;
    /// Bytes an image may have.
    pub const IMAGE_MAX: u64 = 4 << 30;
    /// The function's own frames.
    pub const FUNCTION_FRAMES: u64 = 0x2_0000_0000;
    /// Bytes the function's own frames may have.
    pub const FUNCTION_FRAMES_MAX: u64 = 16 << 30;
    /// Start of the windows.
    pub const WINDOWS: u64 = 0x80_0000_0000;
    /// End of the windows.
    pub const WINDOWS_END: u64 = 0x80_0000_0000 * 9;
}

/// Limit of the TSS, its I/O permission map included.
pub const TSS_LIMIT: u64 = 0x68 + 0x4d / 8 + 2 - 1;

/// First bytes of slot 0: what the host must know of the unikernel, 8 bytes each, addresses guest-virtual.
#[repr(C)]
pub struct MachineHeader {
    /// 0x00: "MAYFLYK\x01".
    pub magic: [u8; 8],
    /// 0x08: [`ABI_VERSION`].
    pub version: u64,
    /// 0x10: first instruction of a boot. On entry: rsp = `STACK_TOP`, everything else zero, ring 3, IOPL 0, interrupts off.
    pub boot: usize,
    /// 0x18: the warming routine: rdi = address of a list of (u64 first, u64 end, u64 write) ranges, rsi = how many. Reads a byte of each page, or
    /// writes it back where `write` is 1; leaves with reason DONE.
    pub warm: usize,
    /// 0x20: the trimming routine: rdi = address of a list of (u64 address, u64 value), rsi = how many. Stores each, reloads CR3, leaves with DONE.
    pub trim: usize,
    /// 0x28: value of CR3.
    pub page_tables: usize,
    /// 0x30: base of the GDT, 0x38: its limit. Selectors: 0x08 ring-0 code, 0x10 ring-0 data, 0x23 ring-3 data, 0x2b ring-3 code, 0x30 TSS.
    pub gdt: usize,
    /// 0x38.
    pub gdt_limit: u64,
    /// 0x40: base of the IDT (256 entries, limit 0xfff).
    pub idt: usize,
    /// 0x48: base of the TSS (limit [`TSS_LIMIT`], which takes in its I/O permission map: ring 3 may use [`PORT`] alone).
    pub tss: usize,
    /// 0x50: the windows' top table (eight pages, one for each page-map entry from 1 to 8), in slot 1.
    pub windows_table: usize,
    /// 0x58: first address after the unikernel's writable data.
    pub data_end: usize,
}

/// The machine header's first bytes.
pub const MACHINE_MAGIC: [u8; 8] = *b"MAYFLYK\x01";
