//! Reading the host's lists: little-endian integers, strings with their length before them.

/// What the host wrote does not hold together; says where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);

/// A position in some bytes. Cheap to copy: that is how a place is remembered.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What has not been read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or(Malformed("it ends in the middle of a value"))?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(u32::from_le_bytes(self.bytes(4)?.try_into().expect("four bytes")))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        Ok(u64::from_le_bytes(self.bytes(8)?.try_into().expect("eight bytes")))
    }

    pub(crate) fn string(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.u32()?;
        self.bytes(length as usize)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        core::str::from_utf8(self.string()?).map_err(|_| Malformed("a name is not UTF-8"))
    }

    /// A whole list, checked to its end; its strings are found again on each walk, so nothing is allocated.
    pub(crate) fn list(&mut self) -> Result<Strings<'a>, Malformed> {
        let count = self.u32()?;
        let start = self.rest;
        let mut total = 0;
        for _ in 0..count {
            total += self.string()?.len();
        }
        Ok(Strings { count: count as usize, bytes: total, encoded: &start[..start.len() - self.rest.len()] })
    }
}

/// A list of strings as the host wrote it; every length in it has been checked.
#[derive(Clone, Copy)]
pub(crate) struct Strings<'a> {
    count: usize,
    bytes: usize,
    encoded: &'a [u8],
}

impl<'a> Strings<'a> {
    pub(crate) const EMPTY: Strings<'static> = Strings { count: 0, bytes: 0, encoded: &[] };

    /// How many strings.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The bytes of all of them together.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut reader = Reader::new(self.encoded);
        (0..self.count).map(move |_| reader.string().expect("checked when the list was read"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn list(strings: &[&str]) -> Vec<u8> {
        let mut bytes = (strings.len() as u32).to_le_bytes().to_vec();
        for s in strings {
            bytes.extend((s.len() as u32).to_le_bytes());
            bytes.extend(s.as_bytes());
        }
        bytes
    }

    #[test]
    fn a_list_gives_its_strings_again_and_again() {
        let bytes = list(&["program", "", "2000"]);
        let strings = Reader::new(&bytes).list().unwrap();
        assert_eq!((strings.count(), strings.bytes()), (3, 11));
        for _ in 0..2 {
            assert_eq!(strings.iter().collect::<Vec<_>>(), [&b"program"[..], b"", b"2000"]);
        }
    }

    #[test]
    fn a_list_cut_anywhere_is_refused() {
        let bytes = list(&["a", "bc"]);
        for cut in 0..bytes.len() {
            assert!(Reader::new(&bytes[..cut]).list().is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn a_forged_count_or_length_is_refused_without_allocating() {
        assert!(Reader::new(&u32::MAX.to_le_bytes()).list().is_err());
        assert!(Reader::new(&[1, 0, 0, 0, 255, 255, 255, 255, 1]).list().is_err());
    }
}
