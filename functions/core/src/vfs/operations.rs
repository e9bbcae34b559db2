//! What a program does with the tree. Times are arguments (`now`: nanoseconds since 1970).

use super::content::{Content, SIZE_MAX};
use super::directory::{Directory, FIRST_COOKIE, Name};
use super::errno::{Errno, Result};
use super::node::{FileType, Kind, NodeId, Stat};
use super::paths::{Follow, Last, NAME_MAX, PATH_MAX, Place};
use super::tree::{ENTRY_COST, Tree};
use alloc::borrow::Cow;
use alloc::rc::Rc;
use alloc::string::String;

/// Hard links of a file, at the most.
const LINKS_MAX: u32 = 65_000;

/// How a path is to be opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) follow: bool,
    pub(crate) create: bool,
    pub(crate) exclusive: bool,
    pub(crate) truncate: bool,
    pub(crate) directory: bool,
    pub(crate) write: bool,
}

/// An entry of a listing.
pub(crate) struct Listed<'a> {
    /// Where the listing goes on after it.
    pub(crate) next: u64,
    pub(crate) name: &'a str,
    pub(crate) inode: u64,
    pub(crate) kind: FileType,
}

impl Tree {
    /// Opens, and makes if asked to. The caller closes what it gets ([`Tree::close`]).
    pub(crate) fn open(&mut self, base: NodeId, path: &str, how: Open, now: u64) -> Result<NodeId> {
        if how.directory && (how.create || how.exclusive || how.truncate) {
            return Err(Errno::Invalid);
        }
        if how.create || how.truncate || how.write {
            self.writable(base)?;
        }
        let follow = match (how.follow, how.create && how.exclusive) {
            (_, true) => Follow::Never,
            (true, _) => Follow::Yes,
            (false, _) => Follow::AtSlash,
        };
        let place = self.walk(base, path, follow)?;
        let node = match place.found {
            Some(_) if how.create && how.exclusive => return Err(Errno::Exists),
            Some(node) => self.open_existing(node, how, place.slash, now)?,
            None if !how.create => return Err(Errno::NoEntry),
            None if place.slash => return Err(Errno::IsDirectory),
            None => self.create(&place, Kind::File(Content::new(&[])), now)?,
        };
        self.open_again(node);
        Ok(node)
    }

    fn open_existing(&mut self, node: NodeId, how: Open, slash: bool, now: u64) -> Result<NodeId> {
        match self.file_type(node) {
            FileType::Symlink => Err(if how.directory { Errno::NotDirectory } else { Errno::Loop }),
            FileType::Directory if how.create || how.truncate || how.write => Err(Errno::IsDirectory),
            FileType::Directory => Ok(node),
            FileType::File | FileType::Device if how.directory || slash => Err(Errno::NotDirectory),
            FileType::Device => Ok(node),
            FileType::File => {
                if how.truncate {
                    self.resize(node, 0, now)?;
                }
                Ok(node)
            }
        }
    }

    pub(crate) fn stat_at(&mut self, base: NodeId, path: &str, follow: bool) -> Result<Stat> {
        let node = self.find(base, path, follow)?;
        Ok(self.stat(node))
    }

    /// Sets the times that are given.
    pub(crate) fn set_times_at(&mut self, base: NodeId, path: &str, follow: bool, times: [Option<u64>; 2], now: u64) -> Result<()> {
        self.writable(base)?;
        let node = self.find(base, path, follow)?;
        self.set_times(node, times, now)
    }

    /// Sets access and modification time, where given.
    pub(crate) fn set_times(&mut self, node: NodeId, [accessed, modified]: [Option<u64>; 2], now: u64) -> Result<()> {
        self.writable(node)?;
        let times = &mut self.node_mut(node).times;
        times.accessed = accessed.unwrap_or(times.accessed);
        times.modified = modified.unwrap_or(times.modified);
        times.changed = now;
        Ok(())
    }

