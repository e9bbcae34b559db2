//! The numbers and layouts of WASI preview 1, as far as more than one file needs them.

use crate::vfs::{Errno, FileType, Result};

/// `rights`
pub(super) mod rights {
    pub(crate) const FD_DATASYNC: u64 = 1;
    pub(crate) const FD_READ: u64 = 1 << 1;
    pub(crate) const FD_SEEK: u64 = 1 << 2;
    pub(crate) const FD_FDSTAT_SET_FLAGS: u64 = 1 << 3;
    pub(crate) const FD_SYNC: u64 = 1 << 4;
    pub(crate) const FD_TELL: u64 = 1 << 5;
    pub(crate) const FD_WRITE: u64 = 1 << 6;
    pub(crate) const FD_ADVISE: u64 = 1 << 7;
    pub(crate) const FD_ALLOCATE: u64 = 1 << 8;
    pub(crate) const FD_READDIR: u64 = 1 << 14;
    pub(crate) const PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
    pub(crate) const FD_FILESTAT_GET: u64 = 1 << 21;
    pub(crate) const FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
    pub(crate) const FD_FILESTAT_SET_TIMES: u64 = 1 << 23;
    pub(crate) const POLL_FD_READWRITE: u64 = 1 << 27;
    pub(crate) const ALL: u64 = (1 << 30) - 1;
    /// What wasmtime gives a preopened directory: every `path_*` but setting a size, listing, and its own attributes.
    pub(crate) const PREOPEN: u64 =
        0x3fe00 | 1 << 18 | 1 << 20 | 1 << 24 | 1 << 25 | 1 << 26 | FD_FILESTAT_GET | FD_FILESTAT_SET_TIMES;
    /// And what it says that may be had below it.
    pub(crate) const PREOPEN_INHERITING: u64 = PREOPEN
        | FD_DATASYNC
        | FD_READ
        | FD_SEEK
        | FD_FDSTAT_SET_FLAGS
        | FD_SYNC
        | FD_TELL
        | FD_WRITE
        | FD_ADVISE
        | FD_ALLOCATE
        | FD_FILESTAT_SET_SIZE
        | POLL_FD_READWRITE;
}

/// `fdflags`
pub(super) mod fdflags {
    pub(crate) const APPEND: u16 = 1;
    pub(crate) const DSYNC: u16 = 2;
    pub(crate) const RSYNC: u16 = 8;
    pub(crate) const SYNC: u16 = 16;
    pub(crate) const ALL: u16 = 31;
}

/// `filetype.unknown`
pub(super) const UNKNOWN: u8 = 0;
/// `filetype.character_device`
pub(super) const CHARACTER_DEVICE: u8 = 2;

pub(super) fn filetype(kind: FileType) -> u8 {
    match kind {
        FileType::Device => CHARACTER_DEVICE,
        FileType::Directory => 3,
        FileType::File => 4,
        FileType::Symlink => 7,
    }
}

/// `flags` as bits of `all`; unknown bits are [`Errno::Invalid`]. Only the low 16 bits of the argument count, as for every 16-bit type.
pub(super) fn flags16(flags: u32, all: u16) -> Result<u16> {
    let flags = flags as u16;
    if flags & !all == 0 { Ok(flags) } else { Err(Errno::Invalid) }
}

/// `lookupflags`: whether links at a path's end are followed.
pub(super) fn follows(flags: u32) -> Result<bool> {
    match flags {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Errno::Invalid),
    }
}

/// What is to be set of access and modification time: `fstflags` and the two times.
pub(super) fn times(flags: u32, accessed: u64, modified: u64, now: u64) -> Result<[Option<u64>; 2]> {
    let one = |given: u16, to_now: u16, time| match (given != 0, to_now != 0) {
        (true, true) => Err(Errno::Invalid),
        (true, false) => Ok(Some(time)),
        (false, true) => Ok(Some(now)),
        (false, false) => Ok(None),
    };
    let flags = flags16(flags, 15)?;
    Ok([one(flags & 1, flags & 2, accessed)?, one(flags & 4, flags & 8, modified)?])
}
