//! The numbers of WASI preview 1's errors.

use crate::vfs::Errno;

/// `errno.success`
pub(super) const SUCCESS: i32 = 0;

pub(super) fn number(errno: Errno) -> i32 {
    match errno {
        Errno::BadDescriptor => 8,
        Errno::Busy => 10,
        Errno::Exists => 20,
        Errno::Fault => 21,
        Errno::FileTooLarge => 22,
        Errno::IllegalBytes => 25,
        Errno::Invalid => 28,
        Errno::IsDirectory => 31,
        Errno::Loop => 32,
        Errno::TooManyOpen => 33,
        Errno::TooManyLinks => 34,
        Errno::NameTooLong => 37,
        Errno::NoEntry => 44,
        Errno::NoSpace => 51,
        Errno::NotDirectory => 54,
        Errno::NotEmpty => 55,
        Errno::NotSocket => 57,
        Errno::NotSupported => 58,
        Errno::Overflow => 61,
        Errno::NotPermitted => 63,
        Errno::NotSeekable => 70,
        Errno::CrossDevice => 75,
    }
}
