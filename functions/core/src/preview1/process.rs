//! Arguments, environment, randomness, and what a machine does not have: signals and sockets.

use super::State;
use super::memory::Guest;
use crate::vfs::{Errno, Result};
use crate::wire::Strings;

pub(super) fn args_get(state: &mut State, guest: &mut Guest, argv: u32, bytes: u32) -> Result<()> {
    put_strings(guest, state.world.arguments(), argv, bytes)
}

pub(super) fn args_sizes_get(state: &mut State, guest: &mut Guest, count: u32, bytes: u32) -> Result<()> {
    put_sizes(guest, state.world.arguments(), count, bytes)
}

pub(super) fn environ_get(state: &mut State, guest: &mut Guest, environ: u32, bytes: u32) -> Result<()> {
    put_strings(guest, state.world.environment(), environ, bytes)
}

pub(super) fn environ_sizes_get(state: &mut State, guest: &mut Guest, count: u32, bytes: u32) -> Result<()> {
    put_sizes(guest, state.world.environment(), count, bytes)
}

fn put_sizes(guest: &mut Guest, strings: Strings, count: u32, bytes: u32) -> Result<()> {
    let n = strings.count();
    guest.put_u32(count, u32::try_from(n).map_err(|_| Errno::Overflow)?)?;
    guest.put_u32(bytes, u32::try_from(strings.bytes() + n).map_err(|_| Errno::Overflow)?)
}

fn put_strings(guest: &mut Guest, strings: Strings, mut pointers: u32, mut at: u32) -> Result<()> {
    for string in strings.iter() {
        guest.put_u32(pointers, at)?;
        guest.put(at, string)?;
        at = at.checked_add(string.len() as u32).ok_or(Errno::Fault)?;
        guest.put(at, &[0])?;
        at = at.checked_add(1).ok_or(Errno::Fault)?;
        pointers = pointers.checked_add(4).ok_or(Errno::Fault)?;
    }
    Ok(())
}

pub(super) fn random_get(state: &mut State, guest: &mut Guest, buffer: u32, length: u32) -> Result<()> {
    state.world.host.random(guest.bytes_mut(buffer, length)?);
    Ok(())
}

pub(super) fn sched_yield(_: &mut State, _: &mut Guest) -> Result<()> {
    Ok(())
}

pub(super) fn proc_raise(_: &mut State, _: &mut Guest, _signal: u32) -> Result<()> {
    Err(Errno::NotSupported)
}

pub(super) fn sock_accept(state: &mut State, _: &mut Guest, fd: u32, _flags: u32, _to: u32) -> Result<()> {
    no_socket(state, fd)
}

#[expect(clippy::too_many_arguments, reason = "the call has so many")]
pub(super) fn sock_recv(state: &mut State, _: &mut Guest, fd: u32, _buffers: u32, _count: u32, _flags: u32, _to: u32, _out: u32) -> Result<()> {
    no_socket(state, fd)
}

pub(super) fn sock_send(state: &mut State, _: &mut Guest, fd: u32, _buffers: u32, _count: u32, _flags: u32, _to: u32) -> Result<()> {
    no_socket(state, fd)
}

pub(super) fn sock_shutdown(state: &mut State, _: &mut Guest, fd: u32, _how: u32) -> Result<()> {
    no_socket(state, fd)
}

fn no_socket(state: &State, fd: u32) -> Result<()> {
    state.descriptors.get(fd)?;
    Err(Errno::NotSocket)
}
