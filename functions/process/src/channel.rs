//! The socket between a process and the gateway.
//!
//! ```text
//! process ──▶ gateway   once, after connecting: "NAME PID\n", NAME being the exchange file's, by which the gateway knows who it is
//! process ──▶ gateway   a byte: I have left, look into the exchange area
//! gateway ──▶ process   a byte: enter
//! gateway ──▶ zygote    "PATH\n": fork a machine with the exchange file PATH
//! ```
//! While a process computes, the gateway has nothing to say to it but the end: so any event on the socket then, its closing above all, ends the process by
//! SIGIO. A gateway that is killed thus leaves no process behind, and a machine is stopped by closing its socket.

use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// A connection, in the state "entered": its closing ends the process.
pub struct Channel(UnixStream);

impl Channel {
    /// Connects and says who it is; then waits for the order to enter.
    pub fn dial(socket: &Path, exchange: &Path) -> io::Result<Self> {
        let mut stream = UnixStream::connect(socket)?;
        let name = exchange.file_name().and_then(|n| n.to_str()).ok_or_else(|| io::Error::other("the exchange area's name is not text"))?;
        stream.write_all(format!("{name} {}\n", std::process::id()).as_bytes())?;
        fcntl(&stream, libc::F_SETOWN, std::process::id().cast_signed())?;
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
        self.deadly(false);
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

    /// The socket's number, for a process that panics.
    pub fn descriptor(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    fn await_entry(&mut self) {
        loop {
            match self.0.read(&mut [0]) {
                Ok(1) => break,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => (),
                _ => gone(),
            }
        }
        self.deadly(true);
    }

    /// Whether an event on the socket ends the process. One that came just before is looked for.
    fn deadly(&self, on: bool) {
        if fcntl(&self.0, libc::F_SETFL, if on { libc::O_ASYNC } else { 0 }).is_err() {
            gone();
        }
        if on {
            let mut byte = 0u8;
            // SAFETY: one byte may be written to `byte`.
            let got = unsafe { libc::recv(self.0.as_raw_fd(), (&raw mut byte).cast(), 1, libc::MSG_PEEK | libc::MSG_DONTWAIT) };
            if got >= 0 {
                gone();
            }
        }
    }
}

/// Nobody is there any more to tell.
fn gone() -> ! {
    // SAFETY: ends the process at once; there is nothing to flush.
    unsafe { libc::_exit(0) }
}

fn fcntl(stream: &UnixStream, command: libc::c_int, argument: libc::c_int) -> io::Result<()> {
    // SAFETY: the descriptor is open, and both commands take an int.
    match unsafe { libc::fcntl(stream.as_raw_fd(), command, argument) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    #[test]
    fn a_process_says_its_name_and_takes_orders_to_the_end() {
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
        });
        let mut channel = Channel::dial(&socket, Path::new("/some/where/abc")).unwrap();
        channel.left();
        assert_eq!(channel.order().as_deref(), Some("/x/y"));
        assert_eq!(channel.order(), None);
        gateway.join().unwrap();
        std::fs::remove_file(&socket).unwrap();
    }
}
