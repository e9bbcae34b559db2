//! `wasi:io/streams`: standard streams, files and bodies.

use super::State;
use super::io::{IoError, Pollable, StreamFailure};
use super::wasi::io::streams::{self, StreamError};
use crate::vfs::{Errno, NodeId};
use abi::record;
use alloc::vec;
use alloc::vec::Vec;
use wasmtime::component::Resource;
use wasmtime::{Result, format_err};

/// Bytes that one read gives, or one write takes, at the most.
pub(super) const CHUNK: usize = 64 * 1024;
/// Bytes that the blocking writes take, as the interface has it.
const BLOCKING: usize = 4096;

type Streamed<T> = core::result::Result<T, StreamFailure>;

/// `input-stream`
#[derive(Clone, Copy, Debug)]
pub enum InputStream {
    Standard,
    File { node: NodeId, position: u64 },
    /// A body that comes in.
    Body(u32),
}

/// `output-stream`
#[derive(Clone, Copy, Debug)]
pub enum OutputStream {
    /// `abi::record::STDOUT` or `STDERR`.
    Standard(u32),
    /// At the end, if there is no position.
    File { node: NodeId, position: Option<u64> },
    /// A body that goes out.
    Body(u32),
}

impl State {
    /// An operation failed for good.
    pub(super) fn stream_fails<T>(&mut self, error: IoError) -> Streamed<T> {
        Err(StreamFailure::Code(StreamError::LastOperationFailed(self.table.push(error)?)))
    }

    fn read_stream(&mut self, this: &Resource<InputStream>, length: u64, blocking: bool) -> Streamed<Vec<u8>> {
        let stream = *self.table.get(this)?;
        let length = usize::try_from(length).unwrap_or(CHUNK).min(CHUNK);
        if blocking && length > 0 {
            self.wait_for(&[stream.pollable()])?;
        }
        match stream {
            InputStream::Standard => self.read_standard(length),
            InputStream::Body(body) => self.read_body(body, length),
            InputStream::File { node, position } => {
                let bytes = self.read_file(node, position, length).map_err(|errno| self.stream_fails::<()>(IoError::File(errno)).unwrap_err())?;
                if bytes.is_empty() && length > 0 {
                    return Err(StreamFailure::Code(StreamError::Closed));
                }
                *self.table.get_mut(this)? = InputStream::File { node, position: position + bytes.len() as u64 };
                Ok(bytes)
            }
        }
    }

    pub(super) fn read_file(&mut self, node: NodeId, position: u64, length: usize) -> core::result::Result<Vec<u8>, Errno> {
        let left = self.world.tree.size(node).saturating_sub(position);
        let mut bytes = vec![0; length.min(usize::try_from(left).unwrap_or(usize::MAX))];
        let n = self.world.tree.read(node, position, &mut bytes)?;
        bytes.truncate(n);
        Ok(bytes)
    }

    fn read_standard(&mut self, length: usize) -> Streamed<Vec<u8>> {
        if self.talk.serves_http {
            return Err(StreamFailure::Code(StreamError::Closed));
        }
        self.world.ready();
        if length == 0 {
            return Ok(Vec::new());
        }
        self.is_there(Pollable::Input);
        let input = self.world.host.input();
        if !input.is_ready() {
            return Ok(Vec::new());
        }
        let mut bytes = vec![0; length.min(input.available())];
        if bytes.is_empty() {
            return Err(StreamFailure::Code(StreamError::Closed));
        }
        self.world.host.read(&mut bytes);
        Ok(bytes)
    }

    /// Bytes that may be written at once.
    fn permit(&mut self, this: &Resource<OutputStream>) -> Streamed<usize> {
        match *self.table.get(this)? {
            OutputStream::Body(sink) if self.talk.is_closed(sink) => Err(StreamFailure::Code(StreamError::Closed)),
            OutputStream::Body(sink) => Ok(self.talk.room(sink)),
            _ => Ok(CHUNK),
        }
    }

    fn write_stream(&mut self, this: &Resource<OutputStream>, bytes: &[u8]) -> Streamed<()> {
        if bytes.len() > self.permit(this)? {
            return Err(StreamFailure::Trap(format_err!("write exceeded budget")));
        }
        match *self.table.get(this)? {
            OutputStream::Standard(stream) => {
                if stream == record::STDOUT {
                    self.world.ready();
                }
                self.world.host.write(stream, bytes);
                self.world.host.written();
                Ok(())
            }
            OutputStream::Body(sink) => self.write_body(sink, bytes),
            OutputStream::File { node, position } => {
                let end = self.write_file(node, position, bytes).map_err(|errno| self.stream_fails::<()>(IoError::File(errno)).unwrap_err())?;
                *self.table.get_mut(this)? = OutputStream::File { node, position: position.map(|_| end) };
                Ok(())
            }
        }
    }

    /// All of it; gives where it ended.
    fn write_file(&mut self, node: NodeId, position: Option<u64>, mut bytes: &[u8]) -> core::result::Result<u64, Errno> {
        let now = self.world.host.wall();
        let mut at = position.unwrap_or_else(|| self.world.tree.size(node));
        while !bytes.is_empty() {
            let n = self.world.tree.write(node, at, bytes, now)?;
            at += n as u64;
            bytes = &bytes[n..];
        }
        Ok(at)
    }

    fn flush_stream(&mut self, this: &Resource<OutputStream>) -> Streamed<()> {
        self.permit(this)?;
        if let OutputStream::Body(sink) = *self.table.get(this)?
            && self.talk.goes_out(sink)
        {
            self.world.host.offer();
        }
        Ok(())
    }

