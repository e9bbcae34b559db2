//! What is under way between component and host: bodies that come in, bodies that go out, calls. Holds and decides; `bodies.rs` does the sending.

use super::codes;
use super::fields::Fields;
use super::streams::CHUNK;
use super::wasi::http::types::ErrorCode;
use crate::wire::{Malformed, Reader};
use abi::message;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// A body that comes in.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    bytes: Vec<u8>,
    at: usize,
    /// The host was asked for more.
    pub(super) wanted: bool,
    /// Its trailers, if there are any, or why it broke off.
    pub(super) end: Option<Result<Option<Fields>, ErrorCode>>,
    /// The stream has told why: from then on it is closed.
    pub(super) told: bool,
}

impl Incoming {
    pub(super) fn has_bytes(&self) -> bool {
        self.at < self.bytes.len()
    }

    /// At most `length` bytes of what is there.
    pub(super) fn take(&mut self, length: usize) -> Vec<u8> {
        if self.at == 0 && self.bytes.len() <= length {
            return core::mem::take(&mut self.bytes);
        }
        let end = self.bytes.len().min(self.at + length);
        let taken = self.bytes[self.at..end].to_vec();
        self.at = end;
        if self.at == self.bytes.len() {
            self.discard();
        }
        taken
    }

    /// Throws away what is there.
    pub(super) fn discard(&mut self) {
        self.bytes = Vec::new();
        self.at = 0;
    }

    fn add(&mut self, bytes: &[u8]) {
        self.wanted = false;
        self.bytes.extend(bytes);
    }

    fn ends(&mut self, end: Result<Option<Fields>, ErrorCode>) {
        self.wanted = false;
        self.end.get_or_insert(end);
    }
}

/// Where a body goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Response,
    Call(u32),
}

/// How a body that goes out ended.
#[derive(Debug)]
pub(super) enum End {
    Finished(Fields),
    Aborted,
}

/// A body that goes out.
#[derive(Debug, Default)]
pub(super) struct Sink {
    /// Not known before the response, or the request, has been given away.
    pub(super) to: Option<Destination>,
    /// What was written before that, and has not been sent since for want of credit.
    pub(super) waiting: Vec<u8>,
    /// As `content-length` said.
    pub(super) expected: Option<u64>,
    pub(super) written: u64,
    pub(super) end: Option<End>,
    /// Bytes that may be sent, once it goes out.
    pub(super) credit: usize,
    /// The host was told that there is none.
    pub(super) wants_credit: bool,
}

impl Destination {
    /// As the host's records name it.
    pub(super) fn id(self) -> u32 {
        match self {
            Destination::Response => 0,
            Destination::Call(call) => call,
        }
    }

    /// What may be sent there before the host has granted any.
    pub(super) fn credit(self) -> usize {
        match self {
            Destination::Response => message::RESPONSE_CREDIT as usize,
            Destination::Call(_) => message::CALL_CREDIT as usize,
        }
    }
}

/// The answer to a call: status and fields.
pub(super) type Answer = Result<(u16, Fields), ErrorCode>;

/// The answer of a service: its results, or the error's name and detail.
pub(super) type Served = Result<Vec<Vec<u8>>, (String, String)>;

/// The response to the request being served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Response {
    Unset,
    /// An error was the answer, or the whole response has gone out.
    Over,
    /// The head has gone out; this is the body.
    Head(u32),
}

pub(super) struct Talk {
    /// IN and OUT hold `abi::message`'s records.
    pub(super) serves_http: bool,
    pub(super) incoming: BTreeMap<u32, Incoming>,
    pub(super) sinks: BTreeMap<u32, Sink>,
    /// Calls whose answer has not been taken.
    pub(super) calls: BTreeMap<u32, Option<Answer>>,
    /// Services that are waited for.
    pub(super) services: BTreeMap<u32, Option<Served>>,
    /// The body of the request being served.
    pub(super) request: u32,
    pub(super) response: Response,
    /// The last look without waiting found nothing.
    pub(super) idle: bool,
    next: u32,
}

impl Talk {
    pub(super) fn new(serves_http: bool) -> Self {
        let (incoming, sinks, calls, services) = Default::default();
        Self { serves_http, incoming, sinks, calls, services, request: 0, response: Response::Unset, idle: false, next: 1 }
    }

