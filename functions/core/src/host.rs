//! The host, as the rest of the core sees it: time, randomness, streams, and the ways to leave.

use crate::budget::Budget;
use crate::clock::Clocks;
use crate::exchange::Exchange;
use crate::platform::Platform;
use crate::random::Random;
use crate::streams::{Input, Output};
use abi::{ABI_VERSION, FOLLOWERS, MESSAGE_SIZE, command, exchange, flag, message, reason, record, snapshot, verdict, wait};
use alloc::boxed::Box;
use core::fmt::{self, Write};
use core::ops::Range;

/// Bytes that a record may have, so that it fits OUT.
pub(crate) const RECORD_MAX: usize = exchange::OUT_SIZE - record::HEADER;

/// How long output that nobody has been told of may lie in OUT before a write leaves, in nanoseconds: an exit takes 1 to 60 us.
const OFFER_NS: u64 = 1_000_000;

/// Where a machine is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Before the ready point.
    Boot,
    /// A request is being served.
    Request,
}

/// The border to the host. Everything that leaves goes through here, so that what the host writes is read anew after each exit.
pub(crate) struct Host {
    platform: Box<dyn Platform>,
    exchange: Exchange,
    budget: Budget,
    phase: Phase,
    clocks: Clocks,
    random: Random,
    input: Input,
    /// Input comes in records, which are taken whole.
    takes_records: bool,
    output: Output,
    /// Where the request's hand-over lies in IN.
    handover: Range<usize>,
    /// Requests that this entry has brought and that were taken up, beside its first.
    followed: usize,
    /// One more follows.
    is_followed: bool,
    /// Ticks at the last entry.
    entered: u64,
    /// `abi::flag`, as the host last gave them.
    flags: u32,
    at_start: bool,
    stop_at_wall_read: u32,
    wall_reads: u32,
    random_draws: u32,
}

impl Host {
    /// After the first entry, a BOOT.
    pub(crate) fn new(platform: Box<dyn Platform>, memory_limit: u64) -> Self {
        // SAFETY: what `Platform::exchange` promises.
        let exchange = unsafe { Exchange::new(platform.exchange()) };
        let page = exchange.host();
        let clocks = Clocks::new(page.wall_ns, platform.ticks_ns());
        Self {
            platform,
            exchange,
            budget: Budget::new(memory_limit),
            phase: Phase::Boot,
            clocks,
            random: Random::new(&page.entropy),
            input: Input::default(),
            takes_records: false,
            output: Output::default(),
            handover: 0..0,
            followed: 0,
            is_followed: false,
            entered: 0,
            flags: page.flags,
            at_start: page.snapshot == snapshot::START,
            stop_at_wall_read: page.stop_at_wall_read,
            wall_reads: 0,
            random_draws: 0,
        }
    }

    /// The memory limit's count, shared.
    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Whether standard stream 0, 1 or 2 is a terminal. Before the ready point none is.
    pub(crate) fn is_terminal(&self, stream: usize) -> bool {
        self.flags & flag::TERMINAL[stream] != 0
    }

    /// Whether the snapshot is wanted before the program's first instruction.
    pub(crate) fn wants_snapshot_at_start(&self) -> bool {
        self.at_start
    }

    /// The ready point: the snapshot is taken here, unless it has been. True if it was now, and so a request has come.
    pub(crate) fn ready(&mut self) -> bool {
        if self.phase != Phase::Boot {
            return false;
        }
        let guest = self.exchange.guest();
        guest.wall_reads = self.wall_reads;
        guest.random_draws = self.random_draws;
        let left = self.leave(reason::READY);
        let page = self.exchange.host();
        if page.command != command::REQUEST {
            self.panic(format_args!("after READY the host gave command {}, not REQUEST", page.command));
        }
        self.phase = Phase::Request;
        self.clocks.restart(page.wall_ns, left, self.platform.ticks_ns());
        self.take_request(&page);
        true
    }

    /// The request has been answered, and the program could take another. Returns when one has come.
    pub(crate) fn answered(&mut self) {
        if self.is_followed && self.take_follower() {
            return;
        }
        let guest = self.exchange.guest();
        guest.verdict = verdict::EXITED;
        guest.exit_status = 0;
        loop {
            let left = self.leave(reason::ANSWER);
            let page = self.exchange.host();
            if page.command == command::REQUEST {
                self.clocks.resume(page.wall_ns, left, self.platform.ticks_ns());
                return self.take_request(&page);
            }
        }
    }

    fn take_request(&mut self, page: &abi::HostPage) {
        self.random = Random::new(&page.entropy);
        self.flags = page.flags;
        self.handover = place(0, page.handover_len);
        self.followed = 0;
        self.is_followed = page.following > 0;
        self.take_input(page.handover_len as usize, page.in_len, page.flags);
    }

