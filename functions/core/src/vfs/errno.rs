//! Why a call cannot be served.

/// POSIX's names, by meaning. Each interface has its own numbers for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errno {
    /// EBADF
    BadDescriptor,
    /// EBUSY
    Busy,
    /// EXDEV
    CrossDevice,
    /// EEXIST
    Exists,
    /// EFAULT
    Fault,
    /// EFBIG
    FileTooLarge,
    /// EILSEQ
    IllegalBytes,
    /// EINVAL
    Invalid,
    /// EISDIR
    IsDirectory,
    /// ELOOP
    Loop,
    /// EMFILE
    TooManyOpen,
    /// EMLINK
    TooManyLinks,
    /// ENAMETOOLONG
    NameTooLong,
    /// ENOENT
    NoEntry,
    /// ENOSPC
    NoSpace,
    /// ENOTDIR
    NotDirectory,
    /// ENOTEMPTY
    NotEmpty,
    /// EPERM
    NotPermitted,
    /// ENOTSOCK
    NotSocket,
    /// ENOTSUP
    NotSupported,
    /// EOVERFLOW
    Overflow,
    /// ESPIPE
    NotSeekable,
}

/// The answer of everything that may fail.
pub(crate) type Result<T> = core::result::Result<T, Errno>;
