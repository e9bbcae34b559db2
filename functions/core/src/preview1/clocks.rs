//! Clocks.

use super::State;
use super::memory::Guest;
use crate::vfs::{Errno, Result};

/// `clockid`
pub(super) const REALTIME: u32 = 0;
pub(super) const MONOTONIC: u32 = 1;
const PROCESS_CPUTIME: u32 = 2;
const THREAD_CPUTIME: u32 = 3;

pub(super) fn clock_res_get(_: &mut State, guest: &mut Guest, id: u32, to: u32) -> Result<()> {
    if id > THREAD_CPUTIME {
        return Err(Errno::Invalid);
    }
    guest.put_u64(to, 1)
}

pub(super) fn clock_time_get(state: &mut State, guest: &mut Guest, id: u32, _precision: u64, to: u32) -> Result<()> {
    // Before the clock is read, because that is counted.
    guest.bytes(to, 8)?;
    let time = match id {
        REALTIME => state.world.read_wall_clock(),
        MONOTONIC => state.world.host.monotonic(),
        PROCESS_CPUTIME | THREAD_CPUTIME => state.world.host.cpu(),
        _ => return Err(Errno::Invalid),
    };
    guest.put_u64(to, time)
}
