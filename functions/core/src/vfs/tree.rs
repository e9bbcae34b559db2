//! The nodes, their making and their end.

use super::content::Content;
use super::directory::{Directory, Name, Unread};
use super::errno::{Errno, Result};
use super::index::{self, Preopen, Written};
use super::node::{FileType, Kind, Node, NodeId, Stat, Times};
use crate::budget::Budget;
use crate::wire::Reader;
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// Bytes of the budget that a node made by the program costs, beside its content.
pub(super) const NODE_COST: u64 = 256;
/// Bytes of the budget that an entry made by the program costs, beside its name.
pub(super) const ENTRY_COST: u64 = 128;

/// A file system's root and whether it may be changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mount {
    pub(crate) root: NodeId,
    pub(crate) writable: bool,
}

/// All file systems of a machine.
pub(crate) struct Tree {
    nodes: Vec<Option<Node>>,
    free: Vec<u32>,
    mounts: Vec<Mount>,
    next_inode: u64,
    pub(super) budget: Budget,
    /// The image, for contents.
    image: &'static [u8],
}

impl Tree {
    pub(crate) fn new(image: &'static [u8], budget: Budget) -> Self {
        Self { nodes: Vec::new(), free: Vec::new(), mounts: Vec::new(), next_inode: 1, budget, image }
    }

    /// A directory of the image. Unfolded when it is looked into.
    pub(crate) fn mount_image(&mut self, preopen: &Preopen) -> Mount {
        self.mount(preopen.writable, Times::all(preopen.modified), Some(preopen.entries))
    }

    /// An empty directory.
    pub(crate) fn mount_empty(&mut self, writable: bool, now: u64) -> Mount {
        self.mount(writable, Times::all(now), None)
    }

    /// A directory with the one device that there is, `null`.
    pub(crate) fn mount_devices(&mut self, now: u64) -> Mount {
        let mount = self.mount_empty(true, now);
        self.attach(mount.root, "null", Kind::Null, now);
        mount
    }

    fn mount(&mut self, writable: bool, times: Times, unread: Option<Unread>) -> Mount {
        let mount = self.mounts.len() as u16;
        let root = self.put(mount, Kind::Directory(Directory::new(NodeId(0), unread)), times, 0);
        if let Kind::Directory(directory) = &mut self.node_mut(root).kind {
            directory.parent = root;
        }
        // Not one of a program's open descriptors: the mount itself keeps it.
        self.node_mut(root).opens = 1;
        self.mounts.push(Mount { root, writable });
        Mount { root, writable }
    }

    /// Adds a file to a tree that the program cannot write, at `path` below its root, with the directories above it. Broken paths are left out.
    pub(crate) fn add(&mut self, mount: Mount, path: &'static str, content: &'static [u8], now: u64) {
        let mut parent = mount.root;
        let mut rest = path;
        while let Some((directory, below)) = rest.split_once('/') {
            parent = match self.child(parent, directory) {
                Ok(Some(node)) if self.file_type(node) == FileType::Directory => node,
                Ok(None) if is_name(directory) => self.attach(parent, directory, Kind::Directory(Directory::new(parent, None)), now),
                _ => return,
            };
            rest = below;
        }
        if is_name(rest) && self.child(parent, rest) == Ok(None) {
            self.attach(parent, rest, Kind::File(Content::new(content)), now);
        }
    }

    fn attach(&mut self, parent: NodeId, name: &'static str, kind: Kind, now: u64) -> NodeId {
        let mount = self.node(parent).mount;
        let is_directory = matches!(kind, Kind::Directory(_));
        let node = self.put(mount, kind, Times::all(now), 0);
        self.directory_mut(parent).expect("attached to directories only").insert(Name::Image(name), node, 0);
        self.node_mut(parent).links += u32::from(is_directory);
        node
    }

    /// Whether the file system of `node` may be changed.
    pub(crate) fn writable(&self, node: NodeId) -> Result<()> {
        if self.mounts[usize::from(self.node(node).mount)].writable { Ok(()) } else { Err(Errno::NotPermitted) }
    }

    pub(crate) fn file_type(&self, node: NodeId) -> FileType {
        self.node(node).kind.file_type()
    }

    pub(crate) fn stat(&self, id: NodeId) -> Stat {
        let node = self.node(id);
        let size = match &node.kind {
            Kind::Directory(_) | Kind::Null => 0,
            Kind::File(content) => content.size(),
            Kind::Symlink(target) => target.len() as u64,
        };
        Stat {
            device: u64::from(node.mount) + 1,
            inode: node.inode,
            kind: node.kind.file_type(),
            links: u64::from(node.links),
            size,
            times: node.times,
        }
    }

