//! `wasi:http/types`: the request that is served and its response.

use super::bodies::{IncomingBody, OutgoingBody};
use super::fields::{Fields, HeaderFailure, is_token};
use super::io::IoError;
use super::talk::{Destination, Response};
use super::wasi::http::types::{self, ErrorCode, HeaderError, Method, Scheme};
use super::{Failure, State, codes};
use crate::handover::HandOver;
use crate::host::RECORD_MAX;
use crate::wire::Malformed;
use abi::message;
use alloc::string::String;
use alloc::vec::Vec;
use wasmtime::Result;
use wasmtime::component::Resource;

/// Why a call of HTTP fails.
pub type HttpFailure = Failure<ErrorCode>;

/// Bytes of an error's detail that are told, at the most.
const DETAIL_MAX: usize = 1024;

/// `incoming-request`
pub struct IncomingRequest {
    method: Method,
    path_with_query: Option<String>,
    scheme: Option<Scheme>,
    authority: Option<String>,
    headers: Fields,
    body: Option<u32>,
}

/// `outgoing-response`
pub struct OutgoingResponse {
    status: u16,
    headers: Fields,
    sink: Option<u32>,
}

/// `response-outparam`
pub struct ResponseOutparam;

impl IncomingRequest {
    /// Method, path with query, headers and the body's number. It has not been given to the component.
    pub(super) fn parts(self) -> (Method, Option<String>, Fields, u32) {
        (self.method, self.path_with_query, self.headers, self.body.unwrap_or_default())
    }

    /// From the hand-over, its body under the number `body`.
    pub(super) fn parse(head: &[u8], body: u32) -> core::result::Result<Self, Malformed> {
        let head = HandOver::parse(head)?;
        let mut strings = head.arguments.iter().map(|s| String::from_utf8_lossy(s).into_owned());
        let mut next = || strings.next().ok_or(Malformed("it is not a request's"));
        let (method, scheme, authority, path) = (next()?, next()?, next()?, next()?);
        Ok(Self {
            method: method_named(method),
            scheme: Some(scheme_named(scheme)),
            authority: Some(authority).filter(|a| !a.is_empty()),
            path_with_query: Some(path).filter(|p| !p.is_empty()),
            headers: Fields::received(head.files),
            body: Some(body),
        })
    }
}

fn method_named(name: String) -> Method {
    match name.as_str() {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "CONNECT" => Method::Connect,
        "OPTIONS" => Method::Options,
        "TRACE" => Method::Trace,
        "PATCH" => Method::Patch,
        _ => Method::Other(name),
    }
}

fn scheme_named(name: String) -> Scheme {
    match name.as_str() {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => Scheme::Other(name),
    }
}

/// The name of a method that can be sent.
pub(super) fn method_name(method: &Method) -> Option<&str> {
    Some(match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
        Method::Connect => "CONNECT",
        Method::Options => "OPTIONS",
        Method::Trace => "TRACE",
        Method::Patch => "PATCH",
        Method::Other(name) => return Some(name.as_str()).filter(|n| is_token(n)),
    })
}

pub(super) fn put_string(out: &mut Vec<u8>, string: &str) {
    out.extend((string.len() as u32).to_le_bytes());
    out.extend(string.as_bytes());
}

impl State {
    /// The component's answer is an error.
    pub(super) fn respond_error(&mut self, name: &str, detail: &str) {
        let mut content = Vec::new();
        put_string(&mut content, name);
        put_string(&mut content, &detail[..detail.floor_char_boundary(DETAIL_MAX)]);
        self.world.host.send(message::RESPONSE_ERROR, &content);
        self.talk.response = Response::Over;
    }

    fn respond(&mut self, response: OutgoingResponse) {
        let mut head = response.status.to_le_bytes().to_vec();
        response.headers.encode(&mut head);
        if head.len() > RECORD_MAX {
            let code = ErrorCode::HttpResponseHeaderSectionSize(Some(head.len() as u32));
            return self.respond_error(codes::name(&code), &codes::detail(&code));
        }
        self.world.ready();
        self.world.host.send(message::RESPONSE_HEAD, &head);
        let sink = response.sink.unwrap_or_else(|| self.empty_body());
        self.talk.response = Response::Head(sink);
        self.attach(sink, Destination::Response);
    }

    /// A response whose body is all there.
    pub(super) fn respond_whole(&mut self, status: u16, headers: Fields, body: &[u8]) {
        let sink = Some(self.whole_sink(body));
        self.respond(OutgoingResponse { status, headers, sink });
    }

    /// A body that is all there.
    pub(super) fn whole_sink(&mut self, body: &[u8]) -> u32 {
        let sink = self.empty_body();
        if let Some(held) = self.talk.sinks.get_mut(&sink) {
            held.waiting.extend(body);
            held.written = body.len() as u64;
        }
        sink
    }

    /// A body that has ended already.
    pub(super) fn empty_body(&mut self) -> u32 {
        let sink = self.talk.open(None);
        if let Some(body) = self.talk.sinks.get_mut(&sink) {
            body.end = Some(super::talk::End::Finished(Fields::default()));
        }
        sink
    }
}

impl types::Host for State {
    fn http_error_code(&mut self, error: Resource<IoError>) -> Result<Option<ErrorCode>> {
        Ok(match self.table.get(&error)? {
            IoError::Http(code) => Some(code.clone()),
            IoError::File(_) => None,
        })
    }

    fn convert_error_code(&mut self, failure: HttpFailure) -> Result<ErrorCode> {
        failure.answer()
    }

    fn convert_header_error(&mut self, failure: HeaderFailure) -> Result<HeaderError> {
        failure.answer()
    }
}

type Changed<T> = core::result::Result<T, HeaderFailure>;