    /// Takes up the request that follows in this entry (`abi`, "Several requests in one entry"). False: the host has taken it back.
    fn take_follower(&mut self) -> bool {
        self.send(message::ANSWERED, &[]);
        let page = self.exchange.host();
        let following = (page.following as usize).min(FOLLOWERS);
        if self.followed >= following {
            self.is_followed = false;
            return false;
        }
        let [at, length] = page.followers[self.followed];
        self.handover = place(at, length);
        self.followed += 1;
        self.is_followed = self.followed < following;
        self.take_input(0, 0, page.flags);
        true
    }

    /// The request's hand-over, in IN: valid until the machine leaves next.
    pub(crate) fn handover(&self) -> &[u8] {
        &self.exchange.input()[self.handover.clone()]
    }

    /// Whether the boot is to stop just before the program's next read of the time of day.
    pub(crate) fn wall_stops_boot(&self) -> bool {
        self.phase == Phase::Boot && self.stop_at_wall_read != 0 && self.wall_reads + 1 == self.stop_at_wall_read
    }

    /// Counts a read of the time of day by the program, which the ready point depends on.
    pub(crate) fn count_wall_read(&mut self) {
        self.wall_reads = self.wall_reads.saturating_add(1);
    }

    /// The time of day: nanoseconds since 1970.
    pub(crate) fn wall(&self) -> u64 {
        self.clocks.wall(self.platform.ticks_ns())
    }

    /// The monotonic clock, in nanoseconds.
    pub(crate) fn monotonic(&self) -> u64 {
        self.clocks.monotonic(self.platform.ticks_ns())
    }

    /// Time spent computing, in nanoseconds.
    pub(crate) fn cpu(&self) -> u64 {
        self.clocks.cpu(self.platform.ticks_ns())
    }

    /// Fresh random bytes.
    pub(crate) fn random(&mut self, into: &mut [u8]) {
        self.random_draws = self.random_draws.saturating_add(1);
        self.random.fill(into);
    }

    /// What of standard input is at hand.
    pub(crate) fn input(&self) -> Input {
        self.input
    }

    /// Reads standard input; waits until there is some. 0 is the end. Only after the ready point.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> usize {
        if into.is_empty() {
            return 0;
        }
        while !self.input.is_ready() {
            self.wait(u64::MAX, true);
        }
        self.input.read(self.exchange.input(), into)
    }

    /// Writes a standard stream (`abi::record`), leaving as often as OUT is full.
    pub(crate) fn write(&mut self, stream: u32, mut bytes: &[u8]) {
        debug_assert!(stream == record::STDERR || self.phase == Phase::Request);
        while !bytes.is_empty() {
            let n = self.output.append(self.exchange.output(), stream, bytes);
            bytes = &bytes[n..];
            if !bytes.is_empty() {
                self.give_output();
            }
        }
    }

    /// Writes a record of its own (`abi::message`), of at most [`RECORD_MAX`] bytes, for the host to see soon.
    pub(crate) fn send(&mut self, kind: u32, bytes: &[u8]) {
        assert!(bytes.len() <= RECORD_MAX, "a record of {} bytes", bytes.len());
        if !self.output.put(self.exchange.output(), kind, bytes) {
            self.give_output();
            self.output.put(self.exchange.output(), kind, bytes);
        }
        self.exchange.publish(self.output.len());
    }

    /// What was written is to be seen, at once or soon (`abi`, "Output while the guest goes on").
    pub(crate) fn offer(&mut self) {
        if self.output.len() == 0 {
            return;
        }
        if self.platform.ticks_ns().saturating_sub(self.entered) >= OFFER_NS {
            self.give_output();
        } else {
            self.output.close();
            self.exchange.publish(self.output.len());
        }
    }

    /// Leaves for the host to take what lies in OUT. It may bring input along, if there is none.
    fn give_output(&mut self) {
        let empty = self.takes_records && self.input == Input::default();
        self.exchange.guest().wait_for = if empty { wait::INPUT } else { 0 };
        let page = self.resume_after(reason::OUTPUT);
        if empty {
            self.take_input(0, page.in_len, page.flags);
        }
    }

    /// All that lies in IN: the host's records, where it speaks in such (`abi::message`).
    pub(crate) fn take_records(&mut self) -> &[u8] {
        self.takes_records = true;
        let place = self.input.take();
        &self.exchange.input()[place]
    }

    /// After a whole write: whoever reads may want to see it at once.
    pub(crate) fn written(&mut self) {
        if self.flags & flag::INTERACTIVE != 0 && self.output.len() > 0 {
            self.give_output();
        }
    }

    /// Waits until `nanos` from now (`u64::MAX`: no such time), or, if `for_input`, until there is input. May return early.
    pub(crate) fn wait(&mut self, nanos: u64, for_input: bool) {
        let guest = self.exchange.guest();
        guest.wait_ns = nanos;
        guest.wait_for = if for_input { wait::INPUT } else { 0 };
        let page = self.resume_after(reason::WAIT);
        // Only now did the host write to IN, and only if there was nothing left in it.
        if for_input && !self.input.is_ready() {
            self.take_input(0, page.in_len, page.flags);
        }
    }

    /// The program has ended.
    pub(crate) fn exited(&mut self, status: i32) -> ! {
        let guest = self.exchange.guest();
        guest.verdict = verdict::EXITED;
        guest.exit_status = status;
        self.end(reason::ANSWER)
    }

    /// The program has trapped.
    pub(crate) fn trapped(&mut self, text: fmt::Arguments) -> ! {
        let guest = self.exchange.guest();
        guest.verdict = verdict::TRAPPED;
        guest.exit_status = 0;
        self.say(text);
        self.end(reason::ANSWER)
    }

    /// The image cannot be a function.
    pub(crate) fn failed(&mut self, text: fmt::Arguments) -> ! {
        self.say(text);
        self.end(reason::FAILED)
    }

    /// The runtime gives up.
    pub(crate) fn panic(&mut self, text: fmt::Arguments) -> ! {
        self.say(text);
        self.end(reason::PANIC)
    }

    fn say(&mut self, text: fmt::Arguments) {
        let guest = self.exchange.guest();
        guest.message_len = say(&mut guest.message, text);
    }

    fn end(&mut self, reason: u32) -> ! {
        loop {
            self.leave(reason);
        }
    }

    fn resume_after(&mut self, reason: u32) -> abi::HostPage {
        let left = self.leave(reason);
        let page = self.exchange.host();
        self.clocks.resume(page.wall_ns, left, self.platform.ticks_ns());
        self.flags = page.flags;
        page
    }

    /// The one exit. Gives the ticks at which it left.
    fn leave(&mut self, reason: u32) -> u64 {
        let length = self.output.len() as u32;
        let (used, refused) = (self.budget.used(), self.budget.refused());
        let guest = self.exchange.guest();
        guest.reason = reason;
        guest.out_len = length;
        guest.memory_used = used;
        guest.memory_refused = refused;
        let left = self.platform.ticks_ns();
        self.platform.leave();
        self.output = Output::default();
        self.entered = self.platform.ticks_ns();
        left
    }

    fn take_input(&mut self, at: usize, length: u32, flags: u32) {
        self.input = Input::new(at, length as usize, flags & flag::INPUT_ENDS != 0, exchange::IN_SIZE);
    }
}

