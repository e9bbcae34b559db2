//! `poll_oneoff`. Subscriptions stay in the program's memory and are read from there on each look, so that a long list costs no memory of ours.

use super::State;
use super::clocks::{MONOTONIC, REALTIME};
use super::descriptors::Descriptor;
use super::memory::Guest;
use crate::poll::{Interest, Moment, decide};
use crate::vfs::{Errno, Result};

const SUBSCRIPTION: u32 = 48;
const EVENT: u32 = 32;
/// `eventtype`
const CLOCK: u8 = 0;
const FD_READ: u8 = 1;
const FD_WRITE: u8 = 2;
/// `subclockflags.subscription_clock_abstime`
const ABSOLUTE: u16 = 1;
/// `eventrwflags.fd_readwrite_hangup`
const HANGUP: u16 = 1;

/// The program's list, and when the call began.
#[derive(Clone, Copy)]
struct Poll {
    subscriptions: u32,
    count: u32,
    began: u64,
}

pub(super) fn poll_oneoff(state: &mut State, guest: &mut Guest, subscriptions: u32, events: u32, count: u32, to: u32) -> Result<()> {
    if count == 0 {
        return Err(Errno::Invalid);
    }
    guest.bytes(subscriptions, count.checked_mul(SUBSCRIPTION).ok_or(Errno::Fault)?)?;
    guest.bytes(events, count.checked_mul(EVENT).ok_or(Errno::Fault)?)?;
    guest.bytes(to, 4)?;
    let poll = Poll { subscriptions, count, began: state.world.host.monotonic() };
    if poll.asks_for_input(state, guest)? {
        state.world.ready();
    }
    let now = poll.wait(state, guest)?;
    let mut met = 0;
    for i in 0..count {
        if poll.interest(state, guest, i)?.is_met(now) {
            let event = poll.event(state, guest, i)?;
            guest.put(events + met * EVENT, &event)?;
            met += 1;
        }
    }
    guest.put_u32(to, met)
}

impl Poll {
    /// Also checks all subscriptions.
    fn asks_for_input(self, state: &State, guest: &Guest) -> Result<bool> {
        let mut input = false;
        for i in 0..self.count {
            input |= self.interest(state, guest, i)? == Interest::Input;
        }
        Ok(input)
    }

    /// Waits until something is met, and says how things stand then.
    fn wait(self, state: &mut State, guest: &Guest) -> Result<Moment> {
        loop {
            let host = &state.world.host;
            let now = Moment { monotonic: host.monotonic(), wall: host.wall(), input: host.input().is_ready() };
            let interests = (0..self.count).filter_map(|i| self.interest(state, guest, i).ok());
            let Some(waiting) = decide(interests, now) else { return Ok(now) };
            state.world.ready();
            state.world.host.wait(waiting.nanos, waiting.input);
        }
    }

    fn interest(self, state: &State, guest: &Guest, i: u32) -> Result<Interest> {
        let at = self.subscriptions + i * SUBSCRIPTION;
        match guest.u8(at + 8)? {
            CLOCK => self.clock(guest, at),
            kind @ (FD_READ | FD_WRITE) => match (kind, state.descriptors.get(guest.u32(at + 16)?)?) {
                (FD_READ, Descriptor::Input) => Ok(Interest::Input),
                (FD_WRITE, Descriptor::Output(_)) => Ok(Interest::Nothing),
                (_, Descriptor::Open(open)) if !open.is_directory => Ok(Interest::Nothing),
                _ => Err(Errno::BadDescriptor),
            },
            _ => Err(Errno::Invalid),
        }
    }

    fn clock(self, guest: &Guest, at: u32) -> Result<Interest> {
        let (id, timeout, flags) = (guest.u32(at + 16)?, guest.u64(at + 24)?, guest.u16(at + 40)?);
        match (id, flags) {
            (MONOTONIC | REALTIME, 0) => Ok(Interest::Monotonic(self.began.saturating_add(timeout))),
            (MONOTONIC, ABSOLUTE) => Ok(Interest::Monotonic(timeout)),
            (REALTIME, ABSOLUTE) => Ok(Interest::Wall(timeout)),
            _ => Err(Errno::Invalid),
        }
    }

    fn event(self, state: &State, guest: &Guest, i: u32) -> Result<[u8; EVENT as usize]> {
        let at = self.subscriptions + i * SUBSCRIPTION;
        let kind = guest.u8(at + 8)?;
        let (bytes, flags) = match kind {
            CLOCK => (0, 0),
            _ => readiness(state, kind, guest.u32(at + 16)?)?,
        };
        let mut event = [0; EVENT as usize];
        event[..8].copy_from_slice(guest.bytes(at, 8)?);
        event[10] = kind;
        event[16..24].copy_from_slice(&bytes.to_le_bytes());
        event[24..26].copy_from_slice(&flags.to_le_bytes());
        Ok(event)
    }
}

/// Bytes that can be read or written, and whether the end is reached.
fn readiness(state: &State, kind: u8, fd: u32) -> Result<(u64, u16)> {
    let to_read = match state.descriptors.get(fd)? {
        _ if kind == FD_WRITE => return Ok((1, 0)),
        Descriptor::Open(open) => state.world.tree.size(open.node).saturating_sub(open.position),
        _ => state.world.host.input().available() as u64,
    };
    Ok((to_read, if to_read == 0 { HANGUP } else { 0 }))
}
