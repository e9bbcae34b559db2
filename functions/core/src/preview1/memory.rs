//! The program's linear memory, as calls read and write it. Whatever lies outside is [`Errno::Fault`].

use crate::vfs::{Errno, Result};

/// A view of linear memory during one call.
pub(super) struct Guest<'a> {
    bytes: &'a mut [u8],
}

/// A buffer that an `iovec` describes; inside memory when made.
#[derive(Clone, Copy)]
pub(super) struct Buffer {
    at: u32,
    length: u32,
}

/// A list of `iovec`s, all of them inside memory.
#[derive(Clone, Copy)]
pub(super) struct Buffers {
    at: u32,
    count: u32,
}

const IOVEC: u32 = 8;

impl<'a> Guest<'a> {
    pub(super) fn new(bytes: &'a mut [u8]) -> Self {
        Self { bytes }
    }

    pub(super) fn bytes(&self, at: u32, length: u32) -> Result<&[u8]> {
        let at = at as usize;
        self.bytes.get(at..at + length as usize).ok_or(Errno::Fault)
    }

    pub(super) fn bytes_mut(&mut self, at: u32, length: u32) -> Result<&mut [u8]> {
        let at = at as usize;
        self.bytes.get_mut(at..at + length as usize).ok_or(Errno::Fault)
    }

    /// A path, or another text.
    pub(super) fn text(&self, at: u32, length: u32) -> Result<&str> {
        core::str::from_utf8(self.bytes(at, length)?).map_err(|_| Errno::IllegalBytes)
    }

    pub(super) fn u8(&self, at: u32) -> Result<u8> {
        Ok(self.bytes(at, 1)?[0])
    }

    pub(super) fn u16(&self, at: u32) -> Result<u16> {
        Ok(u16::from_le_bytes(self.bytes(at, 2)?.try_into().expect("two bytes")))
    }

    pub(super) fn u32(&self, at: u32) -> Result<u32> {
        Ok(u32::from_le_bytes(self.bytes(at, 4)?.try_into().expect("four bytes")))
    }

    pub(super) fn u64(&self, at: u32) -> Result<u64> {
        Ok(u64::from_le_bytes(self.bytes(at, 8)?.try_into().expect("eight bytes")))
    }

    pub(super) fn put(&mut self, at: u32, bytes: &[u8]) -> Result<()> {
        let length = u32::try_from(bytes.len()).map_err(|_| Errno::Fault)?;
        self.bytes_mut(at, length)?.copy_from_slice(bytes);
        Ok(())
    }

    pub(super) fn put_u32(&mut self, at: u32, value: u32) -> Result<()> {
        self.put(at, &value.to_le_bytes())
    }

    pub(super) fn put_u64(&mut self, at: u32, value: u64) -> Result<()> {
        self.put(at, &value.to_le_bytes())
    }

    /// Checks a list of `iovec`s: the list and each buffer inside memory, all together no longer than a call can report.
    pub(super) fn buffers(&self, at: u32, count: u32) -> Result<Buffers> {
        let length = count.checked_mul(IOVEC).ok_or(Errno::Fault)?;
        self.bytes(at, length)?;
        let buffers = Buffers { at, count };
        let mut total = 0u32;
        for i in 0..count {
            let buffer = self.buffer(buffers, i)?;
            total = total.checked_add(buffer.length).ok_or(Errno::Invalid)?;
        }
        Ok(buffers)
    }

    /// One of the list. Checked again: reading into an earlier one may have changed the list itself.
    fn buffer(&self, buffers: Buffers, i: u32) -> Result<Buffer> {
        let at = buffers.at + i * IOVEC;
        let buffer = Buffer { at: self.u32(at)?, length: self.u32(at + 4)? };
        self.bytes(buffer.at, buffer.length)?;
        Ok(buffer)
    }

    /// Gives each buffer that is not empty to `read`, until one is not filled. How many bytes that were.
    pub(super) fn read_into(&mut self, buffers: Buffers, mut read: impl FnMut(u32, &mut [u8]) -> Result<usize>) -> Result<u32> {
        one_by_one(buffers, |i, total| {
            let buffer = self.buffer(buffers, i)?;
            let n = if buffer.length == 0 { 0 } else { read(total, self.bytes_mut(buffer.at, buffer.length)?)? };
            Ok((buffer.length, n))
        })
    }

    /// Gives each buffer that is not empty to `write`, until one is not taken whole. How many bytes that were.
    pub(super) fn write_from(&self, buffers: Buffers, mut write: impl FnMut(u32, &[u8]) -> Result<usize>) -> Result<u32> {
        one_by_one(buffers, |i, total| {
            let buffer = self.buffer(buffers, i)?;
            let n = if buffer.length == 0 { 0 } else { write(total, self.bytes(buffer.at, buffer.length)?)? };
            Ok((buffer.length, n))
        })
    }
}

/// Calls `step` for each buffer, with its place in the list and the bytes so far, until one is not done whole: `step` gives its length and what was
/// done of it. An error counts where nothing was done before it.
fn one_by_one(buffers: Buffers, mut step: impl FnMut(u32, u32) -> Result<(u32, usize)>) -> Result<u32> {
    let mut total = 0;
    for i in 0..buffers.count {
        match step(i, total) {
            Ok((length, n)) => {
                total += n as u32;
                if n < length as usize {
                    break;
                }
            }
            Err(errno) if total == 0 => return Err(errno),
            Err(_) => break,
        }
    }
    Ok(total)
}