    pub(crate) fn make_directory(&mut self, base: NodeId, path: &str, now: u64) -> Result<()> {
        self.writable(base)?;
        let place = self.walk(base, path, Follow::Never)?;
        let directory = Kind::Directory(Directory::new(place.parent, None));
        self.create(&place, directory, now).map(|_| ())
    }

    pub(crate) fn make_symlink(&mut self, base: NodeId, path: &str, target: &str, now: u64) -> Result<()> {
        self.writable(base)?;
        if target.is_empty() {
            return Err(Errno::NoEntry);
        }
        if target.contains('\0') {
            return Err(Errno::Invalid);
        }
        if target.len() > PATH_MAX {
            return Err(Errno::NameTooLong);
        }
        // A link could not be followed out of its tree; wasmtime does not even let one be made.
        if target.starts_with('/') {
            return Err(Errno::NotPermitted);
        }
        let place = self.walk(base, path, Follow::Never)?;
        if place.slash && place.found.is_none() {
            return Err(Errno::NoEntry);
        }
        self.create(&place, Kind::Symlink(Cow::Owned(String::from(target))), now).map(|_| ())
    }

    pub(crate) fn read_link(&mut self, base: NodeId, path: &str) -> Result<&str> {
        let node = self.find(base, path, false)?;
        match &self.node(node).kind {
            Kind::Symlink(target) => Ok(target),
            _ => Err(Errno::Invalid),
        }
    }

    pub(crate) fn unlink(&mut self, base: NodeId, path: &str, now: u64) -> Result<()> {
        self.writable(base)?;
        let place = self.walk(base, path, Follow::Never)?;
        let node = place.existing()?;
        if self.file_type(node) == FileType::Directory {
            return Err(Errno::IsDirectory);
        }
        if place.slash {
            return Err(Errno::NotDirectory);
        }
        self.detach(&place, now);
        Ok(())
    }

    pub(crate) fn remove_directory(&mut self, base: NodeId, path: &str, now: u64) -> Result<()> {
        self.writable(base)?;
        let place = self.walk(base, path, Follow::Never)?;
        let node = place.existing()?;
        match place.last {
            Last::Dot => return Err(Errno::Invalid),
            Last::DotDot => return Err(Errno::NotEmpty),
            Last::Name(_) if !self.directory(node)?.is_empty() => return Err(Errno::NotEmpty),
            Last::Name(_) => (),
        }
        self.detach(&place, now);
        Ok(())
    }

    /// Makes another name for a file or a link.
    pub(crate) fn link(&mut self, from: (NodeId, &str), to: (NodeId, &str), now: u64) -> Result<()> {
        self.same_writable_mount(from.0, to.0)?;
        let source = self.walk(from.0, from.1, Follow::Never)?;
        let node = source.existing()?;
        let place = self.walk(to.0, to.1, Follow::Never)?;
        let name = place.new_name()?;
        if self.file_type(node) == FileType::Directory {
            return Err(Errno::NotPermitted);
        }
        if source.slash {
            return Err(Errno::NotDirectory);
        }
        if place.slash {
            return Err(Errno::NoEntry);
        }
        if self.node(node).links >= LINKS_MAX {
            return Err(Errno::TooManyLinks);
        }
        self.enter(place.parent, name, node, now)?;
        let node = self.node_mut(node);
        node.links += 1;
        node.times.changed = now;
        Ok(())
    }

