//! The table of descriptors.

use super::types::fdflags;
use crate::vfs::{Errno, NodeId, Result};
use alloc::vec::Vec;

/// Descriptors open at one time, at the most.
const MAX: usize = 16 * 1024;

/// A directory or file that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) node: NodeId,
    pub(super) is_directory: bool,
    pub(super) read: bool,
    pub(super) write: bool,
    /// `fdflags`
    pub(super) flags: u16,
    pub(super) position: u64,
    /// The name of a preopened directory.
    pub(super) preopen: Option<&'static str>,
    /// Below `/request`: what it holds comes with the request.
    pub(super) of_request: bool,
}

impl Open {
    pub(super) fn preopened(node: NodeId, name: &'static str, of_request: bool) -> Self {
        Self { node, is_directory: true, read: true, write: false, flags: 0, position: 0, preopen: Some(name), of_request }
    }

    pub(super) fn appends(&self) -> bool {
        self.flags & fdflags::APPEND != 0
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Descriptor {
    Input,
    /// `abi::record::STDOUT` or `STDERR`.
    Output(u32),
    Open(Open),
}

/// By number. The lowest free number is given first.
#[derive(Default)]
pub(super) struct Descriptors {
    table: Vec<Option<Descriptor>>,
}

impl Descriptors {
    pub(super) fn get(&self, fd: u32) -> Result<&Descriptor> {
        self.table.get(fd as usize).and_then(Option::as_ref).ok_or(Errno::BadDescriptor)
    }

    fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor> {
        self.table.get_mut(fd as usize).and_then(Option::as_mut).ok_or(Errno::BadDescriptor)
    }

    /// A file or directory.
    pub(super) fn open(&self, fd: u32) -> Result<&Open> {
        match self.get(fd)? {
            Descriptor::Open(open) => Ok(open),
            _ => Err(Errno::BadDescriptor),
        }
    }

    /// A file.
    pub(super) fn file(&mut self, fd: u32) -> Result<&mut Open> {
        match self.get_mut(fd)? {
            Descriptor::Open(open) if !open.is_directory => Ok(open),
            _ => Err(Errno::BadDescriptor),
        }
    }

    /// A file that has a position.
    pub(super) fn seekable(&mut self, fd: u32) -> Result<&mut Open> {
        match self.get_mut(fd)? {
            Descriptor::Open(open) if !open.is_directory => Ok(open),
            Descriptor::Open(_) => Err(Errno::BadDescriptor),
            _ => Err(Errno::NotSeekable),
        }
    }

    /// A directory.
    pub(super) fn directory(&self, fd: u32) -> Result<&Open> {
        match self.get(fd)? {
            Descriptor::Open(open) if open.is_directory => Ok(open),
            Descriptor::Open(_) => Err(Errno::NotDirectory),
            _ => Err(Errno::BadDescriptor),
        }
    }

    /// Whether there is room for one more.
    pub(super) fn room(&self) -> Result<()> {
        if self.table.len() < MAX || self.table.iter().any(Option::is_none) { Ok(()) } else { Err(Errno::TooManyOpen) }
    }

    pub(super) fn insert(&mut self, descriptor: Descriptor) -> Result<u32> {
        self.room()?;
        let fd = match self.table.iter().position(Option::is_none) {
            Some(free) => free,
            None => {
                self.table.push(None);
                self.table.len() - 1
            }
        };
        self.table[fd] = Some(descriptor);
        Ok(fd as u32)
    }

    pub(super) fn remove(&mut self, fd: u32) -> Result<Descriptor> {
        self.table.get_mut(fd as usize).and_then(Option::take).ok_or(Errno::BadDescriptor)
    }

    /// Moves `from` to `to`, which must be open and is taken away.
    pub(super) fn renumber(&mut self, from: u32, to: u32) -> Result<Option<Descriptor>> {
        self.get(from)?;
        self.get(to)?;
        if from == to {
            return Ok(None);
        }
        let moved = self.remove(from)?;
        Ok(self.table[to as usize].replace(moved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_number_is_given_first() {
        let mut d = Descriptors::default();
        assert_eq!((0..4).map(|_| d.insert(Descriptor::Input).unwrap()).collect::<Vec<_>>(), [0, 1, 2, 3]);
        d.remove(2).unwrap();
        d.remove(1).unwrap();
        assert_eq!(d.insert(Descriptor::Input), Ok(1));
        assert!(matches!(d.remove(2), Err(Errno::BadDescriptor)));
        assert!(matches!(d.get(u32::MAX), Err(Errno::BadDescriptor)));
    }

    #[test]
    fn renumbering_needs_both_and_frees_the_first() {
        let mut d = Descriptors::default();
        d.insert(Descriptor::Output(1)).unwrap();
        d.insert(Descriptor::Output(2)).unwrap();
        assert!(d.renumber(0, 2).is_err());
        assert!(d.renumber(2, 0).is_err());
        assert!(d.renumber(1, 1).unwrap().is_none());
        assert!(matches!(d.renumber(0, 1), Ok(Some(Descriptor::Output(2)))));
        assert!(d.get(0).is_err());
        assert!(matches!(d.get(1), Ok(Descriptor::Output(1))));
    }

    #[test]
    fn there_is_an_end_to_them() {
        let mut d = Descriptors { table: alloc::vec![Some(Descriptor::Input); MAX] };
        assert_eq!(d.insert(Descriptor::Input), Err(Errno::TooManyOpen));
        d.remove(7).unwrap();
        assert_eq!(d.insert(Descriptor::Input), Ok(7));
    }
}
