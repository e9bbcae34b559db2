//! `fields` of `wasi:http/types`: names and values of headers and trailers, in their order. What is valid and what is forbidden is as under wasmtime.

use super::Failure;
use super::wasi::http::types::HeaderError;
use crate::wire::Strings;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use wasmtime::bail;

/// Why a change of fields fails.
pub type HeaderFailure = Failure<HeaderError>;

impl From<HeaderError> for HeaderFailure {
    fn from(error: HeaderError) -> Self {
        Failure::Code(error)
    }
}

/// Bytes that a component's own fields may have, as under wasmtime.
const SIZE_MAX: usize = 128 * 1024;
/// What each name and value counts beside its bytes, so that empty ones are not free.
const OVERHEAD: usize = 32;

/// Fields that belong to the connection: none of a component's business, in either direction.
const FORBIDDEN: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
    "host",
    "http2-settings",
];
const CONTENT_LENGTH: &str = "content-length";

/// `fields`. Names are in lower case. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    list: Arc<Vec<(String, Vec<u8>)>>,
    size: usize,
    mutable: bool,
}

impl Fields {
    /// Empty, to be filled by the component.
    pub(super) fn new() -> Self {
        Self { mutable: true, ..Self::default() }
    }

    /// As they came: what is forbidden, or no field at all, is left out.
    pub(super) fn received(strings: Strings) -> Self {
        let mut strings = strings.iter();
        let mut list = Vec::with_capacity(strings.size_hint().0 / 2);
        while let (Some(name), Some(value)) = (strings.next(), strings.next()) {
            let Some(name) = core::str::from_utf8(name).ok().and_then(|n| name_of(n).ok()) else { continue };
            if !FORBIDDEN.contains(&name.as_str()) && is_value(value) {
                list.push((name, value.to_vec()));
            }
        }
        Self { list: Arc::new(list), size: 0, mutable: false }
    }

    /// The same, no longer to be changed.
    pub(super) fn frozen(mut self) -> Self {
        self.mutable = false;
        self
    }

    /// A copy that may be changed.
    pub(super) fn thawed(&self) -> Self {
        let size = self.list.iter().map(|(name, value)| cost(name, value)).sum();
        Self { list: self.list.clone(), size, mutable: true }
    }

    pub(super) fn entries(&self) -> Vec<(String, Vec<u8>)> {
        self.list.to_vec()
    }

    pub(super) fn get(&self, name: &str) -> Vec<Vec<u8>> {
        self.list.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()).collect()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.list.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))
    }

    pub(super) fn append(&mut self, name: &str, value: Vec<u8>) -> Result<(), HeaderFailure> {
        let name = allowed(name)?;
        check(&name, &value)?;
        if name == CONTENT_LENGTH && self.has(&name) {
            return Err(HeaderError::InvalidSyntax.into());
        }
        self.change()?;
        self.push(name, value)
    }

    /// All values of a name in the place of the old ones.
    pub(super) fn set(&mut self, name: &str, values: Vec<Vec<u8>>) -> Result<(), HeaderFailure> {
        let name = allowed(name)?;
        let list = self.change()?;
        for value in &values {
            check(&name, value)?;
        }
        if name == CONTENT_LENGTH && values.len() > 1 {
            return Err(HeaderError::InvalidSyntax.into());
        }
        let removed: usize = list.iter().filter(|(n, _)| *n == name).map(|(n, v)| cost(n, v)).sum();
        list.retain(|(n, _)| *n != name);
        self.size -= removed;
        values.into_iter().try_for_each(|value| self.push(name.clone(), value))
    }

    pub(super) fn delete(&mut self, name: &str) -> Result<(), HeaderFailure> {
        self.set(name, Vec::new())
    }

    /// What `content-length` says, if it is there.
    pub(super) fn content_length(&self) -> Result<Option<u64>, ()> {
        let mut lengths = self.list.iter().filter(|(name, _)| name == CONTENT_LENGTH);
        match (lengths.next(), lengths.next()) {
            (None, _) => Ok(None),
            (Some((_, value)), None) => length(value).map(Some).ok_or(()),
            _ => Err(()),
        }
    }

    /// Appends the list of names and values, as `abi` has lists.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.extend((2 * self.list.len() as u32).to_le_bytes());
        for (name, value) in self.list.iter() {
            for string in [name.as_bytes(), value] {
                out.extend((string.len() as u32).to_le_bytes());
                out.extend(string);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn change(&mut self) -> Result<&mut Vec<(String, Vec<u8>)>, HeaderFailure> {
        if self.mutable { Ok(Arc::make_mut(&mut self.list)) } else { Err(HeaderError::Immutable.into()) }
    }

    fn push(&mut self, name: String, value: Vec<u8>) -> Result<(), HeaderFailure> {
        let size = self.size + cost(&name, &value);
        if size > SIZE_MAX {
            return Err(Failure::Trap(too_large(size).unwrap_err()));
        }
        self.size = size;
        self.change()?.push((name, value));
        Ok(())
    }
}

fn too_large(size: usize) -> wasmtime::Result<()> {
    bail!("fields of {size} bytes; at most {SIZE_MAX} are held")
}

fn cost(name: &str, value: &[u8]) -> usize {
    name.len() + value.len() + 2 * OVERHEAD
}

/// A name in lower case, if it is one that a component may set.
fn allowed(name: &str) -> Result<String, HeaderError> {
    let name = name_of(name)?;
    if FORBIDDEN.contains(&name.as_str()) { Err(HeaderError::Forbidden) } else { Ok(name) }
}

fn name_of(name: &str) -> Result<String, HeaderError> {
    if is_token(name) { Ok(name.to_ascii_lowercase()) } else { Err(HeaderError::InvalidSyntax) }
}

fn check(name: &str, value: &[u8]) -> Result<(), HeaderError> {
    let valid = is_value(value) && (name != CONTENT_LENGTH || length(value).is_some());
    if valid { Ok(()) } else { Err(HeaderError::InvalidSyntax) }
}

/// RFC 9110's token.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn is_value(value: &[u8]) -> bool {
    value.iter().all(|&b| b == b'\t' || b >= b' ' && b != 0x7f)
}