    /// Moves, over what is there if that may go.
    pub(crate) fn rename(&mut self, from: (NodeId, &str), to: (NodeId, &str), now: u64) -> Result<()> {
        self.same_writable_mount(from.0, to.0)?;
        let source = self.walk(from.0, from.1, Follow::Never)?;
        let target = self.walk(to.0, to.1, Follow::Never)?;
        let node = source.existing()?;
        let (Last::Name(_), Last::Name(name)) = (&source.last, &target.last) else { return Err(Errno::Busy) };
        let is_directory = self.file_type(node) == FileType::Directory;
        if !is_directory && (source.slash || target.slash) {
            return Err(Errno::NotDirectory);
        }
        if is_directory && self.is_within(target.parent, node) {
            return Err(Errno::Invalid);
        }
        if target.found == Some(node) {
            return Ok(());
        }
        if let Some(old) = target.found {
            self.may_replace(old, is_directory)?;
        }
        // Whether the new entry will find room is known before anything is taken away.
        if self.node(target.parent).links == 0 {
            return Err(Errno::NoEntry);
        }
        let held = self.charge(&source) + self.charge(&target);
        if !self.budget.fits_instead(held, entry_cost(name)) {
            return Err(Errno::NoSpace);
        }
        self.detach(&target, now);
        self.take_out(&source, now);
        self.enter(target.parent, name, node, now)?;
        self.node_mut(node).times.changed = now;
        if let Kind::Directory(directory) = &mut self.node_mut(node).kind {
            directory.parent = target.parent;
            self.node_mut(source.parent).links -= 1;
            self.node_mut(target.parent).links += 1;
        }
        Ok(())
    }

