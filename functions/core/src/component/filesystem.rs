//! `wasi:filesystem`: numbers and names of its calls, over the same tree as preview 1.

use super::clocks::{datetime, nanos};
use super::io::IoError;
use super::streams::{CHUNK, InputStream, OutputStream};
use super::wasi::filesystem::preopens;
use super::wasi::filesystem::types::{
    self, Advice, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry, ErrorCode, MetadataHashValue, NewTimestamp, OpenFlags, PathFlags,
};
use super::{Failure, State};
use crate::vfs::{Errno, FileType, NodeId, Open, Stat};
use alloc::string::String;
use alloc::vec::Vec;
use wasmtime::Result;
use wasmtime::component::Resource;

/// Why a call on files fails.
pub type FileFailure = Failure<ErrorCode>;

impl From<Errno> for FileFailure {
    fn from(errno: Errno) -> Self {
        Failure::Code(code(errno))
    }
}

type Filed<T> = core::result::Result<T, FileFailure>;

/// `descriptor`
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    node: NodeId,
    is_directory: bool,
    read: bool,
    write: bool,
    /// A directory that the component finds open: its node stays.
    preopened: bool,
    /// Below `/request`: what it holds comes with the request.
    of_request: bool,
}

/// `directory-entry-stream`
pub struct Listing {
    directory: NodeId,
    cookie: u64,
}

fn code(errno: Errno) -> ErrorCode {
    match errno {
        Errno::BadDescriptor => ErrorCode::BadDescriptor,
        Errno::Busy => ErrorCode::Busy,
        Errno::CrossDevice => ErrorCode::CrossDevice,
        Errno::Exists => ErrorCode::Exist,
        Errno::FileTooLarge => ErrorCode::FileTooLarge,
        Errno::IllegalBytes => ErrorCode::IllegalByteSequence,
        Errno::Fault | Errno::Invalid => ErrorCode::Invalid,
        Errno::IsDirectory => ErrorCode::IsDirectory,
        Errno::Loop => ErrorCode::Loop,
        Errno::TooManyOpen => ErrorCode::InsufficientMemory,
        Errno::TooManyLinks => ErrorCode::TooManyLinks,
        Errno::NameTooLong => ErrorCode::NameTooLong,
        Errno::NoEntry => ErrorCode::NoEntry,
        Errno::NoSpace => ErrorCode::InsufficientSpace,
        Errno::NotDirectory => ErrorCode::NotDirectory,
        Errno::NotEmpty => ErrorCode::NotEmpty,
        Errno::NotPermitted => ErrorCode::NotPermitted,
        Errno::NotSocket | Errno::NotSupported => ErrorCode::Unsupported,
        Errno::Overflow => ErrorCode::Overflow,
        Errno::NotSeekable => ErrorCode::InvalidSeek,
    }
}

fn kind(kind: FileType) -> DescriptorType {
    match kind {
        FileType::Device => DescriptorType::CharacterDevice,
        FileType::Directory => DescriptorType::Directory,
        FileType::File => DescriptorType::RegularFile,
        FileType::Symlink => DescriptorType::SymbolicLink,
    }
}

fn stat_of(stat: Stat) -> DescriptorStat {
    DescriptorStat {
        type_: kind(stat.kind),
        link_count: stat.links,
        size: stat.size,
        data_access_timestamp: Some(datetime(stat.times.accessed)),
        data_modification_timestamp: Some(datetime(stat.times.modified)),
        status_change_timestamp: Some(datetime(stat.times.changed)),
    }
}

/// The same for the same file, and for no other: numbers are used once.
fn hash(stat: Stat) -> MetadataHashValue {
    MetadataHashValue { lower: stat.inode, upper: stat.device }
}

fn follows(flags: PathFlags) -> bool {
    flags.contains(PathFlags::SYMLINK_FOLLOW)
}

impl State {
    fn descriptor(&self, this: &Resource<Descriptor>) -> Filed<Descriptor> {
        Ok(*self.table.get(this)?)
    }

