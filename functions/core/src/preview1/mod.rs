//! WASI preview 1: numbers and layouts of its 46 calls, over the core. No call traps: a bad argument has its errno, a pointer outside memory is
//! `fault`. Where the specification leaves a choice, the answer is that of `wasmtime run`.

mod clocks;
mod descriptors;
mod directories;
mod errno;
mod files;
mod memory;
mod paths;
mod poll;
mod process;
mod stat;
mod types;

#[cfg(test)]
mod tests;

use crate::budget::Budget;
use crate::vfs;
use crate::world::World;
use abi::record;
use core::fmt;
use descriptors::{Descriptor, Descriptors, Open};
use memory::Guest;
use wasmtime::{Caller, Linker, Memory};

/// What calls work on: the data of the store.
pub(crate) struct State {
    pub(crate) world: World,
    descriptors: Descriptors,
    /// The program's memory, once a call has needed it.
    memory: Option<Memory>,
    budget: Budget,
}

impl State {
    pub(crate) fn new(world: World) -> Self {
        let mut descriptors = Descriptors::default();
        let streams = [Descriptor::Input, Descriptor::Output(record::STDOUT), Descriptor::Output(record::STDERR)];
        let preopened = world.preopens.iter().map(|p| Descriptor::Open(Open::preopened(p.mount.root, p.name, p.of_request)));
        for descriptor in streams.into_iter().chain(preopened) {
            // The table is larger than any configuration; one more directory is simply not there.
            let _ = descriptors.insert(descriptor);
        }
        for preopen in &world.preopens {
            debug_assert!(world.tree.file_type(preopen.mount.root) == vfs::FileType::Directory);
        }
        let budget = world.host.budget().clone();
        Self { world, descriptors, memory: None, budget }
    }

    /// Counts linear memories and tables.
    pub(crate) fn limiter(&mut self) -> &mut Budget {
        &mut self.budget
    }
}

/// `proc_exit`: unwinds the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exit(pub(crate) i32);

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit status {}", self.0)
    }
}

impl core::error::Error for Exit {}

/// Defines calls in a linker: name, parameters, and the function that serves it.
macro_rules! calls {
    ($linker:ident: $($name:ident($($arg:ident: $type:ty),*) = $serve:path;)*) => {
        $($linker.func_wrap("wasi_snapshot_preview1", stringify!($name), |mut caller: Caller<'_, State>, $($arg: $type),*| -> i32 {
            serve(&mut caller, |state, guest| $serve(state, guest, $($arg),*))
        })?;)*
    };
}

