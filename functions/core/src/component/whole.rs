//! HTTP with whole bodies, as Spin's first SDKs have it: `fermyon:spin/http`, and components that export `fermyon:spin/inbound-http`.

use super::State;
use super::calls::{OutgoingRequest, RequestOptions};
use super::fermyon::spin::http;
use super::fermyon::spin::http_types::{HttpError, Method, Request, Response};
use super::fields::{Fields, HeaderFailure};
use super::http::IncomingRequest;
use super::io::{Pollable, StreamFailure};
use super::streams::CHUNK;
use super::wasi::http::types::{self, ErrorCode, HeaderError, Scheme};
use super::wasi::io::streams::StreamError;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use wasmtime::Result;
use wasmtime::component::TypedFunc;

/// What such a component exports.
pub(super) const INBOUND: (&str, &str) = ("fermyon:spin/inbound-http", "handle-request");
/// Bytes of a body, at the most: with its copies it stays within what one call may carry.
const BODY_MAX: usize = 8 << 20;

/// Why there is no whole body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    TooLarge,
    BrokenOff,
}

/// What is called.
pub(super) type Handler = TypedFunc<(Request,), (Response,)>;

/// Serves one request.
pub(super) fn handle(store: &mut wasmtime::Store<State>, handler: &Handler, request: IncomingRequest) -> Result<()> {
    let Some(request) = store.data_mut().whole_request(request)? else { return Ok(()) };
    let (response,) = handler.call(&mut *store, (request,))?;
    store.data_mut().give(response);
    Ok(())
}

impl State {
    /// The request, or none if it has been answered already.
    fn whole_request(&mut self, request: IncomingRequest) -> Result<Option<Request>> {
        let (method, path_with_query, headers, body) = request.parts();
        let Some(method) = first_method(&method) else {
            self.respond_whole(501, Fields::default(), b"");
            return Ok(None);
        };
        let body = match self.whole_body(body)? {
            Ok(body) => Some(body),
            Err(Lost::TooLarge) => {
                self.respond_whole(413, Fields::default(), b"");
                return Ok(None);
            }
            Err(Lost::BrokenOff) => {
                self.respond_error("HTTP-protocol-error", "the request's body broke off");
                return Ok(None);
            }
        };
        let uri = path_with_query.unwrap_or_else(|| "/".to_string());
        Ok(Some(Request { method, uri, headers: texts(&headers), params: Vec::new(), body }))
    }

    fn give(&mut self, response: Response) {
        if !(200..1000).contains(&response.status) {
            return self.respond_error("internal-error", &format!("the component answered with the status {}", response.status));
        }
        match fields(response.headers.unwrap_or_default()) {
            Ok(headers) => self.respond_whole(response.status, headers, &response.body.unwrap_or_default()),
            Err(name) => self.respond_error("internal-error", &format!("the component answered with a field {name:?}, which is none, or has a value that is none")),
        }
    }

    /// All of a body that comes in, which counts against the function's memory together with the copy that the component gets.
    fn whole_body(&mut self, body: u32) -> Result<core::result::Result<Vec<u8>, Lost>> {
        let mut whole = Vec::new();
        loop {
            self.wait_for(&[Pollable::Body(body)])?;
            match self.read_body(body, CHUNK) {
                Ok(bytes) => {
                    let size = whole.len() + bytes.len();
                    if size > BODY_MAX || !self.budget.fits_instead(0, 2 * size as u64) {
                        return Ok(Err(Lost::TooLarge));
                    }
                    whole.extend(bytes);
                }
                Err(StreamFailure::Code(StreamError::Closed)) => return Ok(Ok(whole)),
                Err(StreamFailure::Code(StreamError::LastOperationFailed(why))) => {
                    self.table.delete(why)?;
                    return Ok(Err(Lost::BrokenOff));
                }
                Err(StreamFailure::Trap(error)) => return Err(error),
            }
        }
    }

