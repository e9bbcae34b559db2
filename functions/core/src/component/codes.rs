//! `error-code` of `wasi:http/types`, by the names that it has in WIT.

use super::wasi::http::types::{DnsErrorPayload, ErrorCode, FieldSizePayload, TlsAlertReceivedPayload};
use alloc::format;
use alloc::string::String;

/// Makes the two directions from one table: name, variant, and what a variant holds when only its name and a detail are known.
macro_rules! codes {
    ($detail:ident; $($name:literal = $variant:ident $(($payload:expr))?;)*) => {
        /// The code's name.
        pub(super) fn name(code: &ErrorCode) -> &'static str {
            match code {
                $(codes!(@pattern $variant $(($payload))?) => $name,)*
            }
        }

        /// The code with a name, and as much of the detail as it can hold; `internal-error` for a name that is none.
        pub(super) fn from_name(name: &str, $detail: &str) -> ErrorCode {
            $(if name.eq_ignore_ascii_case($name) {
                return ErrorCode::$variant $(($payload))?;
            })*
            ErrorCode::InternalError(Some(format!("{name}: {}", $detail)))
        }
    };
    (@pattern $variant:ident ($payload:expr)) => { ErrorCode::$variant(_) };
    (@pattern $variant:ident) => { ErrorCode::$variant };
}

codes! { detail;
    "DNS-timeout" = DnsTimeout;
    "DNS-error" = DnsError(DnsErrorPayload { rcode: some(detail), info_code: None });
    "destination-not-found" = DestinationNotFound;
    "destination-unavailable" = DestinationUnavailable;
    "destination-IP-prohibited" = DestinationIpProhibited;
    "destination-IP-unroutable" = DestinationIpUnroutable;
    "connection-refused" = ConnectionRefused;
    "connection-terminated" = ConnectionTerminated;
    "connection-timeout" = ConnectionTimeout;
    "connection-read-timeout" = ConnectionReadTimeout;
    "connection-write-timeout" = ConnectionWriteTimeout;
    "connection-limit-reached" = ConnectionLimitReached;
    "TLS-protocol-error" = TlsProtocolError;
    "TLS-certificate-error" = TlsCertificateError;
    "TLS-alert-received" = TlsAlertReceived(TlsAlertReceivedPayload { alert_id: None, alert_message: some(detail) });
    "HTTP-request-denied" = HttpRequestDenied;
    "HTTP-request-length-required" = HttpRequestLengthRequired;
    "HTTP-request-body-size" = HttpRequestBodySize(detail.parse().ok());
    "HTTP-request-method-invalid" = HttpRequestMethodInvalid;
    "HTTP-request-URI-invalid" = HttpRequestUriInvalid;
    "HTTP-request-URI-too-long" = HttpRequestUriTooLong;
    "HTTP-request-header-section-size" = HttpRequestHeaderSectionSize(detail.parse().ok());
    "HTTP-request-header-size" = HttpRequestHeaderSize(Some(field(detail)));
    "HTTP-request-trailer-section-size" = HttpRequestTrailerSectionSize(detail.parse().ok());
    "HTTP-request-trailer-size" = HttpRequestTrailerSize(field(detail));
    "HTTP-response-incomplete" = HttpResponseIncomplete;
    "HTTP-response-header-section-size" = HttpResponseHeaderSectionSize(detail.parse().ok());
    "HTTP-response-header-size" = HttpResponseHeaderSize(field(detail));
    "HTTP-response-body-size" = HttpResponseBodySize(detail.parse().ok());
    "HTTP-response-trailer-section-size" = HttpResponseTrailerSectionSize(detail.parse().ok());
    "HTTP-response-trailer-size" = HttpResponseTrailerSize(field(detail));
    "HTTP-response-transfer-coding" = HttpResponseTransferCoding(some(detail));
    "HTTP-response-content-coding" = HttpResponseContentCoding(some(detail));
    "HTTP-response-timeout" = HttpResponseTimeout;
    "HTTP-upgrade-failed" = HttpUpgradeFailed;
    "HTTP-protocol-error" = HttpProtocolError;
    "loop-detected" = LoopDetected;
    "configuration-error" = ConfigurationError;
    "internal-error" = InternalError(some(detail));
}

fn some(detail: &str) -> Option<String> {
    (!detail.is_empty()).then(|| detail.into())
}

fn field(detail: &str) -> FieldSizePayload {
    FieldSizePayload { field_name: some(detail), field_size: None }
}

/// What a code says beside its name, for people; may be empty.
pub(super) fn detail(code: &ErrorCode) -> String {
    match code {
        ErrorCode::InternalError(text) | ErrorCode::HttpResponseTransferCoding(text) | ErrorCode::HttpResponseContentCoding(text) => {
            text.clone().unwrap_or_default()
        }
        ErrorCode::DnsError(payload) => payload.rcode.clone().unwrap_or_default(),
        ErrorCode::TlsAlertReceived(payload) => payload.alert_message.clone().unwrap_or_default(),
        ErrorCode::HttpRequestBodySize(Some(size)) | ErrorCode::HttpResponseBodySize(Some(size)) => format!("{size}"),
        ErrorCode::HttpRequestHeaderSectionSize(Some(size))
        | ErrorCode::HttpRequestTrailerSectionSize(Some(size))
        | ErrorCode::HttpResponseHeaderSectionSize(Some(size))
        | ErrorCode::HttpResponseTrailerSectionSize(Some(size)) => format!("{size}"),
        ErrorCode::HttpRequestHeaderSize(Some(payload))
        | ErrorCode::HttpRequestTrailerSize(payload)
        | ErrorCode::HttpResponseHeaderSize(payload)
        | ErrorCode::HttpResponseTrailerSize(payload) => payload.field_name.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_details_come_back() {
        for (given, detail_given) in [("connection-refused", ""), ("dns-ERROR", "NXDOMAIN"), ("HTTP-response-body-size", "17"), ("internal-error", "why")] {
            let code = from_name(given, detail_given);
            assert!(name(&code).eq_ignore_ascii_case(given));
            assert_eq!(detail(&code), detail_given);
        }
        assert_eq!(detail(&from_name("no-such", "thing")), "no-such: thing");
    }
}