    /// A number not used before, for a body or a call.
    pub(super) fn number(&mut self) -> u32 {
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        number
    }

    /// A request has come; what an earlier one left is forgotten.
    pub(super) fn begin(&mut self) -> u32 {
        self.incoming.clear();
        self.sinks.clear();
        self.calls.clear();
        self.response = Response::Unset;
        self.request = self.number();
        self.incoming.insert(self.request, Incoming::default());
        self.request
    }

    /// A body that goes out, of which `expected` bytes are announced.
    pub(super) fn open(&mut self, expected: Option<u64>) -> u32 {
        let number = self.number();
        self.sinks.insert(number, Sink { expected, ..Sink::default() });
        number
    }

    /// Bytes that may be written at once: what there is credit for, once it goes out; before that a chunk is held.
    pub(super) fn room(&self, sink: u32) -> usize {
        match self.sinks.get(&sink) {
            Some(sink) if sink.to.is_none() => CHUNK - sink.waiting.len().min(CHUNK),
            Some(sink) if sink.waiting.is_empty() => sink.credit.min(CHUNK),
            Some(_) => 0,
            None => CHUNK,
        }
    }

    /// Bodies that go out, and of which something waits for credit.
    pub(super) fn held(&self) -> Vec<u32> {
        self.sinks.iter().filter(|(_, sink)| sink.to.is_some() && !sink.waiting.is_empty()).map(|(number, _)| *number).collect()
    }

    /// Nobody takes what is held: the component waits for itself.
    pub(super) fn is_stuck(&self, sink: u32) -> bool {
        self.room(sink) == 0 && !self.goes_out(sink)
    }

    pub(super) fn is_closed(&self, sink: u32) -> bool {
        self.sinks.get(&sink).is_none_or(|sink| sink.end.is_some())
    }

    pub(super) fn goes_out(&self, sink: u32) -> bool {
        self.sinks.get(&sink).is_some_and(|sink| sink.to.is_some())
    }

    pub(super) fn body_is_ready(&self, body: u32) -> bool {
        self.incoming.get(&body).is_none_or(|b| b.has_bytes() || b.end.is_some())
    }

    /// Whether a body, of which nobody reads any more, is over.
    pub(super) fn body_has_ended(&mut self, body: u32) -> bool {
        let Some(incoming) = self.incoming.get_mut(&body) else { return true };
        incoming.discard();
        incoming.end.is_some()
    }

    pub(super) fn call_is_answered(&self, call: u32) -> bool {
        self.calls.get(&call).is_none_or(Option::is_some)
    }

    /// Takes the host's records in.
    pub(super) fn receive(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        let mut records = Reader::new(bytes);
        while !records.is_empty() {
            let kind = records.u32()?;
            let content = records.string()?;
            self.take(kind, content)?;
        }
        Ok(())
    }

    fn take(&mut self, kind: u32, content: &[u8]) -> Result<(), Malformed> {
        let mut content = Reader::new(content);
        let body = match kind {
            message::BODY | message::BODY_END | message::BODY_ERROR => self.request,
            _ => content.u32()?,
        };
        match kind {
            message::BODY | message::CALL_RESPONSE_BODY => self.with_body(body, |b| b.add(content.rest())),
            message::BODY_END | message::CALL_RESPONSE_END => {
                let trailers = if content.is_empty() { Fields::default() } else { Fields::received(content.list()?) };
                if kind == message::CALL_RESPONSE_END {
                    self.close_sinks_of(body); // what is left of the request's body nobody takes any more
                }
                self.with_body(body, |b| b.ends(Ok(Some(trailers).filter(|t| !t.is_empty()))));
            }
            message::BODY_ERROR => self.with_body(body, |b| b.ends(Err(ErrorCode::HttpProtocolError))),
            message::CREDIT => {
                let more = content.u32()? as usize;
                for sink in self.sinks.values_mut().filter(|sink| sink.to.is_some_and(|to| to.id() == body)) {
                    sink.credit += more;
                    sink.wants_credit = false;
                }
            }
            message::CALL_RESPONSE => {
                let status = u16::from_le_bytes(content.bytes(2)?.try_into().expect("two bytes"));
                let fields = Fields::received(content.list()?);
                self.answer(body, Ok((status, fields)));
            }
            message::CALL_ERROR => {
                let code = codes::from_name(content.text()?, content.text()?);
                self.with_body(body, |b| b.ends(Err(code.clone())));
                self.answer(body, Err(code));
                self.close_sinks_of(body);
            }
            message::SERVICE_ANSWER => {
                let failed = content.u32()? != 0;
                let mut results = content.list()?.iter().map(<[u8]>::to_vec);
                let word = |results: &mut dyn Iterator<Item = Vec<u8>>| String::from_utf8(results.next().unwrap_or_default()).unwrap_or_default();
                let answer = if failed { Err((word(&mut results), word(&mut results))) } else { Ok(results.collect()) };
                if let Some(waiting) = self.services.get_mut(&body) {
                    waiting.get_or_insert(answer);
                }
            }
            _ => return Err(Malformed("a record of an unknown kind")),
        }
        Ok(())
    }

