//! Reading, writing and positions of descriptors.

use super::State;
use super::descriptors::{Descriptor, Open};
use super::memory::{Buffers, Guest};
use crate::vfs::{Errno, Result};
use abi::record;

pub(super) fn fd_read(state: &mut State, guest: &mut Guest, fd: u32, buffers: u32, count: u32, to: u32) -> Result<()> {
    let buffers = guest.buffers(buffers, count)?;
    guest.bytes(to, 4)?;
    let n = match *state.descriptors.get(fd)? {
        Descriptor::Input => read_input(state, guest, buffers)?,
        Descriptor::Open(open) if !open.is_directory => {
            let n = read_at(state, guest, &open, buffers, open.position)?;
            state.descriptors.file(fd)?.position = open.position + u64::from(n);
            n
        }
        _ => return Err(Errno::BadDescriptor),
    };
    guest.put_u32(to, n)
}

pub(super) fn fd_pread(state: &mut State, guest: &mut Guest, fd: u32, buffers: u32, count: u32, offset: u64, to: u32) -> Result<()> {
    let buffers = guest.buffers(buffers, count)?;
    guest.bytes(to, 4)?;
    let n = match *state.descriptors.get(fd)? {
        Descriptor::Input => return Err(Errno::NotSeekable),
        Descriptor::Open(open) if !open.is_directory => read_at(state, guest, &open, buffers, offset)?,
        _ => return Err(Errno::BadDescriptor),
    };
    guest.put_u32(to, n)
}

/// Waits for the first byte only: what is there then is the answer.
fn read_input(state: &mut State, guest: &mut Guest, buffers: Buffers) -> Result<u32> {
    state.world.ready();
    let host = &mut state.world.host;
    guest.read_into(buffers, |total, into| if total > 0 && host.input().available() == 0 { Ok(0) } else { Ok(host.read(into)) })
}

fn read_at(state: &State, guest: &mut Guest, open: &Open, buffers: Buffers, offset: u64) -> Result<u32> {
    if !open.read {
        return Err(Errno::BadDescriptor);
    }
    let tree = &state.world.tree;
    guest.read_into(buffers, |total, into| tree.read(open.node, offset.saturating_add(u64::from(total)), into))
}

pub(super) fn fd_write(state: &mut State, guest: &mut Guest, fd: u32, buffers: u32, count: u32, to: u32) -> Result<()> {
    let buffers = guest.buffers(buffers, count)?;
    guest.bytes(to, 4)?;
    let n = match *state.descriptors.get(fd)? {
        Descriptor::Output(stream) => write_output(state, guest, stream, buffers)?,
        Descriptor::Open(open) if !open.is_directory => {
            let at = if open.appends() { state.world.tree.size(open.node) } else { open.position };
            let n = write_at(state, guest, &open, buffers, at)?;
            state.descriptors.file(fd)?.position = at + u64::from(n);
            n
        }
        _ => return Err(Errno::BadDescriptor),
    };
    guest.put_u32(to, n)
}

pub(super) fn fd_pwrite(state: &mut State, guest: &mut Guest, fd: u32, buffers: u32, count: u32, offset: u64, to: u32) -> Result<()> {
    let buffers = guest.buffers(buffers, count)?;
    guest.bytes(to, 4)?;
    let n = match *state.descriptors.get(fd)? {
        Descriptor::Output(_) => return Err(Errno::NotSeekable),
        Descriptor::Open(open) if !open.is_directory => write_at(state, guest, &open, buffers, offset)?,
        _ => return Err(Errno::BadDescriptor),
    };
    guest.put_u32(to, n)
}

fn write_output(state: &mut State, guest: &Guest, stream: u32, buffers: Buffers) -> Result<u32> {
    let world = &mut state.world;
    let n = guest.write_from(buffers, |_, bytes| {
        if stream == record::STDOUT {
            world.ready();
        }
        world.host.write(stream, bytes);
        Ok(bytes.len())
    })?;
    world.host.written();
    Ok(n)
}

fn write_at(state: &mut State, guest: &Guest, open: &Open, buffers: Buffers, offset: u64) -> Result<u32> {
    if !open.write {
        return Err(Errno::BadDescriptor);
    }
    let now = state.world.host.wall();
    let tree = &mut state.world.tree;
    guest.write_from(buffers, |total, bytes| tree.write(open.node, offset.saturating_add(u64::from(total)), bytes, now))
}

pub(super) fn fd_seek(state: &mut State, guest: &mut Guest, fd: u32, offset: i64, whence: u32, to: u32) -> Result<()> {
    guest.bytes(to, 8)?;
    let open = state.descriptors.seekable(fd)?;
    let from = match whence {
        0 => 0,
        1 => open.position,
        2 => state.world.tree.size(open.node),
        _ => return Err(Errno::Invalid),
    };
    let position = from.checked_add_signed(offset).ok_or(Errno::Invalid)?;
    open.position = position;
    guest.put_u64(to, position)
}

pub(super) fn fd_tell(state: &mut State, guest: &mut Guest, fd: u32, to: u32) -> Result<()> {
    let position = state.descriptors.seekable(fd)?.position;
    guest.put_u64(to, position)
}

pub(super) fn fd_close(state: &mut State, _: &mut Guest, fd: u32) -> Result<()> {
    let descriptor = state.descriptors.remove(fd)?;
    close(state, descriptor);
    Ok(())
}

pub(super) fn fd_renumber(state: &mut State, _: &mut Guest, from: u32, onto: u32) -> Result<()> {
    if let Some(replaced) = state.descriptors.renumber(from, onto)? {
        close(state, replaced);
    }
    Ok(())
}

fn close(state: &mut State, descriptor: Descriptor) {
    // A mount stays without descriptors: its root was not opened by one.
    if let Descriptor::Open(Open { node, preopen: None, .. }) = descriptor {
        state.world.tree.close(node);
    }
}

/// Everything is in memory: there is nothing to do.
pub(super) fn fd_sync(state: &mut State, _: &mut Guest, fd: u32) -> Result<()> {
    state.descriptors.open(fd).map(|_| ())
}

pub(super) fn fd_advise(state: &mut State, _: &mut Guest, fd: u32, offset: u64, length: u64, advice: u32) -> Result<()> {
    const ADVICE_MAX: u32 = 5;
    state.descriptors.file(fd)?;
    if advice > ADVICE_MAX || offset.checked_add(length).is_none() {
        return Err(Errno::Invalid);
    }
    Ok(())
}

pub(super) fn fd_allocate(state: &mut State, _: &mut Guest, fd: u32, offset: u64, length: u64) -> Result<()> {
    let open = *state.descriptors.file(fd)?;
    if !open.write {
        return Err(Errno::BadDescriptor);
    }
    let now = state.world.host.wall();
    state.world.tree.allocate(open.node, offset, length, now)
}