    /// One more descriptor has it open.
    pub(crate) fn open_again(&mut self, node: NodeId) {
        self.node_mut(node).opens += 1;
    }

    /// A descriptor of it is closed.
    pub(crate) fn close(&mut self, node: NodeId) {
        self.node_mut(node).opens -= 1;
        self.release_if_unused(node);
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        self.nodes[id.0 as usize].as_ref().expect("a node in use is not released")
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        self.nodes[id.0 as usize].as_mut().expect("a node in use is not released")
    }

    /// The node as a directory, unfolded.
    pub(super) fn directory(&mut self, id: NodeId) -> Result<&Directory> {
        self.directory_mut(id).map(|d| &*d)
    }

    pub(super) fn directory_mut(&mut self, id: NodeId) -> Result<&mut Directory> {
        let Kind::Directory(directory) = &mut self.node_mut(id).kind else { return Err(Errno::NotDirectory) };
        if let Some(unread) = directory.unread.take() {
            self.unfold(id, unread);
        }
        match &mut self.node_mut(id).kind {
            Kind::Directory(directory) => Ok(directory),
            _ => Err(Errno::NotDirectory),
        }
    }

    pub(super) fn child(&mut self, directory: NodeId, name: &str) -> Result<Option<NodeId>> {
        Ok(self.directory(directory)?.get(name).map(|entry| entry.node))
    }

    /// Puts a node of the program's making into the tree, without an entry yet.
    pub(super) fn make(&mut self, mount: u16, kind: Kind, now: u64) -> Result<NodeId> {
        let charge = NODE_COST + if let Kind::Symlink(target) = &kind { target.len() as u64 } else { 0 };
        if !self.budget.take(charge) {
            return Err(Errno::NoSpace);
        }
        Ok(self.put(mount, kind, Times::all(now), charge))
    }

    /// Releases a node that no entry names and nobody has open.
    pub(super) fn release_if_unused(&mut self, id: NodeId) {
        let slot = &mut self.nodes[id.0 as usize];
        if slot.as_ref().is_some_and(|n| n.links == 0 && n.opens == 0)
            && let Some(mut node) = slot.take()
        {
            if let Kind::File(content) = &mut node.kind {
                content.release(&self.budget);
            }
            self.budget.give(node.charge);
            self.free.push(id.0);
        }
    }

    fn put(&mut self, mount: u16, kind: Kind, times: Times, charge: u64) -> NodeId {
        let links = if matches!(kind, Kind::Directory(_)) { 2 } else { 1 };
        let node = Node { inode: self.next_inode, mount, kind, links, opens: 0, times, charge };
        self.next_inode += 1;
        match self.free.pop() {
            Some(slot) => {
                self.nodes[slot as usize] = Some(node);
                NodeId(slot)
            }
            None => {
                self.nodes.push(Some(node));
                NodeId((self.nodes.len() - 1) as u32)
            }
        }
    }

    /// Makes nodes of the entries of a directory of the image; directories among them stay folded. The index was checked at the boot.
    fn unfold(&mut self, id: NodeId, unread: Unread) {
        const CHECKED: &str = "checked at the boot";
        let mount = self.node(id).mount;
        let mut reader = Reader::new(unread);
        let count = reader.u32().expect(CHECKED);
        let mut directories = 0;
        for _ in 0..count {
            let name = reader.text().expect(CHECKED);
            let start = reader;
            let (modified, written) = index::head(&mut reader).expect(CHECKED);
            let kind = match written {
                Written::Directory { count } => {
                    directories += 1;
                    let mut entries = start;
                    entries.bytes(12).expect(CHECKED);
                    for _ in 0..count {
                        reader.string().expect(CHECKED);
                        index::skip(&mut reader).expect(CHECKED);
                    }
                    Kind::Directory(Directory::new(id, Some(entries.rest())))
                }
                Written::File { offset, length } => {
                    Kind::File(Content::new(&self.image[offset as usize..(offset + length) as usize]))
                }
                Written::Symlink(target) => Kind::Symlink(Cow::Borrowed(target)),
            };
            let node = self.put(mount, kind, Times::all(modified), 0);
            let Kind::Directory(directory) = &mut self.node_mut(id).kind else { return };
            directory.insert(Name::Image(name), node, 0);
        }
        self.node_mut(id).links += directories;
    }
}

/// Whether an entry may be called so.
pub(super) fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['/', '\0'])
}
