//! `wasi:clocks`

use super::State;
use super::io::Pollable;
use super::wasi::clocks::wall_clock::Datetime;
use super::wasi::clocks::{monotonic_clock, wall_clock};
use wasmtime::Result;
use wasmtime::component::Resource;

const SECOND: u64 = 1_000_000_000;

/// Nanoseconds since 1970, as the interfaces have them.
pub(super) fn datetime(nanos: u64) -> Datetime {
    Datetime { seconds: nanos / SECOND, nanoseconds: (nanos % SECOND) as u32 }
}

/// And back; nothing if it is out of range.
pub(super) fn nanos(time: Datetime) -> Option<u64> {
    time.seconds.checked_mul(SECOND)?.checked_add(u64::from(time.nanoseconds))
}

impl wall_clock::Host for State {
    fn now(&mut self) -> Result<Datetime> {
        Ok(datetime(self.world.read_wall_clock()))
    }

    fn resolution(&mut self) -> Result<Datetime> {
        Ok(datetime(1))
    }
}

impl monotonic_clock::Host for State {
    fn now(&mut self) -> Result<u64> {
        Ok(self.world.host.monotonic())
    }

    fn resolution(&mut self) -> Result<u64> {
        Ok(1)
    }

    fn subscribe_instant(&mut self, when: u64) -> Result<Resource<Pollable>> {
        Ok(self.table.push(Pollable::At(when))?)
    }

    fn subscribe_duration(&mut self, duration: u64) -> Result<Resource<Pollable>> {
        let when = self.world.host.monotonic().saturating_add(duration);
        Ok(self.table.push(Pollable::At(when))?)
    }
}
