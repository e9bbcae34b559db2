//! `wasi:io/error` and `wasi:io/poll`: what a component waits for, and the one place where it does.

use super::wasi::http::types::ErrorCode;
use super::wasi::io::streams::StreamError;
use super::wasi::io::{error, poll};
use super::{Failure, State};
use crate::poll::{Interest, Moment, decide};
use crate::vfs::Errno;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use wasmtime::component::Resource;
use wasmtime::{Result, bail};

/// Why a call of a stream fails.
pub type StreamFailure = Failure<StreamError>;

/// `error`: why the last operation of a stream failed.
#[derive(Clone, Debug)]
pub enum IoError {
    Http(ErrorCode),
    File(Errno),
}

/// `pollable`: what is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pollable {
    /// What never waits.
    Ready,
    /// The monotonic clock reaching this, in nanoseconds.
    At(u64),
    /// Standard input: bytes or the end.
    Input,
    /// A body that comes in: bytes or the end.
    Body(u32),
    /// The end of a body that comes in.
    End(u32),
    /// The answer to a call.
    Response(u32),
    /// Room in a body that goes out.
    Room(u32),
}

impl State {
    /// Whether a pollable is ready, as far as is known inside; where it is not, the host is asked for what it lacks.
    fn interest(&mut self, pollable: Pollable) -> Interest {
        if let Pollable::At(instant) = pollable {
            return Interest::Monotonic(instant);
        }
        if self.is_ready(pollable) || self.receive() && self.is_ready(pollable) {
            return Interest::Nothing;
        }
        match pollable {
            Pollable::Body(body) | Pollable::End(body) => self.want(body),
            Pollable::Room(sink) => self.want_credit(sink),
            _ => (),
        }
        Interest::Input
    }

    fn is_ready(&mut self, pollable: Pollable) -> bool {
        match pollable {
            Pollable::Ready => true,
            Pollable::At(instant) => instant <= self.world.host.monotonic(),
            Pollable::Input => self.talk.serves_http || self.world.host.input().is_ready(),
            Pollable::Body(body) => self.talk.body_is_ready(body),
            Pollable::End(body) => self.talk.body_has_ended(body),
            Pollable::Response(call) => self.talk.call_is_answered(call),
            Pollable::Room(sink) => self.talk.room(sink) > 0,
        }
    }

    /// Whether a pollable is ready, of which the component asks without waiting.
    pub(super) fn is_there(&mut self, pollable: Pollable) -> bool {
        let waits = |state: &mut Self| state.interest(pollable) != Interest::Nothing && !state.is_ready(pollable);
        if waits(self) {
            self.look_again();
            return !waits(self);
        }
        true
    }

    /// Waits until one of these is ready.
    pub(super) fn wait_for(&mut self, pollables: &[Pollable]) -> Result<Vec<bool>> {
        loop {
            let interests: Vec<Interest> = pollables.iter().map(|p| self.interest(*p)).collect();
            let now = Moment { monotonic: self.world.host.monotonic(), wall: 0, input: false };
            let Some(waiting) = decide(interests.iter().copied(), now) else {
                self.talk.idle = false;
                return Ok(interests.into_iter().map(|i| i.is_met(now)).collect());
            };
            let never = |p: &Pollable| matches!(p, Pollable::Room(sink) if self.talk.is_stuck(*sink));
            if waiting.nanos == u64::MAX && pollables.iter().all(never) {
                bail!("waits for room in a body that nobody was given, and so for ever");
            }
            self.leave_for(waiting.nanos, waiting.input);
        }
    }

    /// A look without waiting found nothing: what is there outside is only seen by leaving, which a second look in a row does.
    fn look_again(&mut self) {
        if self.talk.idle {
            self.leave_for(1, true);
        }
        self.talk.idle = true;
    }

    pub(super) fn leave_for(&mut self, nanos: u64, input: bool) {
        if !self.world.is_ready() {
            // What is waited for may have come with the request.
            return self.world.ready();
        }
        if !self.receive() {
            self.world.host.wait(nanos, input);
            self.receive();
        }
    }
}

impl error::Host for State {}

impl error::HostError for State {
    fn to_debug_string(&mut self, this: Resource<IoError>) -> Result<String> {
        Ok(match self.table.get(&this)? {
            IoError::Http(code) => format!("{}: {}", super::codes::name(code), super::codes::detail(code)),
            IoError::File(errno) => format!("{errno:?}"),
        })
    }

    fn drop(&mut self, this: Resource<IoError>) -> Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

impl poll::Host for State {
    fn poll(&mut self, list: Vec<Resource<Pollable>>) -> Result<Vec<u32>> {
        if list.is_empty() {
            bail!("empty poll list");
        }
        let pollables = list.iter().map(|p| self.table.get(p).copied()).collect::<core::result::Result<Vec<_>, _>>()?;
        let ready = self.wait_for(&pollables)?;
        Ok((0..).zip(ready).filter_map(|(i, ready)| ready.then_some(i)).collect())
    }
}

impl poll::HostPollable for State {
    fn ready(&mut self, this: Resource<Pollable>) -> Result<bool> {
        let pollable = *self.table.get(&this)?;
        Ok(self.is_there(pollable))
    }

    fn block(&mut self, this: Resource<Pollable>) -> Result<()> {
        let pollable = *self.table.get(&this)?;
        self.wait_for(&[pollable]).map(|_| ())
    }

    fn drop(&mut self, this: Resource<Pollable>) -> Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}
