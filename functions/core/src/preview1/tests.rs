//! Calls on a made-up memory: the layouts they write, and what they say to bad arguments.

use super::memory::Guest;
use super::{State, clocks, directories, errno, files, paths, poll, process, stat};
use crate::host::Host;
use crate::image::Image;
use crate::platform::Platform;
use crate::vfs::{Errno, Result};
use crate::world::World;
use abi::{GuestPage, HostPage, command, exchange, flag, reason};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;

#[repr(align(4096))]
struct Area([u8; exchange::SIZE]);

/// A host that answers every exit at once: input ends, time passes.
struct Patient {
    area: *mut u8,
    ticks: Cell<u64>,
}

impl Platform for Patient {
    fn exchange(&self) -> *mut u8 {
        self.area
    }

    fn leave(&mut self) {
        // SAFETY: the area is leaked, and nobody else has a reference to these pages now.
        let (host, guest) = unsafe { (&mut *self.area.cast::<HostPage>(), &*self.area.add(exchange::GUEST).cast::<GuestPage>()) };
        host.command = if guest.reason == reason::READY { command::REQUEST } else { command::RESUME };
        host.flags = flag::INPUT_ENDS;
        if guest.reason == reason::WAIT {
            self.ticks.set(self.ticks.get().saturating_add(guest.wait_ns));
        }
        assert!(guest.reason <= reason::OUTPUT && guest.reason != reason::ANSWER, "left with {}", guest.reason);
    }

    fn ticks_ns(&self) -> u64 {
        self.ticks.get()
    }

    fn image(&self) -> &'static [u8] {
        &[]
    }
}

/// A program's state and memory: `/tmp`, `/request` and `/dev` are open from 3 on.
struct Program {
    state: State,
    memory: Vec<u8>,
}

const MEMORY: usize = 65536;
const TMP: u32 = 3;
const REQUEST: u32 = 4;
const DEV: u32 = 5;

fn program() -> Program {
    let area = Box::leak(Box::new(Area([0; exchange::SIZE]))).0.as_mut_ptr();
    let image = Image::empty(abi::image::REQUEST_TREE);
    let host = Host::new(Box::new(Patient { area, ticks: Cell::new(50) }), 1 << 20);
    let world = World::new(host, &image, &[]);
    Program { state: State::new(world), memory: vec![0; MEMORY] }
}

impl Program {
    fn call<T>(&mut self, call: impl FnOnce(&mut State, &mut Guest) -> T) -> T {
        call(&mut self.state, &mut Guest::new(&mut self.memory))
    }

    fn put(&mut self, at: u32, bytes: &[u8]) {
        self.memory[at as usize..at as usize + bytes.len()].copy_from_slice(bytes);
    }

    fn u32(&self, at: u32) -> u32 {
        u32::from_le_bytes(self.memory[at as usize..at as usize + 4].try_into().unwrap())
    }

    fn u64(&self, at: u32) -> u64 {
        u64::from_le_bytes(self.memory[at as usize..at as usize + 8].try_into().unwrap())
    }

    /// Opens a path below `/tmp`.
    fn open(&mut self, path: &str, oflags: u32, rights: u64, fdflags: u32) -> Result<u32> {
        self.open_below(TMP, path, oflags, rights, fdflags)
    }

    fn open_below(&mut self, directory: u32, path: &str, oflags: u32, rights: u64, fdflags: u32) -> Result<u32> {
        self.put(100, path.as_bytes());
        self.call(|s, g| paths::path_open(s, g, directory, 1, 100, path.len() as u32, oflags, rights, 0, fdflags, 8))?;
        Ok(self.u32(8))
    }

    fn write(&mut self, fd: u32, text: &str) -> Result<u32> {
        self.put(1000, text.as_bytes());
        self.put(16, &[1000u32.to_le_bytes(), (text.len() as u32).to_le_bytes()].concat());
        self.call(|s, g| files::fd_write(s, g, fd, 16, 1, 8))?;
        Ok(self.u32(8))
    }

