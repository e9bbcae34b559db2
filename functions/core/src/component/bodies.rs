//! Bodies of `wasi:http/types`, and everything that is said to the host about bodies (`abi::message`).

use super::State;
use super::fields::Fields;
use super::http::HttpFailure;
use super::io::{IoError, Pollable, StreamFailure};
use super::streams::{InputStream, OutputStream};
use super::talk::{Destination, End, Response};
use super::wasi::http::types::{self, ErrorCode};
use super::wasi::io::streams::StreamError;
use crate::host::RECORD_MAX;
use abi::message;
use alloc::vec::Vec;
use wasmtime::Result;
use wasmtime::component::Resource;

/// `incoming-body`
pub struct IncomingBody {
    pub(super) body: u32,
    pub(super) stream_taken: bool,
}

/// `future-trailers`
pub struct FutureTrailers {
    body: u32,
    taken: bool,
}

/// `outgoing-body`
pub struct OutgoingBody {
    pub(super) sink: u32,
    pub(super) stream_taken: bool,
}

impl State {
    /// Takes in what the host has put into IN. Whether it was anything.
    pub(super) fn receive(&mut self) -> bool {
        if !self.talk.serves_http {
            return false;
        }
        let records = self.world.host.take_records();
        let some = !records.is_empty();
        if let Err(malformed) = self.talk.receive(records) {
            self.world.host.panic(format_args!("the host's records are broken: {}", malformed.0));
        }
        for sink in self.talk.held() {
            self.send_held(sink);
        }
        some
    }

    /// Asks for more of a body, unless that has been done.
    pub(super) fn want(&mut self, body: u32) {
        let Some(incoming) = self.talk.incoming.get_mut(&body) else { return };
        if core::mem::replace(&mut incoming.wanted, true) {
            return;
        }
        if body == self.talk.request {
            self.world.host.send(message::WANT_BODY, &[]);
        } else {
            self.world.host.send(message::CALL_WANT, &body.to_le_bytes());
        }
    }

    /// Says that a body which goes out has no credit left, unless that has been done.
    pub(super) fn want_credit(&mut self, sink: u32) {
        let Some(body) = self.talk.sinks.get_mut(&sink) else { return };
        if let Some(to) = body.to
            && !core::mem::replace(&mut body.wants_credit, true)
        {
            self.world.host.send(message::WANT_CREDIT, &to.id().to_le_bytes());
        }
    }

    pub(super) fn read_body(&mut self, body: u32, length: usize) -> core::result::Result<Vec<u8>, StreamFailure> {
        self.is_there(Pollable::Body(body));
        let closed = StreamFailure::Code(StreamError::Closed);
        let Some(incoming) = self.talk.incoming.get_mut(&body) else { return Err(closed) };
        if incoming.has_bytes() || incoming.end.is_none() {
            return Ok(incoming.take(length));
        }
        match &incoming.end {
            Some(Err(code)) if !incoming.told => {
                let code = code.clone();
                incoming.told = true;
                self.stream_fails(IoError::Http(code))
            }
            _ => Err(closed),
        }
    }

    /// Nobody will ask for this body, or for the rest of the call it belongs to, any more.
    pub(super) fn give_up(&mut self, body: u32) {
        let answered = self.talk.calls.remove(&body).is_some_and(|a| matches!(a, Some(Err(_))));
        let Some(incoming) = self.talk.incoming.remove(&body) else { return };
        if body != self.talk.request && !answered && incoming.end.is_none() {
            self.world.host.send(message::CALL_DROP, &body.to_le_bytes());
        }
        self.talk.sinks.retain(|_, sink| sink.to != Some(Destination::Call(body)));
    }

    pub(super) fn write_body(&mut self, sink: u32, bytes: &[u8]) -> core::result::Result<(), StreamFailure> {
        let Some(body) = self.talk.sinks.get_mut(&sink) else { return Err(StreamFailure::Code(StreamError::Closed)) };
        body.written += bytes.len() as u64;
        let (to, total) = (body.to, body.written);
        if body.expected.is_some_and(|expected| total > expected) {
            return self.stream_fails(IoError::Http(size_error(to, total)));
        }
        match to {
            Some(to) => {
                body.credit -= bytes.len(); // never more than `room` has said
                self.send_body(to, bytes);
            }
            None => body.waiting.extend(bytes),
        }
        Ok(())
    }