impl types::HostFields for State {
    fn new(&mut self) -> Result<Resource<Fields>> {
        Ok(self.table.push(Fields::new())?)
    }

    fn from_list(&mut self, entries: Vec<(String, Vec<u8>)>) -> Changed<Resource<Fields>> {
        let mut fields = Fields::new();
        for (name, value) in entries {
            fields.append(&name, value)?;
        }
        Ok(self.table.push(fields)?)
    }

    fn get(&mut self, this: Resource<Fields>, name: String) -> Result<Vec<Vec<u8>>> {
        Ok(self.table.get(&this)?.get(&name))
    }

    fn has(&mut self, this: Resource<Fields>, name: String) -> Result<bool> {
        Ok(self.table.get(&this)?.has(&name))
    }

    fn set(&mut self, this: Resource<Fields>, name: String, values: Vec<Vec<u8>>) -> Changed<()> {
        self.table.get_mut(&this)?.set(&name, values)
    }

    fn delete(&mut self, this: Resource<Fields>, name: String) -> Changed<()> {
        self.table.get_mut(&this)?.delete(&name)
    }

    fn append(&mut self, this: Resource<Fields>, name: String, value: Vec<u8>) -> Changed<()> {
        self.table.get_mut(&this)?.append(&name, value)
    }

    fn entries(&mut self, this: Resource<Fields>) -> Result<Vec<(String, Vec<u8>)>> {
        Ok(self.table.get(&this)?.entries())
    }

    fn clone(&mut self, this: Resource<Fields>) -> Result<Resource<Fields>> {
        let fields = self.table.get(&this)?.thawed();
        Ok(self.table.push(fields)?)
    }

    fn drop(&mut self, this: Resource<Fields>) -> Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

impl types::HostIncomingRequest for State {
    fn method(&mut self, this: Resource<IncomingRequest>) -> Result<Method> {
        Ok(self.table.get(&this)?.method.clone())
    }

    fn path_with_query(&mut self, this: Resource<IncomingRequest>) -> Result<Option<String>> {
        Ok(self.table.get(&this)?.path_with_query.clone())
    }

    fn scheme(&mut self, this: Resource<IncomingRequest>) -> Result<Option<Scheme>> {
        Ok(self.table.get(&this)?.scheme.clone())
    }

    fn authority(&mut self, this: Resource<IncomingRequest>) -> Result<Option<String>> {
        Ok(self.table.get(&this)?.authority.clone())
    }

    fn headers(&mut self, this: Resource<IncomingRequest>) -> Result<Resource<Fields>> {
        let headers = self.table.get(&this)?.headers.clone();
        Ok(self.table.push(headers)?)
    }

    fn consume(&mut self, this: Resource<IncomingRequest>) -> Result<core::result::Result<Resource<IncomingBody>, ()>> {
        match self.table.get_mut(&this)?.body.take() {
            Some(body) => Ok(Ok(self.table.push(IncomingBody { body, stream_taken: false })?)),
            None => Ok(Err(())),
        }
    }

    fn drop(&mut self, this: Resource<IncomingRequest>) -> Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

impl types::HostResponseOutparam for State {
    fn set(&mut self, this: Resource<ResponseOutparam>, response: core::result::Result<Resource<OutgoingResponse>, ErrorCode>) -> Result<()> {
        let response = match response {
            Ok(response) => Ok(self.table.delete(response)?),
            Err(code) => Err(code),
        };
        self.table.delete(this)?;
        match response {
            Ok(response) => self.respond(response),
            Err(code) => self.respond_error(codes::name(&code), &codes::detail(&code)),
        }
        Ok(())
    }

    /// Never linked: it is not part of any release of WASI 0.2.
    fn send_informational(&mut self, _: Resource<ResponseOutparam>, _: u16, _: Resource<Fields>) -> core::result::Result<(), HttpFailure> {
        Err(HttpFailure::Code(ErrorCode::InternalError(None)))
    }

    fn drop(&mut self, this: Resource<ResponseOutparam>) -> Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

impl types::HostOutgoingResponse for State {
    fn new(&mut self, headers: Resource<Fields>) -> Result<Resource<OutgoingResponse>> {
        let headers = self.table.delete(headers)?.frozen();
        Ok(self.table.push(OutgoingResponse { status: 200, headers, sink: None })?)
    }

    fn status_code(&mut self, this: Resource<OutgoingResponse>) -> Result<u16> {
        Ok(self.table.get(&this)?.status)
    }

    fn set_status_code(&mut self, this: Resource<OutgoingResponse>, status: u16) -> Result<core::result::Result<(), ()>> {
        if !(100..1000).contains(&status) {
            return Ok(Err(()));
        }
        self.table.get_mut(&this)?.status = status;
        Ok(Ok(()))
    }

    fn headers(&mut self, this: Resource<OutgoingResponse>) -> Result<Resource<Fields>> {
        let headers = self.table.get(&this)?.headers.clone();
        Ok(self.table.push(headers)?)
    }

    fn body(&mut self, this: Resource<OutgoingResponse>) -> Result<core::result::Result<Resource<OutgoingBody>, ()>> {
        let response = self.table.get_mut(&this)?;
        let (None, Ok(expected)) = (response.sink, response.headers.content_length()) else { return Ok(Err(())) };
        let sink = self.talk.open(expected);
        response.sink = Some(sink);
        Ok(Ok(self.table.push(OutgoingBody { sink, stream_taken: false })?))
    }

    fn drop(&mut self, this: Resource<OutgoingResponse>) -> Result<()> {
        if let Some(sink) = self.table.delete(this)?.sink {
            // Whoever still writes to its body writes to nobody.
            self.talk.sinks.remove(&sink);
        }
        Ok(())
    }
}