    /// Reads into two buffers, of two bytes and of ten.
    fn read(&mut self, fd: u32) -> Result<String> {
        self.put(16, &[2000u32, 2, 2002, 10].map(u32::to_le_bytes).concat());
        self.call(|s, g| files::fd_read(s, g, fd, 16, 2, 8))?;
        let n = self.u32(8) as usize;
        Ok(String::from_utf8(self.memory[2000..2000 + n].to_vec()).unwrap())
    }

    fn seek(&mut self, fd: u32, offset: i64, whence: u32) -> Result<u64> {
        self.call(|s, g| files::fd_seek(s, g, fd, offset, whence, 8))?;
        Ok(self.u64(8))
    }
}

const CREATE: u32 = 1;
const READ: u64 = 1 << 1;
const WRITE: u64 = 1 << 6;
const TRUNCATE: u32 = 8;
const APPEND: u32 = 1;

#[test]
fn files_are_written_read_and_sought() {
    let mut p = program();
    let fd = p.open("a", CREATE, READ | WRITE, 0).unwrap();
    assert_eq!(fd, 6);
    assert_eq!(p.write(fd, "hello world"), Ok(11));
    assert_eq!(p.seek(fd, -5, 1), Ok(6));
    assert_eq!(p.read(fd).unwrap(), "world");
    assert_eq!(p.seek(fd, -11, 2), Ok(0));
    assert_eq!(p.read(fd).unwrap(), "hello world");
    assert_eq!(p.read(fd).unwrap(), "");
    assert_eq!(p.seek(fd, -1, 0), Err(Errno::Invalid));
    assert_eq!(p.seek(fd, 0, 3), Err(Errno::Invalid));
    assert_eq!(p.seek(TMP, 0, 0), Err(Errno::BadDescriptor));
    assert_eq!(p.seek(1, 0, 0), Err(Errno::NotSeekable));
    assert_eq!(p.seek(99, 0, 0), Err(Errno::BadDescriptor));
}

#[test]
fn appending_writes_at_the_end_wherever_the_position_is() {
    let mut p = program();
    let fd = p.open("a", CREATE, READ | WRITE, APPEND).unwrap();
    p.write(fd, "one").unwrap();
    p.seek(fd, 0, 0).unwrap();
    p.write(fd, "two").unwrap();
    p.seek(fd, 0, 0).unwrap();
    assert_eq!(p.read(fd).unwrap(), "onetwo");
    p.call(|s, g| stat::fd_fdstat_set_flags(s, g, fd, 0)).unwrap();
    p.seek(fd, 0, 0).unwrap();
    p.write(fd, "O").unwrap();
    p.seek(fd, 0, 0).unwrap();
    assert_eq!(p.read(fd).unwrap(), "Onetwo");
}

#[test]
fn the_null_device_is_there_to_be_written_and_read() {
    let mut p = program();
    let fd = p.open_below(DEV, "null", CREATE | TRUNCATE, READ | WRITE, APPEND).unwrap();
    assert_eq!(p.write(fd, "hello world"), Ok(11));
    assert_eq!(p.seek(fd, 0, 0), Ok(0));
    assert_eq!(p.read(fd).unwrap(), "");
    p.call(|s, g| stat::fd_fdstat_get(s, g, fd, 3000)).unwrap();
    assert_eq!(p.memory[3000], 2);
    p.call(|s, g| stat::fd_filestat_get(s, g, fd, 3000)).unwrap();
    assert_eq!((p.memory[3016], p.u64(3032)), (2, 0));
}

#[test]
fn a_descriptor_does_what_it_was_opened_for() {
    let mut p = program();
    let write = p.open("a", CREATE, WRITE, 0).unwrap();
    assert_eq!(p.read(write), Err(Errno::BadDescriptor));
    let read = p.open("a", 0, READ, 0).unwrap();
    assert_eq!(p.write(read, "x"), Err(Errno::BadDescriptor));
    assert_eq!(p.call(|s, g| stat::fd_filestat_set_size(s, g, read, 0)), Err(Errno::Invalid));
    assert_eq!(p.call(|s, g| files::fd_allocate(s, g, read, 0, 1)), Err(Errno::BadDescriptor));
    assert_eq!(p.write(0, "x"), Err(Errno::BadDescriptor));
    assert_eq!(p.read(1), Err(Errno::BadDescriptor));
    assert_eq!(p.read(TMP), Err(Errno::BadDescriptor));
}