    fn file(&self, this: &Resource<Descriptor>, write: bool) -> Filed<NodeId> {
        let descriptor = self.descriptor(this)?;
        if descriptor.is_directory {
            return Err(Errno::BadDescriptor.into());
        }
        let allowed = if write { descriptor.write } else { descriptor.read };
        if allowed { Ok(descriptor.node) } else { Err(Errno::BadDescriptor.into()) }
    }

    /// The directory that a path begins at. If it is of the request, the request is needed now.
    fn base(&mut self, this: &Resource<Descriptor>) -> Filed<NodeId> {
        let descriptor = self.descriptor(this)?;
        if !descriptor.is_directory {
            return Err(Errno::NotDirectory.into());
        }
        self.look_into(descriptor);
        Ok(descriptor.node)
    }

    fn look_into(&mut self, descriptor: Descriptor) {
        if descriptor.of_request {
            self.world.enter_request_tree();
        }
    }

    /// What is to be set of access and modification time.
    fn times(&self, accessed: NewTimestamp, modified: NewTimestamp) -> Filed<([Option<u64>; 2], u64)> {
        let now = self.world.host.wall();
        let one = |given| match given {
            NewTimestamp::NoChange => Ok(None),
            NewTimestamp::Now => Ok(Some(now)),
            NewTimestamp::Timestamp(time) => nanos(time).map(Some).ok_or(Errno::Invalid),
        };
        Ok(([one(accessed)?, one(modified)?], now))
    }

    fn stat_at(&mut self, this: &Resource<Descriptor>, flags: PathFlags, path: &str) -> Filed<Stat> {
        let base = self.base(this)?;
        Ok(self.world.tree.stat_at(base, path, follows(flags))?)
    }

    fn write_stream_to(&mut self, this: &Resource<Descriptor>, position: Option<u64>) -> Filed<Resource<OutputStream>> {
        let node = self.file(this, true)?;
        self.world.tree.open_again(node);
        Ok(self.table.push(OutputStream::File { node, position })?)
    }
}

impl preopens::Host for State {
    fn get_directories(&mut self) -> Result<Vec<(Resource<Descriptor>, String)>> {
        let mut directories = Vec::with_capacity(self.world.preopens.len());
        for preopen in &self.world.preopens {
            let descriptor = Descriptor {
                node: preopen.mount.root,
                is_directory: true,
                read: true,
                write: preopen.mount.writable,
                preopened: true,
                of_request: preopen.of_request,
            };
            directories.push((self.table.push(descriptor)?, preopen.name.into()));
        }
        Ok(directories)
    }
}

impl types::Host for State {
    fn filesystem_error_code(&mut self, error: Resource<IoError>) -> Result<Option<ErrorCode>> {
        Ok(match self.table.get(&error)? {
            IoError::File(errno) => Some(code(*errno)),
            IoError::Http(_) => None,
        })
    }

    fn convert_error_code(&mut self, failure: FileFailure) -> Result<ErrorCode> {
        failure.answer()
    }
}

impl types::HostDescriptor for State {
    fn read_via_stream(&mut self, this: Resource<Descriptor>, position: u64) -> Filed<Resource<InputStream>> {
        let node = self.file(&this, false)?;
        self.world.tree.open_again(node);
        Ok(self.table.push(InputStream::File { node, position })?)
    }

    fn write_via_stream(&mut self, this: Resource<Descriptor>, position: u64) -> Filed<Resource<OutputStream>> {
        self.write_stream_to(&this, Some(position))
    }

    fn append_via_stream(&mut self, this: Resource<Descriptor>) -> Filed<Resource<OutputStream>> {
        self.write_stream_to(&this, None)
    }

    fn advise(&mut self, this: Resource<Descriptor>, _: u64, _: u64, _: Advice) -> Filed<()> {
        if self.descriptor(&this)?.is_directory { Err(Errno::BadDescriptor.into()) } else { Ok(()) }
    }

    fn sync_data(&mut self, this: Resource<Descriptor>) -> Filed<()> {
        self.descriptor(&this).map(|_| ())
    }

