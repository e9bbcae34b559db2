//! A directory's entries: by name, and in the order they were made, which is the order of listing.

use super::node::NodeId;
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::ops::Deref;

/// Where the entries' cookies begin: 0 is `.`, 1 is `..`.
pub(super) const FIRST_COOKIE: u64 = 2;

/// An entry's name: the image's own bytes, or the program's.
#[derive(Clone, Debug)]
pub(super) enum Name {
    Image(&'static str),
    Made(Rc<str>),
}

impl Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        match self {
            Name::Image(name) => name,
            Name::Made(name) => name,
        }
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) node: NodeId,
    pub(super) cookie: u64,
    /// Bytes of the budget that the entry holds.
    pub(super) charge: u64,
}

/// Where a directory of the image is written down, as long as nobody has looked into it.
pub(super) type Unread = &'static [u8];

pub(super) struct Directory {
    /// Itself for the root.
    pub(super) parent: NodeId,
    pub(super) unread: Option<Unread>,
    names: BTreeMap<Name, Entry>,
    /// A cookie stays with its entry, so a listing that goes on after changes neither repeats nor skips what was there all the time.
    order: BTreeMap<u64, Name>,
    next_cookie: u64,
}

impl Directory {
    pub(super) fn new(parent: NodeId, unread: Option<Unread>) -> Self {
        Self { parent, unread, names: BTreeMap::new(), order: BTreeMap::new(), next_cookie: FIRST_COOKIE }
    }

    pub(super) fn get(&self, name: &str) -> Option<Entry> {
        self.names.get(name).copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(super) fn insert(&mut self, name: Name, node: NodeId, charge: u64) {
        let cookie = self.next_cookie;
        self.next_cookie += 1;
        self.order.insert(cookie, name.clone());
        self.names.insert(name, Entry { node, cookie, charge });
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Entry> {
        let entry = self.names.remove(name)?;
        self.order.remove(&entry.cookie);
        Some(entry)
    }

    /// The first entry at or after a cookie.
    pub(super) fn at(&self, cookie: u64) -> Option<(u64, &str, NodeId)> {
        let (&cookie, name) = self.order.range(cookie..).next()?;
        Some((cookie, name, self.names[name].node))
    }
}