#[test]
fn the_layouts_are_those_of_the_specification() {
    let mut p = program();
    let fd = p.open("name", CREATE, READ | WRITE, APPEND).unwrap();
    p.write(fd, "12345").unwrap();
    p.call(|s, g| stat::fd_fdstat_get(s, g, fd, 3000)).unwrap();
    assert_eq!((p.memory[3000], p.memory[3002], p.u64(3008)), (4, 1, (1 << 30) - 1));
    p.call(|s, g| stat::fd_fdstat_get(s, g, 1, 3000)).unwrap();
    assert_eq!((p.memory[3000], p.u64(3008), p.u64(3016)), (0, WRITE, WRITE));
    p.call(|s, g| stat::fd_fdstat_get(s, g, TMP, 3000)).unwrap();
    let preopen = (9..=18).chain([20, 21, 23, 24, 25, 26]).fold(0, |rights, bit| rights | 1u64 << bit);
    assert_eq!((p.memory[3000], p.u64(3008)), (3, preopen));
    p.call(|s, g| stat::fd_filestat_get(s, g, fd, 3000)).unwrap();
    assert_eq!((p.memory[3016], p.u64(3024), p.u64(3032)), (4, 1, 5));
    let inode = p.u64(3008);
    p.call(|s, g| directories::fd_prestat_get(s, g, TMP, 3000)).unwrap();
    assert_eq!((p.memory[3000], p.u32(3004)), (0, 4));
    p.call(|s, g| directories::fd_prestat_dir_name(s, g, TMP, 3000, 4)).unwrap();
    assert_eq!(&p.memory[3000..3004], b"/tmp");
    p.call(|s, g| directories::fd_readdir(s, g, TMP, 3000, 500, 2, 8)).unwrap();
    assert_eq!(p.u32(8), 28);
    assert_eq!((p.u64(3000), p.u64(3008), p.u32(3016), p.memory[3020]), (3, inode, 4, 4));
    assert_eq!(&p.memory[3024..3028], b"name");
}

#[test]
fn a_listing_fills_the_buffer_and_cuts_the_last_entry() {
    let mut p = program();
    p.open("name", CREATE, WRITE, 0).unwrap();
    for length in [0, 1, 24, 25, 26, 51, 52, 78, 79, 80] {
        p.memory[3000..3200].fill(0xcc);
        p.call(|s, g| directories::fd_readdir(s, g, TMP, 3000, length, 0, 8)).unwrap();
        assert_eq!(p.u32(8), length.min(25 + 26 + 28), "{length}");
        assert!(p.memory[3000 + length as usize..3200].iter().all(|&b| b == 0xcc), "{length}: beyond the buffer");
    }
}