    fn get_flags(&mut self, this: Resource<Descriptor>) -> Filed<DescriptorFlags> {
        let descriptor = self.descriptor(&this)?;
        let read = if descriptor.read { DescriptorFlags::READ } else { DescriptorFlags::empty() };
        let write = match (descriptor.write, descriptor.is_directory) {
            (true, true) => DescriptorFlags::MUTATE_DIRECTORY,
            (true, false) => DescriptorFlags::WRITE,
            (false, _) => DescriptorFlags::empty(),
        };
        Ok(read | write)
    }

    fn get_type(&mut self, this: Resource<Descriptor>) -> Filed<DescriptorType> {
        let node = self.descriptor(&this)?.node;
        Ok(kind(self.world.tree.file_type(node)))
    }

    fn set_size(&mut self, this: Resource<Descriptor>, size: u64) -> Filed<()> {
        let node = self.file(&this, true)?;
        let now = self.world.host.wall();
        Ok(self.world.tree.resize(node, size, now)?)
    }

    fn set_times(&mut self, this: Resource<Descriptor>, accessed: NewTimestamp, modified: NewTimestamp) -> Filed<()> {
        let (times, now) = self.times(accessed, modified)?;
        let node = self.descriptor(&this)?.node;
        Ok(self.world.tree.set_times(node, times, now)?)
    }

    fn read(&mut self, this: Resource<Descriptor>, length: u64, position: u64) -> Filed<(Vec<u8>, bool)> {
        let node = self.file(&this, false)?;
        let length = usize::try_from(length).unwrap_or(CHUNK).min(CHUNK);
        let bytes = self.read_file(node, position, length)?;
        let end = position.saturating_add(bytes.len() as u64) >= self.world.tree.size(node);
        Ok((bytes, end))
    }

    fn write(&mut self, this: Resource<Descriptor>, bytes: Vec<u8>, position: u64) -> Filed<u64> {
        let node = self.file(&this, true)?;
        let now = self.world.host.wall();
        Ok(self.world.tree.write(node, position, &bytes, now)? as u64)
    }

    fn read_directory(&mut self, this: Resource<Descriptor>) -> Filed<Resource<Listing>> {
        let directory = self.base(&this)?;
        self.world.tree.open_again(directory);
        Ok(self.table.push(Listing { directory, cookie: 0 })?)
    }

    fn sync(&mut self, this: Resource<Descriptor>) -> Filed<()> {
        self.sync_data(this)
    }

    fn create_directory_at(&mut self, this: Resource<Descriptor>, path: String) -> Filed<()> {
        let base = self.base(&this)?;
        let now = self.world.host.wall();
        Ok(self.world.tree.make_directory(base, &path, now)?)
    }

    fn stat(&mut self, this: Resource<Descriptor>) -> Filed<DescriptorStat> {
        let descriptor = self.descriptor(&this)?;
        self.look_into(descriptor);
        Ok(stat_of(self.world.tree.stat(descriptor.node)))
    }

    fn stat_at(&mut self, this: Resource<Descriptor>, flags: PathFlags, path: String) -> Filed<DescriptorStat> {
        State::stat_at(self, &this, flags, &path).map(stat_of)
    }