    fn send_body(&mut self, to: Destination, bytes: &[u8]) {
        match to {
            Destination::Response => {
                self.world.host.write(message::RESPONSE_BODY, bytes);
                self.world.host.offer();
            }
            Destination::Call(call) => {
                for piece in bytes.chunks(RECORD_MAX / 2) {
                    self.world.host.send(message::CALL_BODY, &[&call.to_le_bytes()[..], piece].concat());
                }
            }
        }
    }

    /// From now on a body goes to where its head went.
    pub(super) fn attach(&mut self, sink: u32, to: Destination) {
        let Some(body) = self.talk.sinks.get_mut(&sink) else { return };
        body.to = Some(to);
        body.credit = to.credit();
        self.send_held(sink);
    }

    /// Sends what was written before there was a place for it, as far as there is credit, and then the body's end.
    fn send_held(&mut self, sink: u32) {
        let Some(body) = self.talk.sinks.get_mut(&sink) else { return };
        let Some(to) = body.to else { return };
        let n = body.waiting.len().min(body.credit);
        let rest = body.waiting.split_off(n);
        let now = core::mem::replace(&mut body.waiting, rest);
        body.credit -= n;
        let more = !body.waiting.is_empty();
        if !now.is_empty() {
            self.send_body(to, &now);
        }
        if more {
            self.want_credit(sink);
        } else {
            self.say_end(sink);
        }
    }

    fn finish_body(&mut self, sink: u32, trailers: Fields) -> core::result::Result<(), ErrorCode> {
        let Some(body) = self.talk.sinks.get_mut(&sink) else { return Ok(()) };
        let right = body.expected.is_none_or(|expected| expected == body.written);
        let answer = if right { Ok(()) } else { Err(size_error(body.to, body.written)) };
        body.end = Some(if right { End::Finished(trailers) } else { End::Aborted });
        self.say_end(sink);
        answer
    }

    pub(super) fn abort_body(&mut self, sink: u32) {
        let Some(body) = self.talk.sinks.get_mut(&sink) else { return };
        body.end = Some(End::Aborted);
        self.say_end(sink);
    }

    /// The end of a body, once it has one and goes somewhere.
    fn say_end(&mut self, sink: u32) {
        let Some(body) = self.talk.sinks.get(&sink) else { return };
        let (Some(to), Some(end)) = (body.to, &body.end) else { return };
        if !body.waiting.is_empty() && matches!(end, End::Finished(_)) {
            return; // `send_held` comes here again
        }
        let mut trailers = Vec::new();
        let whole = match end {
            End::Finished(fields) => {
                fields.encode(&mut trailers);
                trailers.len() + size_of::<u32>() <= RECORD_MAX
            }
            End::Aborted => false,
        };
        self.talk.sinks.remove(&sink);
        match (to, whole) {
            (Destination::Response, true) => self.world.host.send(message::RESPONSE_END, &trailers),
            (Destination::Response, false) => self.world.host.send(message::RESPONSE_ABORT, &[]),
            (Destination::Call(call), true) => self.world.host.send(message::CALL_END, &[&call.to_le_bytes()[..], &trailers].concat()),
            (Destination::Call(call), false) => self.break_call(call),
        }
        if to == Destination::Response {
            self.talk.response = Response::Over;
        }
    }

    /// The request's body was given up: so is the call, and it has failed.
    fn break_call(&mut self, call: u32) {
        if self.talk.call_is_answered(call) {
            return;
        }
        self.world.host.send(message::CALL_DROP, &call.to_le_bytes());
        self.talk.calls.insert(call, Some(Err(ErrorCode::HttpProtocolError)));
        self.talk.incoming.remove(&call);
    }