#[test]
fn pointers_outside_memory_are_faults_and_leave_no_trace() {
    let mut p = program();
    let end = MEMORY as u32;
    let fd = p.open("a", CREATE, READ | WRITE, 0).unwrap();
    p.write(fd, "content").unwrap();
    let fault = Err(Errno::Fault);
    for at in [end, end - 3, u32::MAX, u32::MAX - 7] {
        assert_eq!(p.call(|s, g| clocks::clock_time_get(s, g, 0, 0, at)), fault);
        assert_eq!(p.call(|s, g| process::random_get(s, g, at, 10)), fault);
        assert_eq!(p.call(|s, g| files::fd_write(s, g, fd, at, 1, 8)), fault);
        assert_eq!(p.call(|s, g| files::fd_write(s, g, fd, 16, 1, at)), fault);
        assert_eq!(p.call(|s, g| stat::fd_fdstat_get(s, g, fd, at)), fault);
        assert_eq!(p.call(|s, g| stat::fd_filestat_get(s, g, fd, at)), fault);
        assert_eq!(p.call(|s, g| paths::path_create_directory(s, g, TMP, at, 5)), fault);
        assert_eq!(p.call(|s, g| paths::path_open(s, g, TMP, 0, 100, 1, 0, READ, 0, 0, at)), fault);
        assert_eq!(p.call(|s, g| poll::poll_oneoff(s, g, at, 0, 1, 8)), fault);
        assert_eq!(p.call(|s, g| directories::fd_readdir(s, g, TMP, at, 10, 0, 8)), fault);
    }
    // One buffer inside, one outside; a list longer than memory; lengths that wrap.
    for second in [[end - 1, 2], [u32::MAX, 1], [0, u32::MAX]] {
        p.put(16, &[2000, 2, second[0], second[1]].map(u32::to_le_bytes).concat());
        assert_eq!(p.call(|s, g| files::fd_write(s, g, fd, 16, 2, 8)), fault);
    }
    assert_eq!(p.call(|s, g| files::fd_write(s, g, fd, 16, u32::MAX, 8)), fault);
    assert_eq!(p.call(|s, g| files::fd_write(s, g, fd, 16, 1 << 29, 8)), fault);
    assert_eq!(p.open("b", 0, READ, 0), Err(Errno::NoEntry));
    assert_eq!(p.seek(fd, 0, 1), Ok(7), "nothing was written");
    assert!(!p.state.world.is_ready());
}

#[test]
fn flags_and_numbers_that_do_not_exist_are_invalid() {
    let mut p = program();
    let fd = p.open("a", CREATE, READ | WRITE, 0).unwrap();
    let invalid = Err(Errno::Invalid);
    assert_eq!(p.open("a", 16, READ, 0), Err(Errno::Invalid));
    assert_eq!(p.open("a", 0, READ, 32), Err(Errno::Invalid));
    assert_eq!(p.call(|s, g| paths::path_filestat_get(s, g, TMP, 2, 100, 1, 8)), invalid);
    assert_eq!(p.call(|s, g| stat::fd_filestat_set_times(s, g, fd, 0, 0, 3)), invalid);
    assert_eq!(p.call(|s, g| stat::fd_filestat_set_times(s, g, fd, 0, 0, 16)), invalid);
    assert_eq!(p.call(|s, g| clocks::clock_time_get(s, g, 4, 0, 8)), invalid);
    assert_eq!(p.call(|s, g| clocks::clock_res_get(s, g, 4, 8)), invalid);
    assert_eq!(p.call(|s, g| files::fd_advise(s, g, fd, 0, 0, 6)), invalid);
    assert_eq!(p.call(|s, g| poll::poll_oneoff(s, g, 16, 1000, 0, 8)), invalid);
    p.put(100, b"\xff");
    assert_eq!(p.call(|s, g| paths::path_create_directory(s, g, TMP, 100, 1)), Err(Errno::IllegalBytes));
    assert_eq!(p.call(|s, g| process::proc_raise(s, g, 9)), Err(Errno::NotSupported));
    assert_eq!(p.call(|s, g| process::sock_shutdown(s, g, fd, 1)), Err(Errno::NotSocket));
    assert_eq!(p.call(|s, g| process::sock_shutdown(s, g, 77, 1)), Err(Errno::BadDescriptor));
}

#[test]
fn a_link_is_read_as_far_as_the_buffer_goes() {
    let mut p = program();
    p.put(100, b"targetlink");
    p.call(|s, g| paths::path_symlink(s, g, 100, 6, TMP, 106, 4)).unwrap();
    p.call(|s, g| paths::path_readlink(s, g, TMP, 106, 4, 3000, 3, 8)).unwrap();
    assert_eq!((p.u32(8), &p.memory[3000..3004]), (3, &b"tar\0"[..]));
    p.call(|s, g| paths::path_readlink(s, g, TMP, 106, 4, 3000, 100, 8)).unwrap();
    assert_eq!((p.u32(8), &p.memory[3000..3006]), (6, &b"target"[..]));
}

