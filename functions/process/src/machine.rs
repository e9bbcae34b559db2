//! The core's platform in a process, and the zygote.

use crate::channel::{self, Channel};
use crate::confine;
use crate::mapping::{Area, Image};
use abi::reason;
use mayfly_core::Platform;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicPtr, Ordering};

/// The exchange area, for the panic hook.
static EXCHANGE: AtomicPtr<u8> = AtomicPtr::new(std::ptr::null_mut());

/// A machine; before its ready point the one that boots, after it a fork of that one.
pub struct Machine {
    image: Image,
    area: Area,
    channel: Channel,
    socket: PathBuf,
    boots: bool,
}

/// Hands over to the core. A panic is told to the gateway like any exit, and is the process's end.
pub fn run(machine: Machine) -> ! {
    EXCHANGE.store(machine.area.start(), Ordering::Relaxed);
    std::panic::set_hook(Box::new(|panic| {
        // SAFETY: the area stays mapped for the process's life, and a process that panics does nothing else with it.
        unsafe { mayfly_core::panic_message(EXCHANGE.load(Ordering::Relaxed), format_args!("{panic}")) };
        channel::leave_for_good()
    }));
    mayfly_core::run(machine)
}

impl Machine {
    /// The machine that boots.
    pub fn new(image: Image, area: Area, channel: Channel, socket: PathBuf) -> Self {
        Self { image, area, channel, socket, boots: true }
    }

    /// Forks a machine for each order. Returns in the forks, when the gateway enters them; the zygote ends when its socket is closed.
    fn zygote(&mut self) {
        // Nobody waits for the forks: the kernel shall not keep them.
        // SAFETY: no handler is installed, the signal is only ignored.
        unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
        self.channel.left();
        while let Some(path) = self.channel.order() {
            // SAFETY: the process has one thread, so the fork is a whole copy of it, with no lock held by a thread that is not there.
            match unsafe { libc::fork() } {
                0 => return self.become_machine(Path::new(&path)),
                -1 => eprintln!("mayfly-process: no machine can be forked: {}", std::io::Error::last_os_error()),
                _ => (),
            }
        }
        std::process::exit(0)
    }

    /// In a fork: an exchange area and a connection of its own, then a filter on what it may ask of the kernel.
    fn become_machine(&mut self, exchange: &Path) {
        confine::die_with_parent();
        let dialled = self.area.remap(exchange).and_then(|()| Channel::dial(&self.socket, exchange));
        match dialled.and_then(|channel| confine::filter().map(|()| channel)) {
            Ok(channel) => self.channel = channel,
            Err(error) => {
                eprintln!("mayfly-process: a fork does not come up: {error}");
                std::process::exit(1)
            }
        }
    }
}

impl Platform for Machine {
    fn exchange(&self) -> *mut u8 {
        self.area.start()
    }

    fn leave(&mut self) {
        if self.boots && self.area.reason() == reason::READY {
            self.boots = false;
            self.zygote();
        } else {
            self.channel.exit_and_enter();
        }
    }

    fn ticks_ns(&self) -> u64 {
        let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `now` may be written. The clock exists on every Linux, so the call cannot fail.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
        now.tv_sec.cast_unsigned() * 1_000_000_000 + now.tv_nsec.cast_unsigned()
    }

    fn image(&self) -> &'static [u8] {
        self.image.bytes()
    }
}