/// Defines all 46 calls.
pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    calls! { linker:
        args_get(argv: u32, bytes: u32) = process::args_get;
        args_sizes_get(count: u32, bytes: u32) = process::args_sizes_get;
        environ_get(environ: u32, bytes: u32) = process::environ_get;
        environ_sizes_get(count: u32, bytes: u32) = process::environ_sizes_get;
        clock_res_get(id: u32, to: u32) = clocks::clock_res_get;
        clock_time_get(id: u32, precision: u64, to: u32) = clocks::clock_time_get;
        fd_advise(fd: u32, offset: u64, length: u64, advice: u32) = files::fd_advise;
        fd_allocate(fd: u32, offset: u64, length: u64) = files::fd_allocate;
        fd_close(fd: u32) = files::fd_close;
        fd_datasync(fd: u32) = files::fd_sync;
        fd_fdstat_get(fd: u32, to: u32) = stat::fd_fdstat_get;
        fd_fdstat_set_flags(fd: u32, flags: u32) = stat::fd_fdstat_set_flags;
        fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64) = stat::fd_fdstat_set_rights;
        fd_filestat_get(fd: u32, to: u32) = stat::fd_filestat_get;
        fd_filestat_set_size(fd: u32, size: u64) = stat::fd_filestat_set_size;
        fd_filestat_set_times(fd: u32, accessed: u64, modified: u64, flags: u32) = stat::fd_filestat_set_times;
        fd_pread(fd: u32, buffers: u32, count: u32, offset: u64, to: u32) = files::fd_pread;
        fd_prestat_dir_name(fd: u32, path: u32, length: u32) = directories::fd_prestat_dir_name;
        fd_prestat_get(fd: u32, to: u32) = directories::fd_prestat_get;
        fd_pwrite(fd: u32, buffers: u32, count: u32, offset: u64, to: u32) = files::fd_pwrite;
        fd_read(fd: u32, buffers: u32, count: u32, to: u32) = files::fd_read;
        fd_readdir(fd: u32, buffer: u32, length: u32, cookie: u64, to: u32) = directories::fd_readdir;
        fd_renumber(from: u32, onto: u32) = files::fd_renumber;
        fd_seek(fd: u32, offset: i64, whence: u32, to: u32) = files::fd_seek;
        fd_sync(fd: u32) = files::fd_sync;
        fd_tell(fd: u32, to: u32) = files::fd_tell;
        fd_write(fd: u32, buffers: u32, count: u32, to: u32) = files::fd_write;
        path_create_directory(fd: u32, path: u32, length: u32) = paths::path_create_directory;
        path_filestat_get(fd: u32, flags: u32, path: u32, length: u32, to: u32) = paths::path_filestat_get;
        path_filestat_set_times(fd: u32, flags: u32, path: u32, length: u32, accessed: u64, modified: u64, set: u32) = paths::path_filestat_set_times;
        path_link(fd: u32, flags: u32, path: u32, length: u32, new_fd: u32, new_path: u32, new_length: u32) = paths::path_link;
        path_open(fd: u32, flags: u32, path: u32, length: u32, open: u32, base: u64, inheriting: u64, fdflags: u32, to: u32) = paths::path_open;
        path_readlink(fd: u32, path: u32, length: u32, buffer: u32, size: u32, to: u32) = paths::path_readlink;
        path_remove_directory(fd: u32, path: u32, length: u32) = paths::path_remove_directory;
        path_rename(fd: u32, path: u32, length: u32, new_fd: u32, new_path: u32, new_length: u32) = paths::path_rename;
        path_symlink(target: u32, target_length: u32, fd: u32, path: u32, length: u32) = paths::path_symlink;
        path_unlink_file(fd: u32, path: u32, length: u32) = paths::path_unlink_file;
        poll_oneoff(subscriptions: u32, events: u32, count: u32, to: u32) = poll::poll_oneoff;
        proc_raise(signal: u32) = process::proc_raise;
        random_get(buffer: u32, length: u32) = process::random_get;
        sched_yield() = process::sched_yield;
        sock_accept(fd: u32, flags: u32, to: u32) = process::sock_accept;
        sock_recv(fd: u32, buffers: u32, count: u32, flags: u32, to: u32, out_flags: u32) = process::sock_recv;
        sock_send(fd: u32, buffers: u32, count: u32, flags: u32, to: u32) = process::sock_send;
        sock_shutdown(fd: u32, how: u32) = process::sock_shutdown;
    }
    linker.func_wrap("wasi_snapshot_preview1", "proc_exit", |status: i32| -> wasmtime::Result<()> { Err(wasmtime::Error::new(Exit(status))) })?;
    Ok(())
}

/// Serves a call on the program's memory. A program without one has none to point into: every pointer is `fault`.
fn serve(caller: &mut Caller<'_, State>, call: impl FnOnce(&mut State, &mut Guest<'_>) -> vfs::Result<()>) -> i32 {
    if caller.data().memory.is_none() {
        let memory = caller.get_export("memory").and_then(|e| e.into_memory());
        caller.data_mut().memory = memory;
    }
    let result = match caller.data().memory {
        Some(memory) => {
            let (bytes, state) = memory.data_and_store_mut(&mut *caller);
            call(state, &mut Guest::new(bytes))
        }
        None => call(caller.data_mut(), &mut Guest::new(&mut [])),
    };
    match result {
        Ok(()) => errno::SUCCESS,
        Err(errno) => errno::number(errno),
    }
}