    /// The entry at or after a cookie; 0 begins a listing. A removed directory lists nothing.
    pub(crate) fn list(&mut self, directory: NodeId, cookie: u64) -> Result<Option<Listed<'_>>> {
        let (inode, links) = (self.node(directory).inode, self.node(directory).links);
        let parent = self.directory(directory)?.parent;
        if links == 0 {
            return Ok(None);
        }
        if cookie < FIRST_COOKIE {
            let (name, inode) = if cookie == 0 { (".", inode) } else { ("..", self.node(parent).inode) };
            return Ok(Some(Listed { next: cookie + 1, name, inode, kind: FileType::Directory }));
        }
        let this = &*self;
        let Kind::Directory(entries) = &this.node(directory).kind else { return Err(Errno::NotDirectory) };
        Ok(entries.at(cookie).map(|(cookie, name, node)| {
            let node = this.node(node);
            Listed { next: cookie + 1, name, inode: node.inode, kind: node.kind.file_type() }
        }))
    }

    pub(crate) fn read(&self, node: NodeId, offset: u64, into: &mut [u8]) -> Result<usize> {
        match &self.node(node).kind {
            Kind::File(content) => Ok(content.read(offset, into)),
            Kind::Null => Ok(0),
            Kind::Directory(_) => Err(Errno::IsDirectory),
            Kind::Symlink(_) => Err(Errno::Invalid),
        }
    }

    /// Writes as much as finds room.
    pub(crate) fn write(&mut self, node: NodeId, offset: u64, bytes: &[u8], now: u64) -> Result<usize> {
        if matches!(self.node(node).kind, Kind::Null) {
            return Ok(bytes.len());
        }
        let budget = self.budget.clone();
        let written = self.content(node)?.write(offset, bytes, &budget)?;
        if written > 0 {
            self.touch(node, now);
        }
        Ok(written)
    }

    pub(crate) fn resize(&mut self, node: NodeId, size: u64, now: u64) -> Result<()> {
        self.writable(node)?;
        let budget = self.budget.clone();
        self.content(node)?.resize(size, &budget)?;
        self.touch(node, now);
        Ok(())
    }

    /// Reserves room for a range.
    pub(crate) fn allocate(&mut self, node: NodeId, offset: u64, length: u64, now: u64) -> Result<()> {
        self.writable(node)?;
        if length == 0 || offset > SIZE_MAX || length > SIZE_MAX {
            return Err(Errno::Invalid);
        }
        let budget = self.budget.clone();
        self.content(node)?.allocate(offset, length, &budget)?;
        self.touch(node, now);
        Ok(())
    }

    pub(crate) fn size(&self, node: NodeId) -> u64 {
        self.stat(node).size
    }

    fn find(&mut self, base: NodeId, path: &str, follow: bool) -> Result<NodeId> {
        let place = self.walk(base, path, if follow { Follow::Yes } else { Follow::AtSlash })?;
        let node = place.existing()?;
        if place.slash && self.file_type(node) != FileType::Directory {
            return Err(Errno::NotDirectory);
        }
        Ok(node)
    }

    fn content(&mut self, node: NodeId) -> Result<&mut Content> {
        match &mut self.node_mut(node).kind {
            Kind::File(content) => Ok(content),
            Kind::Directory(_) => Err(Errno::IsDirectory),
            Kind::Symlink(_) | Kind::Null => Err(Errno::Invalid),
        }
    }

    fn touch(&mut self, node: NodeId, now: u64) {
        let times = &mut self.node_mut(node).times;
        times.modified = now;
        times.changed = now;
    }

    /// Makes a node with an entry at a place that has none.
    fn create(&mut self, place: &Place, kind: Kind, now: u64) -> Result<NodeId> {
        let name = place.new_name()?;
        let is_directory = matches!(kind, Kind::Directory(_));
        let mount = self.node(place.parent).mount;
        let node = self.make(mount, kind, now)?;
        if let Err(errno) = self.enter(place.parent, name, node, now) {
            self.node_mut(node).links = 0;
            self.release_if_unused(node);
            return Err(errno);
        }
        self.node_mut(place.parent).links += u32::from(is_directory);
        Ok(node)
    }

    /// Adds an entry. The parent may be a directory that was removed while open: nothing comes into it any more.
    fn enter(&mut self, parent: NodeId, name: &str, node: NodeId, now: u64) -> Result<()> {
        debug_assert!(name.len() <= NAME_MAX);
        if self.node(parent).links == 0 {
            return Err(Errno::NoEntry);
        }
        let charge = entry_cost(name);
        if !self.budget.take(charge) {
            return Err(Errno::NoSpace);
        }
        self.directory_mut(parent)?.insert(Name::Made(Rc::from(name)), node, charge);
        self.touch(parent, now);
        Ok(())
    }

    /// Bytes of the budget that the entry at a place holds.
    fn charge(&mut self, place: &Place) -> u64 {
        let Last::Name(name) = &place.last else { return 0 };
        self.directory(place.parent).ok().and_then(|d| d.get(name)).map_or(0, |entry| entry.charge)
    }

    /// Takes an entry out; its node stays as it is.
    fn take_out(&mut self, place: &Place, now: u64) {
        let Last::Name(name) = &place.last else { return };
        let entry = self.directory_mut(place.parent).ok().and_then(|d| d.remove(name));
        self.budget.give(entry.map_or(0, |e| e.charge));
        self.touch(place.parent, now);
    }

    /// Removes an entry, and its node if that was its last and nobody has it open.
    fn detach(&mut self, place: &Place, now: u64) {
        let Some(id) = place.found else { return };
        self.take_out(place, now);
        let node = self.node_mut(id);
        node.times.changed = now;
        if matches!(node.kind, Kind::Directory(_)) {
            node.links = 0;
            self.node_mut(place.parent).links -= 1;
        } else {
            node.links -= 1;
        }
        self.release_if_unused(id);
    }

    /// Whether something that is, or is not, a directory may take the place of `old`.
    fn may_replace(&mut self, old: NodeId, is_directory: bool) -> Result<()> {
        match (is_directory, self.file_type(old) == FileType::Directory) {
            (true, false) => Err(Errno::NotDirectory),
            (false, true) => Err(Errno::IsDirectory),
            (true, true) if !self.directory(old)?.is_empty() => Err(Errno::NotEmpty),
            _ => Ok(()),
        }
    }

    /// Whether `directory` is `ancestor` or lies below it.
    fn is_within(&self, mut directory: NodeId, ancestor: NodeId) -> bool {
        loop {
            if directory == ancestor {
                return true;
            }
            match &self.node(directory).kind {
                Kind::Directory(d) if d.parent != directory && self.node(directory).links > 0 => directory = d.parent,
                _ => return false,
            }
        }
    }

    fn same_writable_mount(&self, a: NodeId, b: NodeId) -> Result<()> {
        self.writable(a)?;
        self.writable(b)?;
        if self.node(a).mount == self.node(b).mount { Ok(()) } else { Err(Errno::CrossDevice) }
    }
}

/// Bytes of the budget that an entry made by the program takes.
fn entry_cost(name: &str) -> u64 {
    ENTRY_COST + name.len() as u64
}
