//! What a request hands over.

use crate::wire::{Malformed, Reader, Strings};

/// A request's lists, checked.
#[derive(Clone, Copy)]
pub(crate) struct HandOver<'a> {
    /// The program's name first; empty: the image's stand.
    pub(crate) arguments: Strings<'a>,
    /// Empty: the image's stands.
    pub(crate) environment: Strings<'a>,
    /// Name, content, name, content, ...
    pub(crate) files: Strings<'a>,
}

impl<'a> HandOver<'a> {
    pub(crate) const EMPTY: HandOver<'static> = HandOver { arguments: Strings::EMPTY, environment: Strings::EMPTY, files: Strings::EMPTY };

    /// `bytes` may be empty: then all three lists are.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if bytes.is_empty() {
            return Ok(Self::EMPTY);
        }
        let mut reader = Reader::new(bytes);
        let parsed = Self { arguments: reader.list()?, environment: reader.list()?, files: reader.list()? };
        if !parsed.files.count().is_multiple_of(2) {
            return Err(Malformed("a file has a name and no content"));
        }
        if !reader.is_empty() {
            return Err(Malformed("something follows its three lists"));
        }
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn encoded(lists: [&[&str]; 3]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for list in &lists {
            let strings = list.len() as u32;
            bytes.extend(strings.to_le_bytes());
            for s in *list {
                bytes.extend((s.len() as u32).to_le_bytes());
                bytes.extend(s.as_bytes());
            }
        }
        bytes
    }

    #[test]
    fn the_three_lists_are_found() {
        let bytes = encoded([&["p", "2000"], &["A=b"], &["method", "GET", "header/accept", "*/*"]]);
        let h = HandOver::parse(&bytes).unwrap();
        assert_eq!(h.arguments.iter().collect::<Vec<_>>(), [&b"p"[..], b"2000"]);
        assert_eq!(h.environment.count(), 1);
        assert_eq!(h.files.iter().collect::<Vec<_>>(), [&b"method"[..], b"GET", b"header/accept", b"*/*"]);
    }

    #[test]
    fn nothing_is_three_empty_lists() {
        assert_eq!(HandOver::parse(&[]).unwrap().arguments.count(), 0);
    }

    #[test]
    fn a_broken_hand_over_is_refused() {
        let bytes = encoded([&["p"], &[], &["method", "GET"]]);
        for cut in 1..bytes.len() {
            assert!(HandOver::parse(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert!(HandOver::parse(&encoded([&[], &[], &["method"]])).is_err());
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(HandOver::parse(&longer).is_err());
    }
}
