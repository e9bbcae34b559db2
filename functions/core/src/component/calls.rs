//! `wasi:http/outgoing-handler`: calls to other servers, which the host makes.

use super::State;
use super::bodies::{IncomingBody, OutgoingBody};
use super::fields::{Fields, is_token};
use super::http::{HttpFailure, method_name};
use super::io::Pollable;
use super::talk::{Destination, Incoming};
use super::wasi::http::types::{self, ErrorCode, Method, Scheme};
use super::wasi::http::outgoing_handler;
use crate::host::RECORD_MAX;
use abi::message;
use alloc::string::String;
use alloc::vec::Vec;
use wasmtime::component::Resource;
use wasmtime::{Result, bail};

type Known<T> = core::result::Result<T, ()>;

/// `outgoing-request`
pub struct OutgoingRequest {
    method: Method,
    path_with_query: Option<String>,
    scheme: Option<Scheme>,
    authority: Option<String>,
    headers: Fields,
    sink: Option<u32>,
}

/// `request-options`: time-outs in nanoseconds.
#[derive(Clone, Copy, Default)]
pub struct RequestOptions {
    connect: Option<u64>,
    first_byte: Option<u64>,
    between_bytes: Option<u64>,
}

/// `future-incoming-response`
pub struct FutureIncomingResponse {
    call: u32,
    taken: bool,
}

/// `incoming-response`
pub struct IncomingResponse {
    call: u32,
    status: u16,
    headers: Fields,
    body_taken: bool,
}

impl OutgoingRequest {
    pub(super) fn new(method: Method, scheme: Scheme, authority: String, path: String, headers: Fields, sink: Option<u32>) -> Self {
        Self { method, path_with_query: Some(path), scheme: Some(scheme), authority: Some(authority), headers, sink }
    }

    /// The record that asks for it.
    fn encode(&self, call: u32, options: RequestOptions) -> core::result::Result<Vec<u8>, ErrorCode> {
        let method = method_name(&self.method).ok_or(ErrorCode::HttpRequestMethodInvalid)?;
        let scheme = match &self.scheme {
            Some(Scheme::Http) => "http",
            Some(Scheme::Https) | None => "https",
            Some(Scheme::Other(_)) => return Err(ErrorCode::HttpProtocolError),
        };
        let authority = self.authority.as_deref().filter(|a| !a.is_empty()).ok_or(ErrorCode::HttpRequestUriInvalid)?;
        let path = self.path_with_query.as_deref().filter(|p| !p.is_empty()).unwrap_or("/");
        let mut record = call.to_le_bytes().to_vec();
        for time in [options.connect, options.first_byte, options.between_bytes] {
            // 0 is none there, and at once here: the least that is more than none.
            record.extend(time.map_or(0, |t| t.max(1)).to_le_bytes());
        }
        record.extend(4u32.to_le_bytes());
        for string in [method, scheme, authority, path] {
            record.extend((string.len() as u32).to_le_bytes());
            record.extend(string.as_bytes());
        }
        self.headers.encode(&mut record);
        if record.len() > RECORD_MAX {
            return Err(ErrorCode::HttpRequestHeaderSectionSize(Some(record.len() as u32)));
        }
        Ok(record)
    }
}

impl State {
    /// Sends a request, and gives the call's number.
    pub(super) fn call(&mut self, request: OutgoingRequest, options: RequestOptions) -> core::result::Result<u32, ErrorCode> {
        if !self.talk.serves_http {
            return Err(ErrorCode::HttpRequestDenied);
        }
        let call = self.talk.number();
        let record = request.encode(call, options)?;
        self.world.ready();
        self.world.host.send(message::CALL, &record);
        self.talk.calls.insert(call, None);
        self.talk.incoming.insert(call, Incoming::default());
        let sink = request.sink.unwrap_or_else(|| self.empty_body());
        self.attach(sink, Destination::Call(call));
        Ok(call)
    }
}