/// A clock subscription; its number is its user data.
fn clock(id: u32, timeout: u64, flags: u16) -> [u8; 48] {
    let mut s = [0; 48];
    s[..8].copy_from_slice(&timeout.to_le_bytes());
    s[16..20].copy_from_slice(&id.to_le_bytes());
    s[24..32].copy_from_slice(&timeout.to_le_bytes());
    s[40..42].copy_from_slice(&flags.to_le_bytes());
    s
}

/// A subscription to a descriptor; `kind` 1 is reading, 2 writing.
fn descriptor(kind: u8, fd: u32) -> [u8; 48] {
    let mut s = [0; 48];
    s[8] = kind;
    s[16..20].copy_from_slice(&fd.to_le_bytes());
    s
}

#[test]
fn polls_give_the_events_that_are_due() {
    let mut p = program();
    let fd = p.open("a", CREATE, READ | WRITE, 0).unwrap();
    p.write(fd, "12345").unwrap();
    p.seek(fd, 2, 0).unwrap();
    p.put(4000, &[clock(1, 1_000_000, 0), descriptor(1, fd), descriptor(2, 1), clock(0, 0, 0)].concat());
    p.call(|s, g| poll::poll_oneoff(s, g, 4000, 5000, 4, 8)).unwrap();
    assert_eq!(p.u32(8), 3);
    assert_eq!((p.memory[5010], p.u64(5016)), (1, 3));
    assert_eq!((p.memory[5042], p.memory[5074]), (2, 0));
    assert!(!p.state.world.is_ready(), "nothing was waited for");
    let before = p.state.world.host.monotonic();
    p.put(4000, &[clock(1, 5_000_000, 0), clock(1, 1_000, 0)].concat());
    p.call(|s, g| poll::poll_oneoff(s, g, 4000, 5000, 2, 8)).unwrap();
    assert_eq!((p.u32(8), p.u64(5000)), (1, 1_000));
    assert_eq!(p.state.world.host.monotonic() - before, 1_000);
    assert!(p.state.world.is_ready());
    for bad in [descriptor(1, 99), descriptor(1, 1), descriptor(2, 0), descriptor(1, TMP)] {
        p.put(4000, &bad);
        assert_eq!(p.call(|s, g| poll::poll_oneoff(s, g, 4000, 5000, 1, 8)), Err(Errno::BadDescriptor));
    }
    for bad in [clock(2, 0, 0), clock(9, 0, 0), clock(1, 0, 2), descriptor(3, 0)] {
        p.put(4000, &bad);
        assert_eq!(p.call(|s, g| poll::poll_oneoff(s, g, 4000, 5000, 1, 8)), Err(Errno::Invalid));
    }
}

#[test]
fn a_preopened_directory_may_be_closed_and_its_number_used_again() {
    let mut p = program();
    p.call(|s, g| files::fd_close(s, g, TMP)).unwrap();
    assert_eq!(p.open("a", CREATE, WRITE, 0), Err(Errno::BadDescriptor));
    p.put(100, b"a");
    assert_eq!(p.call(|s, g| paths::path_open(s, g, REQUEST, 0, 100, 1, CREATE, WRITE, 0, 0, 8)), Err(Errno::NotPermitted));
    assert_eq!(p.call(|s, g| paths::path_open(s, g, REQUEST, 0, 100, 1, 0, READ, 0, 0, 8)), Err(Errno::NoEntry));
    p.put(100, b".");
    p.call(|s, g| paths::path_open(s, g, REQUEST, 0, 100, 1, 2, READ, 0, 0, 8)).unwrap();
    assert_eq!(p.u32(8), TMP);
    assert_eq!(p.call(|s, g| directories::fd_prestat_get(s, g, TMP, 8)), Err(Errno::BadDescriptor));
}

