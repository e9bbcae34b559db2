//! The socket between a process and the gateway.
//!
//! ```text
//! process ──▶ gateway   once, after connecting: "NAME PID\n", NAME being the exchange file's, by which the gateway knows who it is
//! process ──▶ gateway   a byte: I have left, look into the exchange area
//! gateway ──▶ process   a byte: enter
//! gateway ──▶ zygote    "PATH\n": fork a machine with the exchange file PATH
//! ```
//! The closing of the gateway's end is the process's end, whatever the process does: the socket raises SIGIO at every event, and the handler looks whether it
//! was the end. A gateway that is killed thus leaves no process behind, and a machine is stopped by hanging up. (A signal that ends the process by
//! itself, switched on only while it computes, would be simpler, but the kernel raises one for the byte "enter" *after* the process can have read it.)

use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering};

/// The socket, for the signal handler.
static SOCKET: AtomicI32 = AtomicI32::new(-1);

/// The connection: one for a process's life.
pub struct Channel(UnixStream);

impl Channel {
    /// Connects and says who it is; then waits for the order to enter.
    pub fn dial(socket: &Path, exchange: &Path) -> io::Result<Self> {
        let mut stream = UnixStream::connect(socket)?;
        let name = exchange.file_name().and_then(|n| n.to_str()).ok_or_else(|| io::Error::other("the exchange area's name is not text"))?;
        stream.write_all(format!("{name} {}\n", std::process::id()).as_bytes())?;
        end_with(&stream)?;
        let mut channel = Self(stream);
        channel.await_entry();
        Ok(channel)
    }

    /// Leaves, and comes back when the gateway enters again. Ends the process when the gateway is gone.
    pub fn exit_and_enter(&mut self) {
        self.left();
        self.await_entry();
    }

    /// Says that the process has left.
    pub fn left(&mut self) {
        if self.0.write_all(&[1]).is_err() {
            gone();
        }
    }

    /// The gateway's next order, a line without its end. None: it does not want any more.
    pub fn order(&mut self) -> Option<String> {
        let mut line = Vec::new();
        loop {
            let mut byte = [0];
            match self.0.read(&mut byte) {
                Ok(1) if byte[0] == b'\n' => return String::from_utf8(line).ok(),
                Ok(1) => line.push(byte[0]),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => (),
                _ => return None,
            }
        }
    }

    fn await_entry(&mut self) {
        loop {
            match self.0.read(&mut [0]) {
                Ok(1) => return,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => (),
                _ => gone(),
            }
        }
    }
}

/// Says that the process has left, for one that panics, and ends it.
pub fn leave_for_good() -> ! {
    // SAFETY: one byte is read, from a constant; a socket that is not open is an error that changes nothing.
    unsafe { libc::write(SOCKET.load(Ordering::Relaxed), [1u8].as_ptr().cast(), 1) };
    gone()
}

/// From now on the process ends when the other end of `stream` is closed.
fn end_with(stream: &UnixStream) -> io::Result<()> {
    let socket = stream.as_raw_fd();
    SOCKET.store(socket, Ordering::Relaxed);
    // SAFETY: zeros are an action, its fields are then set; the handler has the signature that SA_SIGINFO's absence asks for, does only what a handler may,
    // and runs on wasmtime's signal stack where there is one, for a Wasm stack may be nearly full.
    let installed = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = look as extern "C" fn(libc::c_int) as usize;
        action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
        libc::sigaction(libc::SIGIO, &raw const action, ptr::null_mut())
    };
    // SAFETY: the descriptor is open, and both commands take an int.
    let set = |command, argument: libc::c_int| unsafe { libc::fcntl(socket, command, argument) };
    if installed != 0 || set(libc::F_SETOWN, std::process::id().cast_signed()) < 0 || set(libc::F_SETFL, libc::O_ASYNC) < 0 {
        return Err(io::Error::last_os_error());
    }
    look(libc::SIGIO); // it may have been closed just before
    Ok(())
}

/// The signal handler. Leaves errno as it was.
extern "C" fn look(_: libc::c_int) {
    let mut byte = 0u8;
    // SAFETY: one byte may be written to `byte`; errno's address is valid in every thread.
    unsafe {
        let errno = *libc::__errno_location();
        if libc::recv(SOCKET.load(Ordering::Relaxed), (&raw mut byte).cast(), 1, libc::MSG_PEEK | libc::MSG_DONTWAIT) == 0 {
            gone();
        }
        *libc::__errno_location() = errno;
    }
}

/// Nobody is there any more to tell.
fn gone() -> ! {
    // SAFETY: ends the process at once; there is nothing to flush.
    unsafe { libc::_exit(0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    #[test]
    fn a_process_says_its_name_and_takes_orders() {
        let socket = std::env::temp_dir().join(format!("mayfly-socket-{}", std::process::id()));
        let listener = UnixListener::bind(&socket).unwrap();
        let gateway = std::thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            let mut line = [0; 4];
            stream.read_exact(&mut line).unwrap();
            assert_eq!(&line, b"abc ");
            while stream.read(&mut line[..1]).unwrap() == 1 && line[0] != b'\n' {}
            stream.write_all(&[1]).unwrap();
            stream.read_exact(&mut line[..1]).unwrap();
            stream.write_all(b"/x/y\n").unwrap();
            std::mem::forget(stream); // its end would be this process's
        });
        let mut channel = Channel::dial(&socket, Path::new("/some/where/abc")).unwrap();
        channel.left();
        assert_eq!(channel.order().as_deref(), Some("/x/y"));
        gateway.join().unwrap();
        std::fs::remove_file(&socket).unwrap();
    }
}