    /// Writes all of it, waiting for room.
    fn write_blocking(&mut self, this: &Resource<OutputStream>, mut bytes: &[u8]) -> Streamed<()> {
        if bytes.len() > BLOCKING {
            return Err(StreamFailure::Trap(format_err!("Buffer too large for blocking-write-and-flush (expected at most {BLOCKING})")));
        }
        while !bytes.is_empty() {
            self.wait_for_room(this)?;
            let n = self.permit(this)?.min(bytes.len());
            self.write_stream(this, &bytes[..n])?;
            bytes = &bytes[n..];
        }
        self.flush_stream(this)
    }

    fn wait_for_room(&mut self, this: &Resource<OutputStream>) -> Streamed<()> {
        let pollable = self.table.get(this)?.pollable();
        self.wait_for(&[pollable])?;
        Ok(())
    }

    fn splice_stream(&mut self, to: &Resource<OutputStream>, from: &Resource<InputStream>, length: u64, blocking: bool) -> Streamed<u64> {
        if blocking {
            self.wait_for_room(to)?;
        }
        let length = length.min(self.permit(to)? as u64);
        let bytes = self.read_stream(from, length, blocking)?;
        self.write_stream(to, &bytes)?;
        Ok(bytes.len() as u64)
    }
}

impl InputStream {
    fn pollable(self) -> Pollable {
        match self {
            InputStream::Standard => Pollable::Input,
            InputStream::File { .. } => Pollable::Ready,
            InputStream::Body(body) => Pollable::Body(body),
        }
    }
}

impl OutputStream {
    fn pollable(self) -> Pollable {
        match self {
            OutputStream::Body(sink) => Pollable::Room(sink),
            _ => Pollable::Ready,
        }
    }
}

impl streams::Host for State {
    fn convert_stream_error(&mut self, failure: StreamFailure) -> Result<StreamError> {
        failure.answer()
    }
}

impl streams::HostInputStream for State {
    fn read(&mut self, this: Resource<InputStream>, length: u64) -> Streamed<Vec<u8>> {
        self.read_stream(&this, length, false)
    }

    fn blocking_read(&mut self, this: Resource<InputStream>, length: u64) -> Streamed<Vec<u8>> {
        self.read_stream(&this, length, true)
    }

    fn skip(&mut self, this: Resource<InputStream>, length: u64) -> Streamed<u64> {
        Ok(self.read_stream(&this, length, false)?.len() as u64)
    }

    fn blocking_skip(&mut self, this: Resource<InputStream>, length: u64) -> Streamed<u64> {
        Ok(self.read_stream(&this, length, true)?.len() as u64)
    }

    fn subscribe(&mut self, this: Resource<InputStream>) -> Result<Resource<Pollable>> {
        let pollable = self.table.get(&this)?.pollable();
        if pollable == Pollable::Input {
            self.world.ready();
        }
        Ok(self.table.push_child(pollable, &this)?)
    }

    fn drop(&mut self, this: Resource<InputStream>) -> Result<()> {
        match self.table.delete(this)? {
            InputStream::File { node, .. } => self.world.tree.close(node),
            InputStream::Body(_) | InputStream::Standard => (),
        }
        Ok(())
    }
}

impl streams::HostOutputStream for State {
    fn check_write(&mut self, this: Resource<OutputStream>) -> Streamed<u64> {
        if let OutputStream::Body(sink) = *self.table.get(&this)?
            && self.talk.goes_out(sink)
        {
            self.is_there(Pollable::Room(sink)); // a component may ask this again and again, and never wait
        }
        self.permit(&this).map(|n| n as u64)
    }

    fn write(&mut self, this: Resource<OutputStream>, bytes: Vec<u8>) -> Streamed<()> {
        self.write_stream(&this, &bytes)
    }

    fn blocking_write_and_flush(&mut self, this: Resource<OutputStream>, bytes: Vec<u8>) -> Streamed<()> {
        self.write_blocking(&this, &bytes)
    }

    fn flush(&mut self, this: Resource<OutputStream>) -> Streamed<()> {
        self.flush_stream(&this)
    }

    fn blocking_flush(&mut self, this: Resource<OutputStream>) -> Streamed<()> {
        self.flush_stream(&this)
    }

    fn subscribe(&mut self, this: Resource<OutputStream>) -> Result<Resource<Pollable>> {
        let pollable = self.table.get(&this)?.pollable();
        Ok(self.table.push_child(pollable, &this)?)
    }

    fn write_zeroes(&mut self, this: Resource<OutputStream>, length: u64) -> Streamed<()> {
        let permit = self.permit(&this)?;
        match usize::try_from(length) {
            Ok(n) if n <= permit => self.write_stream(&this, &vec![0; n]),
            _ => Err(StreamFailure::Trap(format_err!("cannot write more zeroes than `check_write` allows"))),
        }
    }

    fn blocking_write_zeroes_and_flush(&mut self, this: Resource<OutputStream>, length: u64) -> Streamed<()> {
        let n = usize::try_from(length).unwrap_or(usize::MAX).min(BLOCKING + 1);
        self.write_blocking(&this, &vec![0; n])
    }

    fn splice(&mut self, this: Resource<OutputStream>, from: Resource<InputStream>, length: u64) -> Streamed<u64> {
        self.splice_stream(&this, &from, length, false)
    }

    fn blocking_splice(&mut self, this: Resource<OutputStream>, from: Resource<InputStream>, length: u64) -> Streamed<u64> {
        self.splice_stream(&this, &from, length, true)
    }

    fn drop(&mut self, this: Resource<OutputStream>) -> Result<()> {
        if let OutputStream::File { node, .. } = self.table.delete(this)? {
            self.world.tree.close(node);
        }
        Ok(())
    }
}
