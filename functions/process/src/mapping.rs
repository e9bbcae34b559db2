//! The two files that a process shares with the gateway: the function's image and the exchange area.

use abi::exchange;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::ptr::{self, NonNull};

/// Offset of the memory limit in the image's header (`abi::image`).
const MEMORY_LIMIT: usize = 0x40;

/// The function's image, mapped for good, readable and executable.
#[derive(Clone, Copy)]
pub struct Image(&'static [u8]);

impl Image {
    /// Maps whole pages of `path`.
    pub fn map(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        if bytes < abi::PAGE {
            return Err(io::Error::other(format!("it has {bytes} bytes, less than a page")));
        }
        let start = map(ptr::null_mut(), bytes, libc::PROT_READ | libc::PROT_EXEC, libc::MAP_PRIVATE, &file)?;
        // SAFETY: the mapping has `bytes` readable bytes, is never unmapped, and private; the gateway writes an image once, before its name is known.
        Ok(Self(unsafe { std::slice::from_raw_parts(start.as_ptr(), bytes) }))
    }

    /// The whole image.
    pub fn bytes(self) -> &'static [u8] {
        self.0
    }

    /// What the function may use, in bytes, as the header says. The core checks the header.
    pub fn memory_limit(self) -> u64 {
        self.0[MEMORY_LIMIT..].first_chunk().map_or(0, |b| u64::from_le_bytes(*b))
    }
}

/// The exchange area: at one address for the process's life and that of its forks, over one file after the other.
pub struct Area(NonNull<u8>);

impl Area {
    /// Maps the file at `path`, which has [`exchange::SIZE`] bytes.
    pub fn map(path: &Path) -> io::Result<Self> {
        open(path, ptr::null_mut(), 0).map(Self)
    }

    /// Replaces the file by another, in place.
    pub fn remap(&mut self, path: &Path) -> io::Result<()> {
        open(path, self.0.as_ptr(), libc::MAP_FIXED).map(|_| ())
    }

    /// Its first byte.
    pub fn start(&self) -> *mut u8 {
        self.0.as_ptr()
    }

    /// Why the core leaves: the first field of the guest page.
    pub fn reason(&self) -> u32 {
        // SAFETY: inside the area, aligned, and written by this process only.
        unsafe { self.0.as_ptr().add(exchange::GUEST).cast::<u32>().read_volatile() }
    }
}

fn open(path: &Path, at: *mut u8, flags: libc::c_int) -> io::Result<NonNull<u8>> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let bytes = file.metadata()?.len();
    if bytes != exchange::SIZE as u64 {
        return Err(io::Error::other(format!("it has {bytes} bytes, not {}", exchange::SIZE)));
    }
    map(at, exchange::SIZE, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | flags, &file)
}

fn map(at: *mut u8, bytes: usize, protection: libc::c_int, flags: libc::c_int, file: &File) -> io::Result<NonNull<u8>> {
    // SAFETY: a new mapping at an address of the kernel's choice, or, with MAP_FIXED, over the exchange area's old one, to which no reference is held.
    let start = unsafe { libc::mmap(at.cast(), bytes, protection, flags, file.as_raw_fd(), 0) };
    match NonNull::new(start.cast::<u8>()) {
        Some(start) if start.as_ptr().cast::<libc::c_void>() != libc::MAP_FAILED => Ok(start),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_of_the_wrong_size_is_refused_with_both_sizes() {
        let path = std::env::temp_dir().join(format!("mayfly-area-{}", std::process::id()));
        std::fs::write(&path, [0; 100]).unwrap();
        let error = Area::map(&path).map(|_| ()).unwrap_err().to_string();
        std::fs::remove_file(&path).unwrap();
        assert!(error.contains("100") && error.contains("335872"), "{error}");
    }

    #[test]
    fn another_file_takes_the_areas_place() {
        let path = |n: u8| std::env::temp_dir().join(format!("mayfly-area-{}-{n}", std::process::id()));
        for n in [1, 2] {
            std::fs::write(path(n), vec![n; exchange::SIZE]).unwrap();
        }
        let mut area = Area::map(&path(1)).unwrap();
        let start = area.start();
        assert_eq!(area.reason(), 0x0101_0101);
        area.remap(&path(2)).unwrap();
        assert_eq!((area.start(), area.reason()), (start, 0x0202_0202));
        for n in [1, 2] {
            std::fs::remove_file(path(n)).unwrap();
        }
    }
}