impl outgoing_handler::Host for State {
    fn handle(
        &mut self,
        request: Resource<OutgoingRequest>,
        options: Option<Resource<RequestOptions>>,
    ) -> core::result::Result<Resource<FutureIncomingResponse>, HttpFailure> {
        let options = options.map(|o| self.table.delete(o)).transpose()?.unwrap_or_default();
        let request = self.table.delete(request)?;
        let call = self.call(request, options).map_err(HttpFailure::Code)?;
        Ok(self.table.push(FutureIncomingResponse { call, taken: false })?)
    }
}

impl types::HostFutureIncomingResponse for State {
    fn subscribe(&mut self, this: Resource<FutureIncomingResponse>) -> Result<Resource<Pollable>> {
        let call = self.table.get(&this)?.call;
        Ok(self.table.push_child(Pollable::Response(call), &this)?)
    }

    fn get(
        &mut self,
        this: Resource<FutureIncomingResponse>,
    ) -> Result<Option<Known<core::result::Result<Resource<IncomingResponse>, ErrorCode>>>> {
        let FutureIncomingResponse { call, taken } = *self.table.get(&this)?;
        if taken {
            return Ok(Some(Err(())));
        }
        if !self.is_there(Pollable::Response(call)) {
            return Ok(None);
        }
        self.table.get_mut(&this)?.taken = true;
        Ok(Some(Ok(match self.talk.calls.remove(&call).flatten() {
            Some(Ok((status, headers))) => Ok(self.table.push(IncomingResponse { call, status, headers, body_taken: false })?),
            failed => {
                self.talk.incoming.remove(&call);
                Err(failed.and_then(core::result::Result::err).unwrap_or(ErrorCode::ConnectionTerminated))
            }
        })))
    }

    fn drop(&mut self, this: Resource<FutureIncomingResponse>) -> Result<()> {
        let future = self.table.delete(this)?;
        if !future.taken {
            self.give_up(future.call);
        }
        Ok(())
    }
}

impl types::HostIncomingResponse for State {
    fn status(&mut self, this: Resource<IncomingResponse>) -> Result<u16> {
        Ok(self.table.get(&this)?.status)
    }

    fn headers(&mut self, this: Resource<IncomingResponse>) -> Result<Resource<Fields>> {
        let headers = self.table.get(&this)?.headers.clone();
        Ok(self.table.push(headers)?)
    }

    fn consume(&mut self, this: Resource<IncomingResponse>) -> Result<Known<Resource<IncomingBody>>> {
        let response = self.table.get_mut(&this)?;
        if core::mem::replace(&mut response.body_taken, true) {
            return Ok(Err(()));
        }
        let body = response.call;
        Ok(Ok(self.table.push(IncomingBody { body, stream_taken: false })?))
    }

    fn drop(&mut self, this: Resource<IncomingResponse>) -> Result<()> {
        let response = self.table.delete(this)?;
        if !response.body_taken {
            self.give_up(response.call);
        }
        Ok(())
    }
}

impl types::HostOutgoingRequest for State {
    fn new(&mut self, headers: Resource<Fields>) -> Result<Resource<OutgoingRequest>> {
        let headers = self.table.delete(headers)?.frozen();
        let request = OutgoingRequest { method: Method::Get, path_with_query: None, scheme: None, authority: None, headers, sink: None };
        Ok(self.table.push(request)?)
    }

    fn body(&mut self, this: Resource<OutgoingRequest>) -> Result<Known<Resource<OutgoingBody>>> {
        let request = self.table.get_mut(&this)?;
        let (None, Ok(expected)) = (request.sink, request.headers.content_length()) else { return Ok(Err(())) };
        let sink = self.talk.open(expected);
        request.sink = Some(sink);
        Ok(Ok(self.table.push(OutgoingBody { sink, stream_taken: false })?))
    }

    fn method(&mut self, this: Resource<OutgoingRequest>) -> Result<Method> {
        Ok(self.table.get(&this)?.method.clone())
    }

    fn set_method(&mut self, this: Resource<OutgoingRequest>, method: Method) -> Result<Known<()>> {
        if method_name(&method).is_none() {
            return Ok(Err(()));
        }
        self.table.get_mut(&this)?.method = method;
        Ok(Ok(()))
    }