#[test]
fn renumbering_closes_what_was_there() {
    let mut p = program();
    let a = p.open("a", CREATE, READ | WRITE, 0).unwrap();
    let b = p.open("b", CREATE, READ | WRITE, 0).unwrap();
    p.write(a, "a's").unwrap();
    p.call(|s, g| files::fd_renumber(s, g, a, b)).unwrap();
    assert_eq!(p.seek(a, 0, 0), Err(Errno::BadDescriptor));
    p.seek(b, 0, 0).unwrap();
    assert_eq!(p.read(b).unwrap(), "a's");
}

/// Every call with arguments of every size, tens of thousands of times: an errno or an answer, never a panic.
#[test]
fn no_arguments_stop_the_machine() {
    let mut p = program();
    let mut seed = 4711u64;
    let mut next = move || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        seed >> 24
    };
    for (i, b) in b"a/b/../c\0./a../x".iter().cycle().take(400).enumerate() {
        p.memory[i] = *b;
    }
    for _ in 0..60_000 {
        let mut word = || match next() % 6 {
            0 => next() as u32 % 8,
            1 => next() as u32 % 400,
            2 => next() as u32 % MEMORY as u32,
            3 => MEMORY as u32 - next() as u32 % 50,
            4 => 0u32.wrapping_sub(next() as u32 % 50),
            _ => next() as u32,
        };
        let (a, b, c, d, e, f, h) = (word(), word(), word(), word(), word(), word(), word());
        let (x, y) = (u64::from(word()) << (word() % 33), u64::from(word()));
        let result = p.call(|s, g| match a % 37 {
            0 => process::args_get(s, g, b, c),
            1 => process::environ_sizes_get(s, g, b, c),
            2 => clocks::clock_time_get(s, g, b, x, c),
            3 => files::fd_advise(s, g, b, x, y, c),
            4 => files::fd_allocate(s, g, b, x, y),
            5 => files::fd_close(s, g, b % 64 + 3),
            6 => stat::fd_fdstat_get(s, g, b, c),
            7 => stat::fd_fdstat_set_flags(s, g, b, c),
            8 => stat::fd_filestat_get(s, g, b, c),
            9 => stat::fd_filestat_set_size(s, g, b, x),
            10 => stat::fd_filestat_set_times(s, g, b, x, y, c),
            11 => files::fd_pread(s, g, b, c, d % 9, x, e),
            12 => directories::fd_prestat_dir_name(s, g, b, c, d),
            13 => files::fd_pwrite(s, g, b, c, d % 9, x, e),
            14 => files::fd_read(s, g, b, c, d % 9, e),
            15 => directories::fd_readdir(s, g, b, c, d, x, e),
            16 => files::fd_renumber(s, g, b, c),
            17 => files::fd_seek(s, g, b, x as i64, c % 4, d),
            18 => files::fd_write(s, g, b, c, d % 9, e),
            19 => paths::path_create_directory(s, g, b, c, d % 20),
            20 => paths::path_filestat_get(s, g, b, c % 3, d, e % 20, f),
            21 => paths::path_filestat_set_times(s, g, b, c % 3, d, e % 20, x, y, f),
            22 => paths::path_link(s, g, b, c % 3, d, e % 20, b, f, h % 20),
            23..=25 => paths::path_open(s, g, b, c % 3, d, e % 20, f % 16, x, y, h % 32, 8),
            26 => paths::path_readlink(s, g, b, c, d % 20, e, f, h),
            27 => paths::path_remove_directory(s, g, b, c, d % 20),
            28 => paths::path_rename(s, g, b, c, d % 20, e, f, h % 20),
            29 => paths::path_symlink(s, g, b, c % 20, d, e, f % 20),
            30 => paths::path_unlink_file(s, g, b, c, d % 20),
            31 | 32 => poll::poll_oneoff(s, g, b, c, d % 5, e),
            33 => process::random_get(s, g, b, c),
            34 => process::sock_recv(s, g, b, c, d, e, f, h),
            35 => files::fd_tell(s, g, b, c),
            _ => directories::fd_prestat_get(s, g, b, c),
        });
        if let Err(errno) = result {
            assert!((1..=76).contains(&errno::number(errno)));
        }
    }
    let budget = p.state.world.host.budget();
    assert!(budget.used() <= budget.limit());
}