    fn set_times_at(
        &mut self,
        this: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> Filed<()> {
        let (times, now) = self.times(accessed, modified)?;
        let base = self.base(&this)?;
        Ok(self.world.tree.set_times_at(base, &path, follows(flags), times, now)?)
    }

    fn link_at(&mut self, this: Resource<Descriptor>, flags: PathFlags, old: String, to: Resource<Descriptor>, new: String) -> Filed<()> {
        let (from, to) = (self.base(&this)?, self.base(&to)?);
        // As in preview 1: no known program names a link's target.
        if follows(flags) {
            return Err(Errno::Invalid.into());
        }
        let now = self.world.host.wall();
        Ok(self.world.tree.link((from, &old), (to, &new), now)?)
    }

    fn open_at(
        &mut self,
        this: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
        open: OpenFlags,
        flags: DescriptorFlags,
    ) -> Filed<Resource<Descriptor>> {
        let of_request = self.descriptor(&this)?.of_request;
        let base = self.base(&this)?;
        let (create, truncate) = (open.contains(OpenFlags::CREATE), open.contains(OpenFlags::TRUNCATE));
        let how = Open {
            follow: follows(path_flags),
            create,
            exclusive: open.contains(OpenFlags::EXCLUSIVE),
            truncate,
            directory: open.contains(OpenFlags::DIRECTORY),
            write: create || truncate || flags.intersects(DescriptorFlags::WRITE | DescriptorFlags::MUTATE_DIRECTORY),
        };
        let now = self.world.host.wall();
        let node = self.world.tree.open(base, &path, how, now)?;
        let is_directory = self.world.tree.file_type(node) == FileType::Directory;
        let write = if is_directory { self.world.tree.writable(node).is_ok() } else { flags.contains(DescriptorFlags::WRITE) };
        let read = is_directory || flags.contains(DescriptorFlags::READ) || !flags.contains(DescriptorFlags::WRITE);
        Ok(self.table.push(Descriptor { node, is_directory, read, write, preopened: false, of_request })?)
    }

    fn readlink_at(&mut self, this: Resource<Descriptor>, path: String) -> Filed<String> {
        let base = self.base(&this)?;
        Ok(self.world.tree.read_link(base, &path)?.into())
    }

    fn remove_directory_at(&mut self, this: Resource<Descriptor>, path: String) -> Filed<()> {
        let base = self.base(&this)?;
        let now = self.world.host.wall();
        Ok(self.world.tree.remove_directory(base, &path, now)?)
    }

    fn rename_at(&mut self, this: Resource<Descriptor>, old: String, to: Resource<Descriptor>, new: String) -> Filed<()> {
        let (from, to) = (self.base(&this)?, self.base(&to)?);
        let now = self.world.host.wall();
        Ok(self.world.tree.rename((from, &old), (to, &new), now)?)
    }

    fn symlink_at(&mut self, this: Resource<Descriptor>, target: String, path: String) -> Filed<()> {
        let base = self.base(&this)?;
        let now = self.world.host.wall();
        Ok(self.world.tree.make_symlink(base, &path, &target, now)?)
    }

    fn unlink_file_at(&mut self, this: Resource<Descriptor>, path: String) -> Filed<()> {
        let base = self.base(&this)?;
        let now = self.world.host.wall();
        Ok(self.world.tree.unlink(base, &path, now)?)
    }

    fn is_same_object(&mut self, this: Resource<Descriptor>, other: Resource<Descriptor>) -> Result<bool> {
        Ok(self.table.get(&this)?.node == self.table.get(&other)?.node)
    }

    fn metadata_hash(&mut self, this: Resource<Descriptor>) -> Filed<MetadataHashValue> {
        let node = self.descriptor(&this)?.node;
        Ok(hash(self.world.tree.stat(node)))
    }

    fn metadata_hash_at(&mut self, this: Resource<Descriptor>, flags: PathFlags, path: String) -> Filed<MetadataHashValue> {
        State::stat_at(self, &this, flags, &path).map(hash)
    }

    fn drop(&mut self, this: Resource<Descriptor>) -> Result<()> {
        let descriptor = self.table.delete(this)?;
        if !descriptor.preopened {
            self.world.tree.close(descriptor.node);
        }
        Ok(())
    }
}

impl types::HostDirectoryEntryStream for State {
    fn read_directory_entry(&mut self, this: Resource<Listing>) -> Filed<Option<DirectoryEntry>> {
        loop {
            let Listing { directory, cookie } = *self.table.get(&this)?;
            let Some(listed) = self.world.tree.list(directory, cookie)? else { return Ok(None) };
            let entry = DirectoryEntry { type_: kind(listed.kind), name: listed.name.into() };
            self.table.get_mut(&this)?.cookie = listed.next;
            if entry.name != "." && entry.name != ".." {
                return Ok(Some(entry));
            }
        }
    }

    fn drop(&mut self, this: Resource<Listing>) -> Result<()> {
        let listing = self.table.delete(this)?;
        self.world.tree.close(listing.directory);
        Ok(())
    }
}
