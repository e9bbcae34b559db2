//! Calls that take a path, seen from a directory's descriptor.

use super::State;
use super::descriptors::{Descriptor, Open};
use super::memory::Guest;
use super::stat::put_filestat;
use super::types::{fdflags, flags16, follows, rights, times};
use crate::vfs::{self, Errno, FileType, NodeId, Result};

impl State {
    /// The directory that a path begins at. If it is of the request, the request is needed now.
    fn base(&mut self, fd: u32) -> Result<NodeId> {
        let open = *self.descriptors.directory(fd)?;
        if open.of_request {
            self.world.enter_request_tree();
        }
        Ok(open.node)
    }
}

pub(super) fn path_create_directory(state: &mut State, guest: &mut Guest, fd: u32, path: u32, length: u32) -> Result<()> {
    let base = state.base(fd)?;
    let now = state.world.host.wall();
    state.world.tree.make_directory(base, guest.text(path, length)?, now)
}

pub(super) fn path_filestat_get(state: &mut State, guest: &mut Guest, fd: u32, flags: u32, path: u32, length: u32, to: u32) -> Result<()> {
    let follow = follows(flags)?;
    let base = state.base(fd)?;
    let stat = state.world.tree.stat_at(base, guest.text(path, length)?, follow)?;
    put_filestat(guest, to, &stat)
}

#[expect(clippy::too_many_arguments, reason = "the call has so many")]
pub(super) fn path_filestat_set_times(
    state: &mut State,
    guest: &mut Guest,
    fd: u32,
    flags: u32,
    path: u32,
    length: u32,
    accessed: u64,
    modified: u64,
    set: u32,
) -> Result<()> {
    let now = state.world.host.wall();
    let times = times(set, accessed, modified, now)?;
    let follow = follows(flags)?;
    let base = state.base(fd)?;
    state.world.tree.set_times_at(base, guest.text(path, length)?, follow, times, now)
}

#[expect(clippy::too_many_arguments, reason = "the call has so many")]
pub(super) fn path_link(
    state: &mut State,
    guest: &mut Guest,
    fd: u32,
    flags: u32,
    path: u32,
    length: u32,
    new_fd: u32,
    new_path: u32,
    new_length: u32,
) -> Result<()> {
    let (from, to) = (state.base(fd)?, state.base(new_fd)?);
    let (path, new_path) = (guest.text(path, length)?, guest.text(new_path, new_length)?);
    // Names a link's target is none of what wasmtime does, nor any known program asks for.
    if follows(flags)? {
        return Err(Errno::Invalid);
    }
    let now = state.world.host.wall();
    state.world.tree.link((from, path), (to, new_path), now)
}

/// `oflags`
mod oflags {
    pub(super) const CREAT: u16 = 1;
    pub(super) const DIRECTORY: u16 = 2;
    pub(super) const EXCL: u16 = 4;
    pub(super) const TRUNC: u16 = 8;
    pub(super) const ALL: u16 = 15;
}

#[expect(clippy::too_many_arguments, reason = "the call has so many")]
pub(super) fn path_open(
    state: &mut State,
    guest: &mut Guest,
    fd: u32,
    flags: u32,
    path: u32,
    length: u32,
    open: u32,
    base: u64,
    _inheriting: u64,
    descriptor_flags: u32,
    to: u32,
) -> Result<()> {
    let how = how_to_open(follows(flags)?, flags16(open, oflags::ALL)?, base);
    let flags = flags16(descriptor_flags, fdflags::ALL)?;
    let of_request = state.descriptors.directory(fd)?.of_request;
    let directory = state.base(fd)?;
    guest.bytes(to, 4)?;
    state.descriptors.room()?;
    let now = state.world.host.wall();
    let node = state.world.tree.open(directory, guest.text(path, length)?, how, now)?;
    let is_directory = state.world.tree.file_type(node) == FileType::Directory;
    let opened = Open {
        node,
        is_directory,
        // As wasmtime has it: what is not opened for writing is readable.
        read: base & rights::FD_READ != 0 || base & rights::FD_WRITE == 0,
        write: how.write && !is_directory,
        flags: if is_directory { 0 } else { flags },
        position: 0,
        preopen: None,
        of_request,
    };
    let number = state.descriptors.insert(Descriptor::Open(opened))?;
    guest.put_u32(to, number)
}

/// Making and truncating are writing.
fn how_to_open(follow: bool, oflags: u16, rights: u64) -> vfs::Open {
    let create = oflags & oflags::CREAT != 0;
    let truncate = oflags & oflags::TRUNC != 0;
    vfs::Open {
        follow,
        create,
        exclusive: oflags & oflags::EXCL != 0,
        truncate,
        directory: oflags & oflags::DIRECTORY != 0,
        write: create || truncate || rights & rights::FD_WRITE != 0,
    }
}

#[expect(clippy::too_many_arguments, reason = "the call has so many")]
pub(super) fn path_readlink(state: &mut State, guest: &mut Guest, fd: u32, path: u32, length: u32, buffer: u32, size: u32, to: u32) -> Result<()> {
    let base = state.base(fd)?;
    let target = state.world.tree.read_link(base, guest.text(path, length)?)?.as_bytes();
    let n = target.len().min(size as usize);
    guest.bytes(to, 4)?;
    guest.put(buffer, &target[..n])?;
    guest.put_u32(to, n as u32)
}

pub(super) fn path_remove_directory(state: &mut State, guest: &mut Guest, fd: u32, path: u32, length: u32) -> Result<()> {
    let base = state.base(fd)?;
    let now = state.world.host.wall();
    state.world.tree.remove_directory(base, guest.text(path, length)?, now)
}

#[expect(clippy::too_many_arguments, reason = "the call has so many")]
pub(super) fn path_rename(
    state: &mut State,
    guest: &mut Guest,
    fd: u32,
    path: u32,
    length: u32,
    new_fd: u32,
    new_path: u32,
    new_length: u32,
) -> Result<()> {
    let (from, to) = (state.base(fd)?, state.base(new_fd)?);
    let (path, new_path) = (guest.text(path, length)?, guest.text(new_path, new_length)?);
    let now = state.world.host.wall();
    state.world.tree.rename((from, path), (to, new_path), now)
}

pub(super) fn path_symlink(state: &mut State, guest: &mut Guest, target: u32, target_length: u32, fd: u32, path: u32, length: u32) -> Result<()> {
    let base = state.base(fd)?;
    let now = state.world.host.wall();
    state.world.tree.make_symlink(base, guest.text(path, length)?, guest.text(target, target_length)?, now)
}

pub(super) fn path_unlink_file(state: &mut State, guest: &mut Guest, fd: u32, path: u32, length: u32) -> Result<()> {
    let base = state.base(fd)?;
    let now = state.world.host.wall();
    state.world.tree.unlink(base, guest.text(path, length)?, now)
}