    fn send_whole(&mut self, request: Request) -> Result<core::result::Result<Response, HttpError>> {
        let Some((scheme, authority, path)) = target(&request.uri) else { return Ok(Err(HttpError::InvalidUrl)) };
        let Ok(headers) = fields(request.headers) else { return Ok(Err(HttpError::RequestError)) };
        let body = request.body.unwrap_or_default();
        let sink = (!body.is_empty()).then(|| self.whole_sink(&body));
        let outgoing = OutgoingRequest::new(newer_method(request.method), scheme, authority, path, headers, sink);
        let call = match self.call(outgoing, RequestOptions::default()) {
            Ok(call) => call,
            Err(code) => return Ok(Err(error(&code))),
        };
        self.wait_for(&[Pollable::Response(call)])?;
        let answer = self.talk.calls.remove(&call).flatten().unwrap_or(Err(ErrorCode::ConnectionTerminated));
        let response = match answer {
            Ok((status, headers)) => {
                let body = self.whole_body(call)?;
                body.map(|body| Response { status, headers: Some(texts(&headers)), body: Some(body) }).map_err(|_| HttpError::RuntimeError)
            }
            Err(code) => Err(error(&code)),
        };
        self.give_up(call);
        Ok(response)
    }
}

impl http::Host for State {
    fn send_request(&mut self, request: Request) -> Result<core::result::Result<Response, HttpError>> {
        self.send_whole(request)
    }
}

impl super::fermyon::spin::http_types::Host for State {}

/// What the gateway decides about a connection is left out; `Err` is the name of a field that cannot be one.
fn fields(list: Vec<(String, String)>) -> core::result::Result<Fields, String> {
    let mut fields = Fields::new();
    for (name, value) in list {
        match fields.append(&name, value.into_bytes()) {
            Ok(()) | Err(HeaderFailure::Code(HeaderError::Forbidden)) => (),
            Err(_) => return Err(name),
        }
    }
    Ok(fields.frozen())
}

fn texts(fields: &Fields) -> Vec<(String, String)> {
    fields.entries().into_iter().map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned())).collect()
}

fn first_method(method: &types::Method) -> Option<Method> {
    Some(match method {
        types::Method::Get => Method::Get,
        types::Method::Post => Method::Post,
        types::Method::Put => Method::Put,
        types::Method::Delete => Method::Delete,
        types::Method::Patch => Method::Patch,
        types::Method::Head => Method::Head,
        types::Method::Options => Method::Options,
        _ => return None,
    })
}

fn newer_method(method: Method) -> types::Method {
    match method {
        Method::Get => types::Method::Get,
        Method::Post => types::Method::Post,
        Method::Put => types::Method::Put,
        Method::Delete => types::Method::Delete,
        Method::Patch => types::Method::Patch,
        Method::Head => types::Method::Head,
        Method::Options => types::Method::Options,
    }
}

/// Scheme, authority and path of an absolute URL.
fn target(url: &str) -> Option<(Scheme, String, String)> {
    let (scheme, rest) = match url.split_once("://")? {
        ("http", rest) => (Scheme::Http, rest),
        ("https", rest) => (Scheme::Https, rest),
        _ => return None,
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let path = if path.starts_with('/') { path.to_string() } else { format!("/{path}") };
    (!authority.is_empty()).then(|| (scheme, authority.to_string(), path))
}

fn error(code: &ErrorCode) -> HttpError {
    match code {
        ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => HttpError::DestinationNotAllowed,
        ErrorCode::HttpRequestUriInvalid | ErrorCode::HttpRequestUriTooLong => HttpError::InvalidUrl,
        ErrorCode::HttpRequestMethodInvalid | ErrorCode::HttpRequestHeaderSectionSize(_) => HttpError::RequestError,
        _ => HttpError::RuntimeError,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absolute_url_is_taken_apart() {
        for (url, authority, path) in [("http://a", "a", "/"), ("https://a:1/b?c#d", "a:1", "/b?c"), ("http://a?b", "a", "/?b")] {
            let (_, found_authority, found_path) = target(url).unwrap();
            assert_eq!((found_authority.as_str(), found_path.as_str()), (authority, path));
        }
        for url in ["", "/a", "a", "ftp://a", "http://", "http:///a"] {
            assert!(target(url).is_none(), "{url}");
        }
    }
}