    /// The handler has returned, or trapped: what is still open ends here. As under wasmtime, a body that was neither finished nor dropped is whole.
    pub(super) fn close_response(&mut self, trapped: bool) {
        if let Response::Head(sink) = self.talk.response {
            if trapped {
                self.abort_body(sink);
            } else {
                if !self.talk.is_closed(sink) {
                    let _ = self.finish_body(sink, Fields::default());
                }
                while self.talk.held().contains(&sink) {
                    self.leave_for(u64::MAX, true);
                }
            }
        }
        let calls: Vec<u32> = self.talk.incoming.keys().copied().filter(|body| *body != self.talk.request).collect();
        for call in calls {
            self.give_up(call);
        }
    }
}

fn size_error(to: Option<Destination>, written: u64) -> ErrorCode {
    match to {
        Some(Destination::Call(_)) => ErrorCode::HttpRequestBodySize(Some(written)),
        _ => ErrorCode::HttpResponseBodySize(Some(written)),
    }
}

impl types::HostIncomingBody for State {
    fn stream(&mut self, this: Resource<IncomingBody>) -> Result<core::result::Result<Resource<InputStream>, ()>> {
        let body = self.table.get_mut(&this)?;
        if core::mem::replace(&mut body.stream_taken, true) {
            return Ok(Err(()));
        }
        let stream = InputStream::Body(body.body);
        Ok(Ok(self.table.push_child(stream, &this)?))
    }

    fn finish(&mut self, this: Resource<IncomingBody>) -> Result<Resource<FutureTrailers>> {
        let body = self.table.delete(this)?.body;
        Ok(self.table.push(FutureTrailers { body, taken: false })?)
    }

    fn drop(&mut self, this: Resource<IncomingBody>) -> Result<()> {
        let body = self.table.delete(this)?.body;
        self.give_up(body);
        Ok(())
    }
}

type Trailers = core::result::Result<Option<Resource<Fields>>, ErrorCode>;

impl types::HostFutureTrailers for State {
    fn subscribe(&mut self, this: Resource<FutureTrailers>) -> Result<Resource<Pollable>> {
        let body = self.table.get(&this)?.body;
        Ok(self.table.push_child(Pollable::End(body), &this)?)
    }

    fn get(&mut self, this: Resource<FutureTrailers>) -> Result<Option<core::result::Result<Trailers, ()>>> {
        let FutureTrailers { body, taken } = *self.table.get(&this)?;
        if taken {
            return Ok(Some(Err(())));
        }
        if !self.is_there(Pollable::End(body)) {
            return Ok(None);
        }
        self.table.get_mut(&this)?.taken = true;
        let end = self.talk.incoming.get(&body).and_then(|b| b.end.clone()).unwrap_or(Ok(None));
        Ok(Some(Ok(match end {
            Ok(Some(trailers)) => Ok(Some(self.table.push(trailers)?)),
            Ok(None) => Ok(None),
            Err(code) => Err(code),
        })))
    }

    fn drop(&mut self, this: Resource<FutureTrailers>) -> Result<()> {
        let body = self.table.delete(this)?.body;
        self.give_up(body);
        Ok(())
    }
}

impl types::HostOutgoingBody for State {
    fn write(&mut self, this: Resource<OutgoingBody>) -> Result<core::result::Result<Resource<OutputStream>, ()>> {
        let body = self.table.get_mut(&this)?;
        if core::mem::replace(&mut body.stream_taken, true) {
            return Ok(Err(()));
        }
        let stream = OutputStream::Body(body.sink);
        Ok(Ok(self.table.push_child(stream, &this)?))
    }

    fn finish(&mut self, this: Resource<OutgoingBody>, trailers: Option<Resource<Fields>>) -> core::result::Result<(), HttpFailure> {
        let sink = self.table.delete(this)?.sink;
        let trailers = trailers.map(|t| self.table.delete(t)).transpose()?.unwrap_or_default();
        self.finish_body(sink, trailers).map_err(HttpFailure::Code)
    }

    fn drop(&mut self, this: Resource<OutgoingBody>) -> Result<()> {
        let sink = self.table.delete(this)?.sink;
        self.abort_body(sink);
        Ok(())
    }
}
