//! What descriptors are, and their attributes.

use super::State;
use super::descriptors::{Descriptor, Open};
use super::memory::Guest;
use super::types::{CHARACTER_DEVICE, UNKNOWN, fdflags, filetype, flags16, rights, times};
use crate::vfs::{Errno, Result, Stat};

/// Standard input, beside `abi::record::STDOUT` and `STDERR`.
const INPUT: u32 = 0;

pub(super) fn fd_fdstat_get(state: &mut State, guest: &mut Guest, fd: u32, to: u32) -> Result<()> {
    let (kind, flags, base, inheriting) = match state.descriptors.get(fd)? {
        Descriptor::Input => (stream_type(state, INPUT), 0, rights::FD_READ, rights::FD_READ),
        Descriptor::Output(stream) => (stream_type(state, *stream), 0, rights::FD_WRITE, rights::FD_WRITE),
        Descriptor::Open(open) if open.preopen.is_some() => (3, 0, rights::PREOPEN, rights::PREOPEN_INHERITING),
        Descriptor::Open(open) => {
            let kind = filetype(state.world.tree.file_type(open.node));
            (kind, open.flags, rights_of(open), rights_of(open))
        }
    };
    let mut bytes = [0; 24];
    bytes[0] = kind;
    bytes[2..4].copy_from_slice(&flags.to_le_bytes());
    bytes[8..16].copy_from_slice(&base.to_le_bytes());
    bytes[16..24].copy_from_slice(&inheriting.to_le_bytes());
    guest.put(to, &bytes)
}

fn rights_of(open: &Open) -> u64 {
    let mut base = rights::ALL;
    if open.is_directory {
        base &= !(rights::FD_SEEK | rights::FD_FILESTAT_SET_SIZE | rights::PATH_FILESTAT_SET_SIZE);
    }
    if !open.read {
        base &= !(rights::FD_READ | rights::FD_READDIR);
    }
    if !open.write {
        base &= !rights::FD_WRITE;
    }
    base
}

/// A terminal is a character device; what a stream is otherwise, it does not say.
fn stream_type(state: &State, stream: u32) -> u8 {
    if state.world.host.is_terminal(stream as usize) { CHARACTER_DEVICE } else { UNKNOWN }
}

pub(super) fn fd_fdstat_set_flags(state: &mut State, _: &mut Guest, fd: u32, flags: u32) -> Result<()> {
    let open = state.descriptors.file(fd)?;
    let flags = flags16(flags, fdflags::ALL)?;
    if flags & (fdflags::DSYNC | fdflags::RSYNC | fdflags::SYNC) != 0 {
        return Err(Errno::Invalid);
    }
    open.flags = flags;
    Ok(())
}

pub(super) fn fd_fdstat_set_rights(state: &mut State, _: &mut Guest, fd: u32, _base: u64, _inheriting: u64) -> Result<()> {
    state.descriptors.get(fd)?;
    Err(Errno::NotSupported)
}

pub(super) fn fd_filestat_get(state: &mut State, guest: &mut Guest, fd: u32, to: u32) -> Result<()> {
    guest.bytes(to, 64)?;
    match *state.descriptors.get(fd)? {
        Descriptor::Open(open) => {
            if open.of_request {
                state.world.enter_request_tree();
            }
            let stat = state.world.tree.stat(open.node);
            put_filestat(guest, to, &stat)
        }
        Descriptor::Input => put_stream(guest, to, stream_type(state, INPUT)),
        Descriptor::Output(stream) => put_stream(guest, to, stream_type(state, stream)),
    }
}

fn put_stream(guest: &mut Guest, to: u32, kind: u8) -> Result<()> {
    let mut bytes = [0; 64];
    bytes[16] = kind;
    guest.put(to, &bytes)
}

pub(super) fn put_filestat(guest: &mut Guest, to: u32, stat: &Stat) -> Result<()> {
    let mut bytes = [0; 64];
    bytes[16] = filetype(stat.kind);
    let times = [(40, stat.times.accessed), (48, stat.times.modified), (56, stat.times.changed)];
    let fields = [(0, stat.device), (8, stat.inode), (24, stat.links), (32, stat.size)];
    for (at, value) in fields.into_iter().chain(times) {
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }
    guest.put(to, &bytes)
}

pub(super) fn fd_filestat_set_size(state: &mut State, _: &mut Guest, fd: u32, size: u64) -> Result<()> {
    let open = *state.descriptors.file(fd)?;
    let now = state.world.host.wall();
    state.world.tree.writable(open.node)?;
    if !open.write {
        return Err(Errno::Invalid);
    }
    state.world.tree.resize(open.node, size, now)
}

pub(super) fn fd_filestat_set_times(state: &mut State, _: &mut Guest, fd: u32, accessed: u64, modified: u64, flags: u32) -> Result<()> {
    let now = state.world.host.wall();
    let times = times(flags, accessed, modified, now)?;
    let node = state.descriptors.open(fd)?.node;
    state.world.tree.set_times(node, times, now)
}
