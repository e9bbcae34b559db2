//! Nodes: what a name stands for.

use super::content::Content;
use super::directory::Directory;
use alloc::borrow::Cow;

/// A node's place in its tree. Not used again while an entry or an open descriptor holds the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(super) u32);

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileType {
    Directory,
    File,
    Symlink,
    /// A character device.
    Device,
}

/// Access, modification and status change, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) accessed: u64,
    pub(crate) modified: u64,
    pub(crate) changed: u64,
}

impl Times {
    pub(crate) fn all(at: u64) -> Self {
        Self { accessed: at, modified: at, changed: at }
    }
}

/// What can be asked of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) device: u64,
    /// Never used twice in one machine.
    pub(crate) inode: u64,
    pub(crate) kind: FileType,
    pub(crate) links: u64,
    pub(crate) size: u64,
    pub(crate) times: Times,
}

pub(super) enum Kind {
    Directory(Directory),
    File(Content),
    Symlink(Cow<'static, str>),
    /// `/dev/null`: takes everything, gives nothing.
    Null,
}

impl Kind {
    pub(super) fn file_type(&self) -> FileType {
        match self {
            Kind::Directory(_) => FileType::Directory,
            Kind::File(_) => FileType::File,
            Kind::Symlink(_) => FileType::Symlink,
            Kind::Null => FileType::Device,
        }
    }
}

pub(super) struct Node {
    pub(super) inode: u64,
    pub(super) mount: u16,
    pub(super) kind: Kind,
    /// Entries that name it; a directory's own `.` and its children's `..` count too. 0: it goes when nobody has it open.
    pub(super) links: u32,
    /// Descriptors that have it open.
    pub(super) opens: u32,
    pub(super) times: Times,
    /// Bytes of the budget that it holds, its pages left out.
    pub(super) charge: u64,
}
