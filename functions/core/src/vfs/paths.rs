//! From a path to a node, or to the place where one would be.

use super::errno::{Errno, Result};
use super::node::{Kind, NodeId};
use super::tree::Tree;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// Bytes of a name, at the most.
pub(super) const NAME_MAX: usize = 255;
/// Bytes of a path, at the most, links in it resolved.
pub(super) const PATH_MAX: usize = 4096;
/// Symbolic links in a path, at the most.
const LINKS_MAX: usize = 40;

/// What a path's last part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Last {
    Name(String),
    /// `.`, or nothing but slashes after a directory.
    Dot,
    /// `..`
    DotDot,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The directory that has, or would have, the entry.
    pub(super) parent: NodeId,
    pub(super) last: Last,
    pub(super) found: Option<NodeId>,
    /// The path ended in a slash: only a directory will do.
    pub(super) slash: bool,
}

impl Place {
    /// The name of an entry that is to be made; there must be none yet.
    pub(super) fn new_name(&self) -> Result<&str> {
        match (&self.last, self.found) {
            (_, Some(_)) | (Last::Dot | Last::DotDot, _) => Err(Errno::Exists),
            (Last::Name(name), None) => Ok(name),
        }
    }

    /// What is there.
    pub(super) fn existing(&self) -> Result<NodeId> {
        self.found.ok_or(Errno::NoEntry)
    }
}

/// Whether a symbolic link at a path's end is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    Yes,
    /// Only if a slash follows it.
    AtSlash,
    /// Not even then: the entry itself is to be changed.
    Never,
}

impl Tree {
    /// Walks `path` from the directory `base`, and never out of it.
    pub(super) fn walk(&mut self, base: NodeId, path: &str, follow: Follow) -> Result<Place> {
        check(path)?;
        self.directory(base)?;
        let mut trail: Vec<NodeId> = Vec::with_capacity(8);
        let mut current = base;
        let mut rest = Cow::Borrowed(path);
        let mut at = 0;
        let mut links = 0;
        loop {
            let (start, end) = part(&rest, at);
            let name = &rest[start..end];
            let last = rest[end..].bytes().all(|b| b == b'/');
            let slash = end < rest.len();
            if matches!(name, "" | "." | "..") {
                if name == ".." {
                    current = trail.pop().ok_or(Errno::NotPermitted)?;
                }
                if last {
                    let last = if name == ".." { Last::DotDot } else { Last::Dot };
                    return Ok(Place { parent: current, last, found: Some(current), slash });
                }
                at = end;
                continue;
            }
            if name.len() > NAME_MAX {
                return Err(Errno::NameTooLong);
            }
            let found = self.child(current, name)?;
            if let Some(node) = found
                && let Kind::Symlink(target) = &self.node(node).kind
                && (!last || follow == Follow::Yes || follow == Follow::AtSlash && slash)
            {
                links += 1;
                rest = Cow::Owned(through(target, &rest[end..], links)?);
                at = 0;
                continue;
            }
            if last {
                return Ok(Place { parent: current, last: Last::Name(name.into()), found, slash });
            }
            trail.push(current);
            current = found.ok_or(Errno::NoEntry)?;
            self.directory(current)?;
            at = end;
        }
    }
}

/// The next part of a path, from its first byte that is no slash.
fn part(path: &str, from: usize) -> (usize, usize) {
    let start = path[from..].find(|c| c != '/').map_or(path.len(), |n| from + n);
    let end = path[start..].find('/').map_or(path.len(), |n| start + n);
    (start, end)
}

fn check(path: &str) -> Result<()> {
    if path.is_empty() {
        return Err(Errno::NoEntry);
    }
    if path.contains('\0') {
        return Err(Errno::Invalid);
    }
    if path.len() > PATH_MAX {
        return Err(Errno::NameTooLong);
    }
    if path.starts_with('/') {
        return Err(Errno::NotPermitted);
    }
    Ok(())
}

/// The path that remains after a link, seen from the link's own directory.
fn through(target: &str, rest: &str, links: usize) -> Result<String> {
    if links > LINKS_MAX {
        return Err(Errno::Loop);
    }
    if target.is_empty() {
        return Err(Errno::NoEntry);
    }
    if target.starts_with('/') {
        return Err(Errno::NotPermitted);
    }
    if target.len() + rest.len() > PATH_MAX {
        return Err(Errno::NameTooLong);
    }
    let mut path = String::with_capacity(target.len() + rest.len());
    path.push_str(target);
    path.push_str(rest);
    Ok(path)
}