    fn close_sinks_of(&mut self, call: u32) {
        self.sinks.retain(|_, sink| sink.to != Some(Destination::Call(call)));
    }

    /// What was given up meanwhile is not there any more.
    fn with_body(&mut self, body: u32, change: impl FnOnce(&mut Incoming)) {
        if let Some(incoming) = self.incoming.get_mut(&body) {
            change(incoming);
        }
    }

    fn answer(&mut self, call: u32, answer: Answer) {
        if let Some(waiting) = self.calls.get_mut(&call) {
            waiting.get_or_insert(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u32, content: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(content.len() as u32).to_le_bytes(), content].concat()
    }

    #[test]
    fn a_body_is_read_in_pieces_to_its_end() {
        let mut talk = Talk::new(true);
        let body = talk.begin();
        let list = [2u32, 1].into_iter().flat_map(u32::to_le_bytes).chain(*b"t").chain(1u32.to_le_bytes()).chain(*b"v").collect::<Vec<_>>();
        talk.receive(&[record(message::BODY, b"hello"), record(message::BODY, b" you"), record(message::BODY_END, &list)].concat()).unwrap();
        let incoming = talk.incoming.get_mut(&body).unwrap();
        assert_eq!((incoming.take(7), incoming.take(7)), (b"hello y".to_vec(), b"ou".to_vec()));
        assert!(!incoming.has_bytes());
        let Some(Ok(Some(trailers))) = &incoming.end else { panic!("no trailers") };
        assert_eq!(trailers.get("t"), [b"v"]);
    }

    #[test]
    fn an_answer_belongs_to_its_call_and_a_call_given_up_has_none() {
        let mut talk = Talk::new(true);
        talk.begin();
        let (a, b) = (talk.number(), talk.number());
        talk.calls.insert(a, None);
        let response = |id: u32| record(message::CALL_RESPONSE, &[&id.to_le_bytes()[..], &204u16.to_le_bytes(), &0u32.to_le_bytes()].concat());
        talk.receive(&[response(a), response(b)].concat()).unwrap();
        assert!(matches!(talk.calls[&a], Some(Ok((204, _)))));
        assert!(!talk.calls.contains_key(&b));
    }

    #[test]
    fn credit_is_room_in_the_body_that_it_names() {
        let mut talk = Talk::new(true);
        talk.begin();
        let (a, b) = (talk.open(None), talk.open(None));
        for (sink, to) in [(a, Destination::Response), (b, Destination::Call(7))] {
            talk.sinks.get_mut(&sink).unwrap().to = Some(to);
        }
        let credit = |id: u32, bytes: u32| record(message::CREDIT, &[id.to_le_bytes(), bytes.to_le_bytes()].concat());
        assert_eq!((talk.room(a), talk.is_stuck(a)), (0, false));
        talk.receive(&[credit(7, 5), credit(9, 1), credit(7, 6)].concat()).unwrap();
        assert_eq!((talk.room(a), talk.room(b)), (0, 11));
        talk.receive(&credit(0, 1 << 20)).unwrap();
        assert_eq!(talk.room(a), CHUNK);
    }

    #[test]
    fn broken_records_are_refused() {
        let mut talk = Talk::new(true);
        talk.begin();
        for bytes in [&[1, 2, 3][..], &record(message::BODY, b"x")[..8], &record(999, b"1234"), &record(message::CALL_RESPONSE, b"12")] {
            assert!(talk.receive(bytes).is_err());
        }
    }
}