/// Digits, and nothing else.
fn length(value: &[u8]) -> Option<u64> {
    let digits = value.iter().all(u8::is_ascii_digit);
    core::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use core::matches;

    fn code(result: Result<(), HeaderFailure>) -> HeaderError {
        let Err(Failure::Code(code)) = result else { panic!("{result:?}") };
        code
    }

    #[test]
    fn values_of_a_name_stay_in_order_whatever_its_case() {
        let mut f = Fields::new();
        f.append("X-A", b"1".to_vec()).unwrap();
        f.append("b", b"2".to_vec()).unwrap();
        f.append("x-a", b"3".to_vec()).unwrap();
        assert_eq!(f.get("x-A"), [b"1", b"3"]);
        f.set("x-a", vec![b"4".to_vec()]).unwrap();
        assert_eq!(f.entries(), [("b".into(), b"2".to_vec()), ("x-a".into(), b"4".to_vec())]);
        f.delete("B").unwrap();
        assert!(!f.has("b") && f.has("X-a"));
    }

    #[test]
    fn what_is_no_field_is_refused() {
        let mut f = Fields::new();
        for (name, value) in [("", ""), ("a b", ""), ("a:", ""), ("ä", ""), ("a", "x\r\ny"), ("a", "\0"), ("content-length", "+1"), ("content-length", "")] {
            assert!(matches!(code(f.append(name, value.into())), HeaderError::InvalidSyntax), "{name}: {value}");
        }
        for name in FORBIDDEN {
            assert!(matches!(code(f.append(&name.to_ascii_uppercase(), vec![])), HeaderError::Forbidden));
            assert!(matches!(code(f.delete(name)), HeaderError::Forbidden));
        }
        f.append("content-length", b"5".to_vec()).unwrap();
        assert!(matches!(code(f.append("content-length", b"5".to_vec())), HeaderError::InvalidSyntax));
        assert_eq!(f.content_length(), Ok(Some(5)));
        assert!(matches!(code(f.frozen().append("a", vec![])), HeaderError::Immutable));
    }

    #[test]
    fn fields_have_a_limit_that_empty_ones_reach_too() {
        let mut f = Fields::new();
        let n = (0..1 << 20).take_while(|_| f.append("a", vec![]).is_ok()).count();
        assert!(n < SIZE_MAX / OVERHEAD);
        assert!(matches!(f.append("a", vec![]), Err(Failure::Trap(_))));
        f.delete("a").unwrap();
        f.append("a", vec![b'x'; 1000]).unwrap();
    }
}
