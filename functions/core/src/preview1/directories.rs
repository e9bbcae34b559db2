//! Preopened directories, and listings.

use super::State;
use super::memory::Guest;
use super::types::filetype;
use crate::vfs::{Errno, Result};

/// Bytes of a `dirent`, before its name.
const DIRENT: usize = 24;

pub(super) fn fd_prestat_get(state: &mut State, guest: &mut Guest, fd: u32, to: u32) -> Result<()> {
    let name = state.descriptors.open(fd)?.preopen.ok_or(Errno::BadDescriptor)?;
    let mut bytes = [0; 8];
    bytes[4..].copy_from_slice(&(name.len() as u32).to_le_bytes());
    guest.put(to, &bytes)
}

pub(super) fn fd_prestat_dir_name(state: &mut State, guest: &mut Guest, fd: u32, path: u32, length: u32) -> Result<()> {
    state.descriptors.get(fd)?;
    let name = state.descriptors.open(fd).ok().and_then(|open| open.preopen).ok_or(Errno::NotDirectory)?;
    if name.len() > length as usize {
        return Err(Errno::NameTooLong);
    }
    guest.put(path, name.as_bytes())
}

/// Fills the buffer with entries from a cookie on; the last may be cut, which tells the program to ask again with a larger buffer.
pub(super) fn fd_readdir(state: &mut State, guest: &mut Guest, fd: u32, buffer: u32, length: u32, cookie: u64, to: u32) -> Result<()> {
    let open = *state.descriptors.directory(fd)?;
    guest.bytes(to, 4)?;
    if open.of_request {
        state.world.enter_request_tree();
    }
    let into = guest.bytes_mut(buffer, length)?;
    let mut used = 0;
    let mut cookie = cookie;
    while used < into.len() {
        let Some(entry) = state.world.tree.list(open.node, cookie)? else { break };
        let mut head = [0; DIRENT];
        head[..8].copy_from_slice(&entry.next.to_le_bytes());
        head[8..16].copy_from_slice(&entry.inode.to_le_bytes());
        head[16..20].copy_from_slice(&(entry.name.len() as u32).to_le_bytes());
        head[20] = filetype(entry.kind);
        for part in [&head[..], entry.name.as_bytes()] {
            let n = part.len().min(into.len() - used);
            into[used..used + n].copy_from_slice(&part[..n]);
            used += n;
        }
        cookie = entry.next;
    }
    guest.put_u32(to, used as u32)
}