    fn path_with_query(&mut self, this: Resource<OutgoingRequest>) -> Result<Option<String>> {
        Ok(self.table.get(&this)?.path_with_query.clone())
    }

    fn set_path_with_query(&mut self, this: Resource<OutgoingRequest>, path: Option<String>) -> Result<Known<()>> {
        if !path.as_deref().is_none_or(is_path) {
            return Ok(Err(()));
        }
        self.table.get_mut(&this)?.path_with_query = path;
        Ok(Ok(()))
    }

    fn scheme(&mut self, this: Resource<OutgoingRequest>) -> Result<Option<Scheme>> {
        Ok(self.table.get(&this)?.scheme.clone())
    }

    fn set_scheme(&mut self, this: Resource<OutgoingRequest>, scheme: Option<Scheme>) -> Result<Known<()>> {
        if matches!(&scheme, Some(Scheme::Other(name)) if !is_token(name)) {
            return Ok(Err(()));
        }
        self.table.get_mut(&this)?.scheme = scheme;
        Ok(Ok(()))
    }

    fn authority(&mut self, this: Resource<OutgoingRequest>) -> Result<Option<String>> {
        Ok(self.table.get(&this)?.authority.clone())
    }

    fn set_authority(&mut self, this: Resource<OutgoingRequest>, authority: Option<String>) -> Result<Known<()>> {
        if !authority.as_deref().is_none_or(is_authority) {
            return Ok(Err(()));
        }
        self.table.get_mut(&this)?.authority = authority;
        Ok(Ok(()))
    }

    fn headers(&mut self, this: Resource<OutgoingRequest>) -> Result<Resource<Fields>> {
        let headers = self.table.get(&this)?.headers.clone();
        Ok(self.table.push(headers)?)
    }

    fn drop(&mut self, this: Resource<OutgoingRequest>) -> Result<()> {
        if let Some(sink) = self.table.delete(this)?.sink {
            self.talk.sinks.remove(&sink);
        }
        Ok(())
    }
}

/// Whether this can stand in a request's first line.
fn is_path(path: &str) -> bool {
    let starts = path.is_empty() || path.starts_with(['/', '?']);
    starts && !path.bytes().any(|b| b <= b' ' || b == 0x7f || b"#<>".contains(&b))
}

fn is_authority(authority: &str) -> bool {
    !authority.is_empty() && authority.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%[]".contains(&b))
}

impl State {
    fn options(&mut self, this: &Resource<RequestOptions>) -> Result<&mut RequestOptions> {
        match self.table.get_mut(this) {
            Ok(options) => Ok(options),
            Err(error) => bail!("{error}"),
        }
    }
}

impl types::HostRequestOptions for State {
    fn new(&mut self) -> Result<Resource<RequestOptions>> {
        Ok(self.table.push(RequestOptions::default())?)
    }

    fn connect_timeout(&mut self, this: Resource<RequestOptions>) -> Result<Option<u64>> {
        Ok(self.options(&this)?.connect)
    }

    fn set_connect_timeout(&mut self, this: Resource<RequestOptions>, nanos: Option<u64>) -> Result<Known<()>> {
        self.options(&this)?.connect = nanos;
        Ok(Ok(()))
    }

    fn first_byte_timeout(&mut self, this: Resource<RequestOptions>) -> Result<Option<u64>> {
        Ok(self.options(&this)?.first_byte)
    }

    fn set_first_byte_timeout(&mut self, this: Resource<RequestOptions>, nanos: Option<u64>) -> Result<Known<()>> {
        self.options(&this)?.first_byte = nanos;
        Ok(Ok(()))
    }

    fn between_bytes_timeout(&mut self, this: Resource<RequestOptions>) -> Result<Option<u64>> {
        Ok(self.options(&this)?.between_bytes)
    }

    fn set_between_bytes_timeout(&mut self, this: Resource<RequestOptions>, nanos: Option<u64>) -> Result<Known<()>> {
        self.options(&this)?.between_bytes = nanos;
        Ok(Ok(()))
    }

    fn drop(&mut self, this: Resource<RequestOptions>) -> Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}
