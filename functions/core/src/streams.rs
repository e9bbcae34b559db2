//! Standard streams inside the exchange area: where input stands in IN, and the records in OUT. Pure: the areas are arguments.

use abi::record;

/// What is left of standard input in IN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Input {
    at: usize,
    left: usize,
    ends: bool,
}

impl Input {
    /// The host put `length` bytes at `at`; nothing comes after them if `ends`. What lies outside `area_len` is not looked at.
    pub(crate) fn new(at: usize, length: usize, ends: bool, area_len: usize) -> Self {
        let at = at.min(area_len);
        Self { at, left: length.min(area_len - at), ends }
    }

    /// Whether a read would answer at once, with bytes or with the end.
    pub(crate) fn is_ready(&self) -> bool {
        self.left > 0 || self.ends
    }

    /// Bytes that can be read at once.
    pub(crate) fn available(&self) -> usize {
        self.left
    }

    /// Takes all that is left: where it lies in the area.
    pub(crate) fn take(&mut self) -> core::ops::Range<usize> {
        let all = self.at..self.at + self.left;
        *self = Self::default();
        all
    }

    /// Takes as much as fits into `into`; 0 at the end, or when nothing is there.
    pub(crate) fn read(&mut self, area: &[u8], into: &mut [u8]) -> usize {
        let n = self.left.min(into.len());
        into[..n].copy_from_slice(&area[self.at..self.at + n]);
        self.at += n;
        self.left -= n;
        n
    }
}

/// What has been put into OUT since the host last took it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Output {
    length: usize,
    /// The last record's stream and where its header is.
    last: Option<(u32, usize)>,
}

impl Output {
    /// Bytes of records.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Nothing is added to what is there: it may be read from now on.
    pub(crate) fn close(&mut self) {
        self.last = None;
    }

    /// Appends a record of its own, whole or not at all. Whether it fitted.
    pub(crate) fn put(&mut self, area: &mut [u8], kind: u32, bytes: &[u8]) -> bool {
        let end = self.length + record::HEADER + bytes.len();
        if end > area.len() {
            return false;
        }
        let at = self.length;
        area[at..at + 4].copy_from_slice(&kind.to_le_bytes());
        area[at + 4..at + 8].copy_from_slice(&(bytes.len() as u32).to_le_bytes());
        area[at + record::HEADER..end].copy_from_slice(bytes);
        self.length = end;
        self.last = None;
        true
    }

    /// Appends as much of `bytes` as fits, to the last record if that is of the same stream. How much that was.
    pub(crate) fn append(&mut self, area: &mut [u8], stream: u32, bytes: &[u8]) -> usize {
        if bytes.is_empty() {
            return 0;
        }
        let room = area.len() - self.length;
        let header = match self.last {
            Some((s, at)) if s == stream => at,
            _ if room <= record::HEADER => return 0,
            _ => {
                let at = self.length;
                area[at..at + 4].copy_from_slice(&stream.to_le_bytes());
                area[at + 4..at + 8].fill(0);
                self.length += record::HEADER;
                self.last = Some((stream, at));
                at
            }
        };
        let n = bytes.len().min(area.len() - self.length);
        area[self.length..self.length + n].copy_from_slice(&bytes[..n]);
        self.length += n;
        let content = (self.length - header - record::HEADER) as u32;
        area[header + 4..header + 8].copy_from_slice(&content.to_le_bytes());
        n
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn records(area: &[u8], length: usize) -> Vec<(u32, Vec<u8>)> {
        let mut rest = &area[..length];
        let mut found = Vec::new();
        while !rest.is_empty() {
            let stream = u32::from_le_bytes(rest[..4].try_into().unwrap());
            let n = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
            found.push((stream, rest[8..8 + n].to_vec()));
            rest = &rest[8 + n..];
        }
        found
    }

    #[test]
    fn neighbours_of_one_stream_are_one_record() {
        let mut area = [0xee; 64];
        let mut out = Output::default();
        for (stream, text) in [(1, "ab"), (1, "c"), (2, "d"), (1, "e"), (1, "")] {
            assert_eq!(out.append(&mut area, stream, text.as_bytes()), text.len());
        }
        assert_eq!(records(&area, out.len()), [(1, b"abc".to_vec()), (2, b"d".to_vec()), (1, b"e".to_vec())]);
    }

    #[test]
    fn what_does_not_fit_is_left_to_the_caller() {
        let mut area = [0; 20];
        let mut out = Output::default();
        assert_eq!(out.append(&mut area, 1, b"0123456789abcdef"), 12);
        assert_eq!(out.append(&mut area, 1, b"x"), 0);
        assert_eq!(out.append(&mut area, 2, b"x"), 0);
        assert_eq!(records(&area, out.len()), [(1, b"0123456789ab".to_vec())]);
    }

    #[test]
    fn no_record_is_begun_where_only_its_header_fits() {
        let mut area = [0; 20];
        let mut out = Output::default();
        out.append(&mut area, 1, b"0123");
        assert_eq!(out.append(&mut area, 2, b"x"), 0);
        assert_eq!(out.len(), 12);
    }

    #[test]
    fn a_record_of_its_own_is_whole_and_never_added_to() {
        let mut area = [0; 40];
        let mut out = Output::default();
        assert!(out.put(&mut area, 7, b""));
        assert!(out.put(&mut area, 7, b"ab"));
        out.append(&mut area, 7, b"c");
        assert!(!out.put(&mut area, 7, b"0123456"));
        assert_eq!(records(&area, out.len()), [(7, b"".to_vec()), (7, b"ab".to_vec()), (7, b"c".to_vec())]);
    }

    #[test]
    fn a_closed_record_is_never_added_to() {
        let mut area = [0; 40];
        let mut out = Output::default();
        out.append(&mut area, 1, b"ab");
        out.close();
        out.append(&mut area, 1, b"c");
        assert_eq!(records(&area, out.len()), [(1, b"ab".to_vec()), (1, b"c".to_vec())]);
    }

    #[test]
    fn input_taken_whole_is_gone() {
        let mut input = Input::new(4, 5, true, 20);
        assert_eq!(input.take(), 4..9);
        assert!(!input.is_ready());
    }

    #[test]
    fn input_is_read_in_pieces_to_its_end() {
        let area = *b"....hello";
        let mut input = Input::new(4, 5, true, area.len());
        let mut three = [0; 3];
        assert_eq!((input.read(&area, &mut three), &three), (3, b"hel"));
        assert_eq!(input.available(), 2);
        assert_eq!(input.read(&area, &mut three), 2);
        assert!(input.is_ready());
        assert_eq!(input.read(&area, &mut three), 0);
    }

    #[test]
    fn without_bytes_or_end_there_is_nothing_to_read_yet() {
        assert!(!Input::new(0, 0, false, 9).is_ready());
        assert!(Input::new(0, 1, false, 9).is_ready());
    }

    #[test]
    fn lengths_beyond_the_area_are_cut() {
        assert_eq!(Input::new(8, 5, false, 9).available(), 1);
        assert_eq!(Input::new(100, 5, false, 9).available(), 0);
    }
}