/// Writes `text` into the guest page at the start of `area` and the reason PANIC beside it, for a platform that gives up. The caller leaves.
///
/// # Safety
/// `area` is the exchange area, as for `Platform::exchange`.
pub unsafe fn panic_message(area: *mut u8, text: fmt::Arguments) {
    // SAFETY: the caller's promise.
    let mut exchange = unsafe { Exchange::new(area) };
    let guest = exchange.guest();
    guest.message_len = say(&mut guest.message, text);
    guest.reason = reason::PANIC;
}

/// A piece of IN, cut to its bounds.
fn place(at: u32, length: u32) -> Range<usize> {
    let at = (at as usize).min(exchange::IN_SIZE);
    at..at + (length as usize).min(exchange::IN_SIZE - at)
}

/// Whether the host speaks this core's version of the interface.
pub(crate) fn version_fits(page: &abi::HostPage) -> bool {
    page.version == ABI_VERSION && page.command == command::BOOT
}

/// Formats into `message`, cut to its size at a character's border. The length.
fn say(message: &mut [u8; MESSAGE_SIZE], text: fmt::Arguments) -> u32 {
    struct Cut<'a> {
        into: &'a mut [u8],
        length: usize,
    }
    impl Write for Cut<'_> {
        fn write_str(&mut self, s: &str) -> fmt::Result {
            let n = s.floor_char_boundary(self.into.len() - self.length);
            self.into[self.length..self.length + n].copy_from_slice(&s.as_bytes()[..n]);
            self.length += n;
            if n < s.len() { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let mut cut = Cut { into: message, length: 0 };
    // An error only says that it was cut.
    let _ = cut.write_fmt(text);
    cut.length as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_in_is_cut_to_its_bounds() {
        assert_eq!(place(8, 5), 8..13);
        assert_eq!(place(exchange::IN_SIZE as u32 - 2, 5), exchange::IN_SIZE - 2..exchange::IN_SIZE);
        assert_eq!(place(u32::MAX, u32::MAX), exchange::IN_SIZE..exchange::IN_SIZE);
    }

    #[test]
    fn a_message_too_long_is_cut_at_a_character() {
        let mut message = [0; MESSAGE_SIZE];
        let text = "ä".repeat(MESSAGE_SIZE);
        let n = say(&mut message, format_args!("x{text}y")) as usize;
        assert_eq!(n, MESSAGE_SIZE - 1);
        assert!(core::str::from_utf8(&message[..n]).is_ok());
    }
}
