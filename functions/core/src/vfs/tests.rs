//! The tree as programs use it: tables of paths, and what must hold after any operations.

use super::{Errno, FileType, Mount, NodeId, Open, Tree, errno::Result, preopens};
use crate::budget::Budget;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const NOW: u64 = 1_000;

/// A tree with one empty directory that may be written.
struct Fixture {
    tree: Tree,
    budget: Budget,
    root: NodeId,
}

fn fixture() -> Fixture {
    with_budget(1 << 24)
}

fn with_budget(bytes: u64) -> Fixture {
    let budget = Budget::new(bytes);
    let mut tree = Tree::new(&[], budget.clone());
    let root = tree.mount_empty(true, NOW).root;
    Fixture { tree, budget, root }
}

impl Fixture {
    fn open(&mut self, path: &str, how: Open) -> Result<NodeId> {
        self.tree.open(self.root, path, how, NOW)
    }

    /// Makes, or opens, a file with this content, closed again.
    fn file(&mut self, path: &str, content: &str) -> NodeId {
        let node = self.open(path, Open { create: true, truncate: true, write: true, follow: true, ..Open::default() }).unwrap();
        self.tree.write(node, 0, content.as_bytes(), NOW).unwrap();
        self.tree.close(node);
        node
    }

    fn directory(&mut self, path: &str) {
        self.tree.make_directory(self.root, path, NOW).unwrap();
    }

    fn symlink(&mut self, path: &str, target: &str) {
        self.tree.make_symlink(self.root, path, target, NOW).unwrap();
    }

    fn read(&mut self, path: &str) -> Result<String> {
        let node = self.open(path, Open { follow: true, ..Open::default() })?;
        let mut bytes = alloc::vec![0; self.tree.size(node) as usize];
        self.tree.read(node, 0, &mut bytes)?;
        self.tree.close(node);
        Ok(String::from_utf8(bytes).unwrap())
    }

    fn stat(&mut self, path: &str) -> Result<super::Stat> {
        self.tree.stat_at(self.root, path, false)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<()> {
        self.tree.rename((self.root, from), (self.root, to), NOW)
    }

    fn link(&mut self, from: &str, to: &str) -> Result<()> {
        self.tree.link((self.root, from), (self.root, to), NOW)
    }

    fn names(&mut self, path: &str) -> Vec<String> {
        let directory = self.open(path, Open { directory: true, ..Open::default() }).unwrap();
        let names = names(&mut self.tree, directory);
        self.tree.close(directory);
        names
    }
}

fn names(tree: &mut Tree, directory: NodeId) -> Vec<String> {
    let mut names = Vec::new();
    let mut cookie = 0;
    while let Some(entry) = tree.list(directory, cookie).unwrap() {
        cookie = entry.next;
        names.push(entry.name.to_owned());
    }
    names
}

/// `d/` with a file, a directory, and links of every kind.
fn populated() -> Fixture {
    let mut f = fixture();
    f.directory("d");
    f.directory("d/sub");
    f.file("d/file", "content");
    for (path, target) in [
        ("to-file", "d/file"),
        ("to-dir", "d"),
        ("to-slash", "d/"),
        ("to-file-slash", "d/file/"),
        ("dangling", "nowhere"),
        ("loop", "loop"),
        ("loop-a", "loop-b"),
        ("loop-b", "loop-a"),
        ("d/up", "../d/file"),
        ("d/sub/out", "../../../etc"),
        ("d/sub/root", "../.."),
        ("chain", "to-dir/up"),
    ] {
        f.symlink(path, target);
    }
    f
}

#[test]
fn paths_lead_where_they_should() {
    let long_name = "n".repeat(256);
    let long_path = "d/".repeat(2050);
    let table: &[(&str, Result<&str>)] = &[
        ("d/file", Ok("content")),
        ("./d//./file", Ok("content")),
        ("d/sub/../file", Ok("content")),
        ("d/../d/file", Ok("content")),
        ("to-file", Ok("content")),
        ("to-dir/file", Ok("content")),
        ("to-slash/file", Ok("content")),
        ("chain", Ok("content")),
        ("d/up", Ok("content")),
        ("d/sub/root/d/file", Ok("content")),
        ("to-dir/../d/file", Ok("content")),
        ("", Err(Errno::NoEntry)),
        ("nowhere", Err(Errno::NoEntry)),
        ("dangling", Err(Errno::NoEntry)),
        ("nowhere/file", Err(Errno::NoEntry)),
        ("nowhere/../d/file", Err(Errno::NoEntry)),
        ("d/file/", Err(Errno::NotDirectory)),
        ("d/file/x", Err(Errno::NotDirectory)),
        ("d/file/..", Err(Errno::NotDirectory)),
        ("d/file/.", Err(Errno::NotDirectory)),
        ("to-file/", Err(Errno::NotDirectory)),
        ("to-file-slash", Err(Errno::NotDirectory)),
        ("loop", Err(Errno::Loop)),
        ("loop-a/x", Err(Errno::Loop)),
        ("..", Err(Errno::NotPermitted)),
        ("../d/file", Err(Errno::NotPermitted)),
        ("d/../../d/file", Err(Errno::NotPermitted)),
        ("d/sub/out", Err(Errno::NotPermitted)),
        ("/d/file", Err(Errno::NotPermitted)),
        ("/", Err(Errno::NotPermitted)),
        ("d/fi\0le", Err(Errno::Invalid)),
        (&long_name, Err(Errno::NameTooLong)),
        (&long_path, Err(Errno::NameTooLong)),
    ];
    for (path, expected) in table {
        assert_eq!(populated().read(path), expected.map(str::to_owned), "{path:?}");
    }
}

#[test]
fn a_subdirectory_is_a_border_of_its_own() {
    let mut f = populated();
    let sub = f.open("d/sub", Open { directory: true, ..Open::default() }).unwrap();
    for path in ["..", "../file", "root", "root/d", "./../sub"] {
        assert_eq!(f.tree.stat_at(sub, path, true), Err(Errno::NotPermitted), "{path:?}");
    }
}

#[test]
fn opening_answers_as_posix_does() {
    let none = Open::default();
    let follow = Open { follow: true, ..none };
    let create = Open { create: true, write: true, follow: true, ..none };
    let exclusive = Open { exclusive: true, ..create };
    let directory = Open { directory: true, ..none };
    let write = Open { write: true, ..none };
    let table: &[(&str, Open, Result<()>)] = &[
        ("d", none, Ok(())),
        ("d/", none, Ok(())),
        (".", directory, Ok(())),
        ("d", directory, Ok(())),
        ("d/file", directory, Err(Errno::NotDirectory)),
        ("d", write, Err(Errno::IsDirectory)),
        ("d", create, Err(Errno::IsDirectory)),
        ("d", Open { truncate: true, ..none }, Err(Errno::IsDirectory)),
        ("d", exclusive, Err(Errno::Exists)),
        ("d/file", exclusive, Err(Errno::Exists)),
        ("dangling", exclusive, Err(Errno::Exists)),
        ("dangling", create, Ok(())),
        ("dangling", none, Err(Errno::Loop)),
        ("to-file", none, Err(Errno::Loop)),
        ("to-file", write, Err(Errno::Loop)),
        ("to-dir", directory, Err(Errno::NotDirectory)),
        ("to-dir/", directory, Ok(())),
        ("to-dir", Open { directory: true, ..follow }, Ok(())),
        ("new", create, Ok(())),
        ("new/", create, Err(Errno::IsDirectory)),
        ("nowhere/new", create, Err(Errno::NoEntry)),
        ("d/file/new", create, Err(Errno::NotDirectory)),
        ("new", Open { directory: true, ..create }, Err(Errno::Invalid)),
        ("d", Open { directory: true, truncate: true, ..none }, Err(Errno::Invalid)),
    ];
    for (path, how, expected) in table {
        assert_eq!(populated().open(path, *how).map(|_| ()), *expected, "{path:?} {how:?}");
    }
}

#[test]
fn making_a_file_through_a_dangling_link_makes_its_target() {
    let mut f = populated();
    f.file("dangling", "made");
    assert_eq!(f.read("nowhere").unwrap(), "made");
}

#[test]
fn truncating_keeps_the_node_and_empties_it() {
    let mut f = populated();
    let before = f.stat("d/file").unwrap().inode;
    f.open("d/file", Open { truncate: true, write: true, ..Open::default() }).unwrap();
    let after = f.stat("d/file").unwrap();
    assert_eq!((after.inode, after.size), (before, 0));
}

#[test]
fn making_directories_and_links() {
    let table: &[(&str, Result<()>)] = &[
        ("new", Ok(())),
        ("new/", Ok(())),
        ("d/sub/new", Ok(())),
        ("d", Err(Errno::Exists)),
        ("d/", Err(Errno::Exists)),
        ("d/file", Err(Errno::Exists)),
        ("dangling", Err(Errno::Exists)),
        (".", Err(Errno::Exists)),
        ("d/..", Err(Errno::Exists)),
        ("nowhere/new", Err(Errno::NoEntry)),
        ("d/file/new", Err(Errno::NotDirectory)),
        ("../new", Err(Errno::NotPermitted)),
    ];
    for (path, expected) in table {
        let mut f = populated();
        let root = f.root;
        assert_eq!(f.tree.make_directory(root, path, NOW), *expected, "mkdir {path:?}");
    }
    let mut f = populated();
    let root = f.root;
    let mut symlink = |path: &str, target: &str| f.tree.make_symlink(root, path, target, NOW);
    assert_eq!(symlink("new/", "x"), Err(Errno::NoEntry));
    assert_eq!(symlink("d", "x"), Err(Errno::Exists));
    assert_eq!(symlink("new", "/etc/passwd"), Err(Errno::NotPermitted));
    assert_eq!(symlink("new", ""), Err(Errno::NoEntry));
    assert_eq!(symlink("new", "a\0b"), Err(Errno::Invalid));
    assert_eq!(symlink("new", &"x".repeat(4097)), Err(Errno::NameTooLong));
    assert_eq!(symlink("new", "../../anywhere"), Ok(()));
    assert_eq!(f.tree.read_link(root, "new"), Ok("../../anywhere"));
    assert_eq!(f.tree.read_link(root, "d/file"), Err(Errno::Invalid));
    assert_eq!(f.tree.read_link(root, "d"), Err(Errno::Invalid));
}

#[test]
fn removing_answers_as_posix_does() {
    let unlink: &[(&str, Result<()>)] = &[
        ("d/file", Ok(())),
        ("to-file", Ok(())),
        ("dangling", Ok(())),
        ("loop", Ok(())),
        ("d/file/", Err(Errno::NotDirectory)),
        ("to-dir/", Err(Errno::NotDirectory)),
        ("d", Err(Errno::IsDirectory)),
        ("d/", Err(Errno::IsDirectory)),
        (".", Err(Errno::IsDirectory)),
        ("nowhere", Err(Errno::NoEntry)),
        ("..", Err(Errno::NotPermitted)),
    ];
    for (path, expected) in unlink {
        let mut f = populated();
        let root = f.root;
        assert_eq!(f.tree.unlink(root, path, NOW), *expected, "unlink {path:?}");
    }
    let remove: &[(&str, Result<()>)] = &[
        ("empty", Ok(())),
        ("empty/", Ok(())),
        ("d", Err(Errno::NotEmpty)),
        ("d/file", Err(Errno::NotDirectory)),
        ("d/file/", Err(Errno::NotDirectory)),
        ("to-dir", Err(Errno::NotDirectory)),
        (".", Err(Errno::Invalid)),
        ("empty/.", Err(Errno::Invalid)),
        ("empty/..", Err(Errno::NotEmpty)),
        ("nowhere", Err(Errno::NoEntry)),
    ];
    for (path, expected) in remove {
        let mut f = populated();
        f.directory("empty");
        let root = f.root;
        assert_eq!(f.tree.remove_directory(root, path, NOW), *expected, "rmdir {path:?}");
    }
}

#[test]
fn renaming_answers_as_posix_does() {
    let table: &[(&str, &str, Result<()>)] = &[
        ("d/file", "new", Ok(())),
        ("d/file", "d/file", Ok(())),
        ("d/file", "other", Ok(())),
        ("d/file", "to-dir", Ok(())),
        ("d", "new", Ok(())),
        ("d", "new/", Ok(())),
        ("d/", "new/", Ok(())),
        ("d", "empty", Ok(())),
        ("to-dir", "new", Ok(())),
        ("dangling", "new", Ok(())),
        ("d/file", "new/", Err(Errno::NotDirectory)),
        ("d/file/", "new", Err(Errno::NotDirectory)),
        ("to-dir/", "new", Err(Errno::NotDirectory)),
        ("d/file", "empty", Err(Errno::IsDirectory)),
        ("empty", "d", Err(Errno::NotEmpty)),
        ("empty", "other", Err(Errno::NotDirectory)),
        ("empty", "dangling", Err(Errno::NotDirectory)),
        ("d", "d/sub", Err(Errno::Invalid)),
        ("d", "d/new", Err(Errno::Invalid)),
        ("d", "d/sub/new", Err(Errno::Invalid)),
        ("d", "to-dir/new", Err(Errno::Invalid)),
        ("d/sub", "d", Err(Errno::NotEmpty)),
        ("nowhere", "new", Err(Errno::NoEntry)),
        ("d/file", "nowhere/new", Err(Errno::NoEntry)),
        (".", "new", Err(Errno::Busy)),
        ("d", ".", Err(Errno::Busy)),
        ("d", "empty/..", Err(Errno::Busy)),
        ("d", "../new", Err(Errno::NotPermitted)),
    ];
    for (from, to, expected) in table {
        let mut f = populated();
        f.directory("empty");
        f.file("other", "other");
        assert_eq!(f.rename(from, to), *expected, "{from:?} to {to:?}");
    }
}

#[test]
fn a_renamed_file_is_the_same_file_and_what_it_replaced_is_gone() {
    let mut f = fixture();
    f.file("a", "one");
    f.file("b", "two");
    let inode = f.stat("a").unwrap().inode;
    f.rename("a", "b").unwrap();
    assert_eq!((f.read("b").unwrap().as_str(), f.stat("b").unwrap().inode), ("one", inode));
    assert_eq!(f.read("a"), Err(Errno::NoEntry));
    assert_eq!(f.names("."), [".", "..", "b"]);
}

#[test]
fn renaming_one_name_of_a_file_to_another_changes_nothing() {
    let mut f = fixture();
    f.file("a", "one");
    f.link("a", "b").unwrap();
    f.rename("a", "b").unwrap();
    assert_eq!(f.names("."), [".", "..", "a", "b"]);
}

#[test]
fn links_count() {
    let mut f = fixture();
    f.file("a", "one");
    assert_eq!(f.link("a", "b"), Ok(()));
    assert_eq!(f.stat("a").unwrap().links, 2);
    assert_eq!(f.stat("a").unwrap().inode, f.stat("b").unwrap().inode);
    let root = f.root;
    f.tree.unlink(root, "a", NOW).unwrap();
    assert_eq!((f.stat("b").unwrap().links, f.read("b").unwrap().as_str()), (1, "one"));
    assert_eq!(f.stat(".").unwrap().links, 2);
    f.directory("x");
    f.directory("x/y");
    assert_eq!((f.stat(".").unwrap().links, f.stat("x").unwrap().links), (3, 3));
    f.rename("x/y", "y").unwrap();
    assert_eq!((f.stat(".").unwrap().links, f.stat("x").unwrap().links), (4, 2));
    f.rename("y", "x").unwrap();
    assert_eq!(f.stat(".").unwrap().links, 3);
}

#[test]
fn linking_answers_as_posix_does() {
    let table: &[(&str, &str, Result<()>)] = &[
        ("to-file", "new", Ok(())),
        ("dangling", "new", Ok(())),
        ("d", "new", Err(Errno::NotPermitted)),
        ("d/file", "d/file", Err(Errno::Exists)),
        ("d/file", "d", Err(Errno::Exists)),
        ("d/file", "dangling", Err(Errno::Exists)),
        ("d/file", "new/", Err(Errno::NoEntry)),
        ("d/file/", "new", Err(Errno::NotDirectory)),
        ("nowhere", "new", Err(Errno::NoEntry)),
        ("d/file", "../new", Err(Errno::NotPermitted)),
    ];
    for (from, to, expected) in table {
        assert_eq!(populated().link(from, to), *expected, "{from:?} to {to:?}");
    }
}

#[test]
fn an_unlinked_file_lives_while_it_is_open() {
    let mut f = fixture();
    f.file("a", "one");
    let used = f.budget.used();
    let open = f.open("a", Open::default()).unwrap();
    let root = f.root;
    f.tree.unlink(root, "a", NOW).unwrap();
    assert_eq!(f.stat("a"), Err(Errno::NoEntry));
    f.file("a", "another");
    let mut bytes = [0; 3];
    f.tree.read(open, 0, &mut bytes).unwrap();
    assert_eq!((&bytes, f.tree.stat(open).links), (b"one", 0));
    f.tree.close(open);
    assert_eq!(f.budget.used(), used, "its bytes are given back");
}

#[test]
fn nothing_comes_into_a_removed_directory() {
    let mut f = fixture();
    f.directory("d");
    let d = f.open("d", Open { directory: true, ..Open::default() }).unwrap();
    let root = f.root;
    f.tree.remove_directory(root, "d", NOW).unwrap();
    assert_eq!(f.tree.make_directory(d, "x", NOW), Err(Errno::NoEntry));
    assert_eq!(f.tree.open(d, "x", Open { create: true, write: true, ..Open::default() }, NOW), Err(Errno::NoEntry));
    assert!(names(&mut f.tree, d).is_empty());
    f.tree.close(d);
    assert_eq!(f.budget.used(), 0);
}

#[test]
fn a_listing_stays_right_while_entries_come_and_go() {
    let mut f = fixture();
    for name in ["a", "b", "c", "d"] {
        f.file(name, "");
    }
    let root = f.root;
    let mut seen = Vec::new();
    let mut cookie = 0;
    while let Some(entry) = f.tree.list(root, cookie).unwrap() {
        cookie = entry.next;
        let name = entry.name.to_owned();
        match name.as_str() {
            "a" => f.file("late", ""),
            "b" => {
                f.tree.unlink(root, "a", NOW).unwrap();
                f.tree.unlink(root, "c", NOW).unwrap();
                root
            }
            _ => root,
        };
        seen.push(name);
    }
    assert_eq!(seen, [".", "..", "a", "b", "d", "late"]);
    assert!(f.tree.list(root, u64::MAX).unwrap().is_none());
}

/// Removes all below a directory.
fn clear(tree: &mut Tree, directory: NodeId) {
    for name in names(tree, directory).into_iter().skip(2) {
        match tree.unlink(directory, &name, NOW) {
            Err(Errno::IsDirectory) => {
                let how = Open { directory: true, ..Open::default() };
                let below = tree.open(directory, &name, how, NOW).unwrap();
                clear(tree, below);
                tree.close(below);
                tree.remove_directory(directory, &name, NOW).unwrap();
            }
            other => other.unwrap(),
        }
    }
}

#[test]
fn removing_everything_gives_everything_back() {
    let mut f = populated();
    assert!(f.budget.used() > 0);
    let root = f.root;
    clear(&mut f.tree, root);
    assert_eq!(f.budget.used(), 0);
}

#[test]
fn a_full_budget_is_no_space_and_leaves_the_tree_as_it_was() {
    for budget in (0..3_000).step_by(50) {
        let mut f = with_budget(budget);
        let root = f.root;
        let mut made = Vec::new();
        for i in 0..10 {
            let name = format!("name-{i}");
            match f.tree.make_directory(root, &name, NOW) {
                Ok(()) => made.push(name),
                Err(errno) => assert_eq!(errno, Errno::NoSpace),
            }
        }
        assert!(made.len() < 10);
        assert_eq!(names(&mut f.tree, root)[2..], made[..]);
        for name in &made {
            let longer = format!("{name}{}", "x".repeat(200));
            match f.rename(name, &longer) {
                Ok(()) => assert!(f.stat(&longer).is_ok()),
                Err(errno) => assert_eq!((errno, f.stat(name).map(|s| s.links)), (Errno::NoSpace, Ok(2))),
            }
        }
        for name in names(&mut f.tree, root).into_iter().skip(2) {
            f.tree.remove_directory(root, &name, NOW).unwrap();
        }
        assert_eq!(f.budget.used(), 0, "with {budget}");
    }
}

#[test]
fn a_rename_without_room_takes_nothing_away() {
    let (mut tree, mount, budget) = mounted(1);
    assert!(budget.take(budget.limit() - 100));
    let root = mount.root;
    assert_eq!(tree.rename((root, "to"), (root, "greeting"), NOW), Err(Errno::NoSpace));
    assert_eq!(names(&mut tree, root), [".", "..", "empty", "greeting", "out", "sub", "to"]);
}

#[test]
fn times_are_set_and_kept() {
    let mut f = fixture();
    f.file("a", "");
    let root = f.root;
    f.tree.set_times_at(root, "a", false, [Some(5), None], 9_000).unwrap();
    let t = f.stat("a").unwrap().times;
    assert_eq!((t.accessed, t.modified, t.changed), (5, NOW, 9_000));
    let node = f.open("a", Open { write: true, ..Open::default() }).unwrap();
    f.tree.write(node, 0, b"", 20_000).unwrap();
    assert_eq!(f.tree.stat(node).times.modified, NOW, "writing nothing changes nothing");
    f.tree.write(node, 0, b"x", 20_000).unwrap();
    assert_eq!(f.tree.stat(node).times.modified, 20_000);
    f.tree.make_directory(root, "d", 30_000).unwrap();
    assert_eq!(f.stat(".").unwrap().times.modified, 30_000);
}

/// Encodes an index as the host does.
enum Item {
    Directory(Vec<(&'static str, Item)>),
    File(u64, u64),
    Symlink(&'static str),
}

fn string(out: &mut Vec<u8>, s: &str) {
    out.extend((s.len() as u32).to_le_bytes());
    out.extend(s.as_bytes());
}

fn encode(out: &mut Vec<u8>, item: &Item) {
    let kind: u32 = match item {
        Item::Directory(_) => 1,
        Item::File(..) => 2,
        Item::Symlink(_) => 3,
    };
    out.extend(kind.to_le_bytes());
    out.extend(77u64.to_le_bytes());
    match item {
        Item::Directory(entries) => {
            out.extend((entries.len() as u32).to_le_bytes());
            for (name, item) in entries {
                string(out, name);
                encode(out, item);
            }
        }
        Item::File(offset, length) => {
            out.extend(offset.to_le_bytes());
            out.extend(length.to_le_bytes());
        }
        Item::Symlink(target) => string(out, target),
    }
}

fn index(directories: &[(&str, u32, Item)]) -> &'static [u8] {
    let mut out = (directories.len() as u32).to_le_bytes().to_vec();
    for (name, writable, item) in directories {
        string(&mut out, name);
        out.extend(writable.to_le_bytes());
        encode(&mut out, item);
    }
    out.leak()
}

const IMAGE: &[u8] = b"....hello world";

fn sample() -> Item {
    Item::Directory(alloc::vec![
        ("empty", Item::Directory(Vec::new())),
        ("greeting", Item::File(4, 5)),
        ("out", Item::Symlink("/etc/passwd")),
        ("sub", Item::Directory(alloc::vec![("deep", Item::Directory(alloc::vec![("f", Item::File(10, 5))])), ("g", Item::File(0, 0))])),
        ("to", Item::Symlink("sub/deep/f")),
    ])
}

fn mounted(writable: u32) -> (Tree, Mount, Budget) {
    let budget = Budget::new(1 << 20);
    let mut tree = Tree::new(IMAGE, budget.clone());
    let found = preopens(index(&[("/data", writable, sample())]), IMAGE).unwrap();
    assert_eq!((found.len(), found[0].name, found[0].writable), (1, "/data", writable == 1));
    let mount = tree.mount_image(&found[0]);
    (tree, mount, budget)
}

#[test]
fn the_images_tree_is_served_in_place() {
    let (tree, mount, budget) = mounted(0);
    let mut f = Fixture { tree, budget, root: mount.root };
    assert_eq!(f.names("."), [".", "..", "empty", "greeting", "out", "sub", "to"]);
    assert_eq!(f.names("sub"), [".", "..", "deep", "g"]);
    assert_eq!(f.read("greeting").unwrap(), "hello");
    assert_eq!(f.read("to").unwrap(), "world");
    assert_eq!(f.read("out"), Err(Errno::NotPermitted));
    let stat = f.stat("sub/deep").unwrap();
    assert_eq!((stat.links, stat.times.modified), (2, 77));
    assert_eq!(f.stat(".").unwrap().links, 4);
    assert_eq!(f.budget.used(), 0);
}

#[test]
fn a_read_only_tree_permits_nothing() {
    let (mut tree, mount, _) = mounted(0);
    let root = mount.root;
    let file = tree.open(root, "greeting", Open::default(), NOW).unwrap();
    let refused = [
        tree.open(root, "greeting", Open { write: true, ..Open::default() }, NOW).map(|_| ()),
        tree.open(root, "greeting", Open { truncate: true, ..Open::default() }, NOW).map(|_| ()),
        tree.open(root, "new", Open { create: true, ..Open::default() }, NOW).map(|_| ()),
        tree.make_directory(root, "new", NOW),
        tree.make_symlink(root, "new", "x", NOW),
        tree.link((root, "greeting"), (root, "new"), NOW),
        tree.rename((root, "greeting"), (root, "new"), NOW),
        tree.unlink(root, "greeting", NOW),
        tree.remove_directory(root, "empty", NOW),
        tree.set_times_at(root, "greeting", false, [Some(1), None], NOW),
        tree.set_times(file, [Some(1), None], NOW),
        tree.resize(file, 0, NOW),
        tree.allocate(file, 0, 1, NOW),
    ];
    for (i, result) in refused.into_iter().enumerate() {
        assert_eq!(result, Err(Errno::NotPermitted), "number {i}");
    }
}

#[test]
fn a_scratch_tree_is_copied_as_it_is_written() {
    let (tree, mount, budget) = mounted(1);
    let mut f = Fixture { tree, budget, root: mount.root };
    let file = f.open("greeting", Open { write: true, ..Open::default() }).unwrap();
    f.tree.write(file, 1, b"a", NOW).unwrap();
    assert_eq!(f.read("greeting").unwrap(), "hallo");
    assert_eq!(IMAGE, b"....hello world");
    f.tree.close(file);
    let root = f.root;
    f.tree.unlink(root, "greeting", NOW).unwrap();
    f.rename("sub", "moved").unwrap();
    assert_eq!(f.names("."), [".", "..", "empty", "out", "to", "moved"]);
    assert_eq!(f.names("moved"), [".", "..", "deep", "g"]);
    f.rename("moved", "greeting").unwrap();
    f.file("greeting/new", "x");
    f.tree.unlink(root, "greeting/new", NOW).unwrap();
    f.tree.unlink(root, "greeting/g", NOW).unwrap();
    f.tree.remove_directory(root, "empty", NOW).unwrap();
    let left = f.budget.used();
    assert!(left < 1000, "only the renamed entry is held, not {left} bytes");
}

#[test]
fn file_systems_do_not_mix() {
    let budget = Budget::new(1 << 20);
    let mut tree = Tree::new(&[], budget);
    let (a, b) = (tree.mount_empty(true, NOW).root, tree.mount_empty(true, NOW).root);
    tree.make_directory(a, "d", NOW).unwrap();
    assert_eq!(tree.rename((a, "d"), (b, "d"), NOW), Err(Errno::CrossDevice));
    assert_eq!(tree.link((a, "d"), (b, "d"), NOW), Err(Errno::CrossDevice));
    assert_ne!(tree.stat(a).device, tree.stat(b).device);
    assert_ne!(tree.stat(a).inode, tree.stat(b).inode);
}

#[test]
fn a_broken_index_is_refused() {
    let good = index(&[("/data", 0, sample()), ("/work", 1, sample())]);
    assert!(preopens(good, IMAGE).is_ok());
    for cut in 0..good.len() {
        assert!(preopens(&good[..cut], IMAGE).is_err(), "cut at {cut}");
    }
    let longer: &'static [u8] = [good, &[0]].concat().leak();
    assert!(preopens(longer, IMAGE).is_err());
    let mut deep = Item::Directory(Vec::new());
    for _ in 0..1000 {
        deep = Item::Directory(alloc::vec![("d", deep)]);
    }
    let bad = [
        Item::File(0, 1),
        deep,
        Item::Directory(alloc::vec![("f", Item::File(4, 100))]),
        Item::Directory(alloc::vec![("f", Item::File(u64::MAX, 2))]),
        Item::Directory(alloc::vec![("", Item::File(0, 0))]),
        Item::Directory(alloc::vec![("..", Item::File(0, 0))]),
        Item::Directory(alloc::vec![("a/b", Item::File(0, 0))]),
        Item::Directory(alloc::vec![("a\0", Item::File(0, 0))]),
    ];
    for (i, item) in bad.into_iter().enumerate() {
        assert!(preopens(index(&[("/data", 0, item)]), IMAGE).is_err(), "number {i}");
    }
}

#[test]
fn files_of_a_request_make_their_directories() {
    let mut tree = Tree::new(&[], Budget::new(0));
    let mount = tree.mount_empty(false, NOW);
    for (path, content) in [("method", "GET"), ("header/accept", "*/*"), ("header/host", "h"), ("header", "no"), ("method/x", "no"), ("../x", "no"), ("", "no"), ("method", "twice")] {
        tree.add(mount, path, content.as_bytes(), NOW);
    }
    let mut f = Fixture { tree, budget: Budget::new(0), root: mount.root };
    assert_eq!(f.names("."), [".", "..", "method", "header"]);
    assert_eq!(f.names("header"), [".", "..", "accept", "host"]);
    assert_eq!((f.read("method").unwrap().as_str(), f.read("header/accept").unwrap().as_str()), ("GET", "*/*"));
    assert_eq!(f.stat(".").unwrap().links, 3);
}

#[test]
fn the_null_device_takes_everything_and_costs_nothing() {
    let mut f = fixture();
    let devices = f.tree.mount_devices(NOW).root;
    let how = Open { create: true, truncate: true, write: true, follow: true, ..Open::default() };
    let node = f.tree.open(devices, "null", how, NOW).unwrap();
    assert_eq!(f.tree.file_type(node), FileType::Device);
    assert_eq!(f.tree.write(node, u64::MAX, &[1; 10_000], NOW), Ok(10_000));
    assert_eq!(f.tree.read(node, 0, &mut [0; 10]), Ok(0));
    assert_eq!(f.tree.size(node), 0);
    assert_eq!(f.tree.resize(node, 1, NOW), Err(Errno::Invalid));
    assert_eq!(f.tree.open(devices, "null", Open { directory: true, ..Open::default() }, NOW), Err(Errno::NotDirectory));
    assert_eq!(f.tree.open(devices, "null/", Open::default(), NOW), Err(Errno::NotDirectory));
    f.tree.close(node);
    assert_eq!(names(&mut f.tree, devices), [".", "..", "null"]);
    assert_eq!(f.budget.used(), 0);
}

/// Random operations: no panic, and everything removed gives everything back.
#[test]
fn random_operations_keep_the_count() {
    let paths = ["a", "b", "a/b", "a/c", "b/a", "a/b/c", "./a/../b", "l", "l/x", "b/l"];
    let mut seed = 99u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % below
    };
    let mut f = with_budget(40_000);
    let root = f.root;
    let mut open = Vec::new();
    for _ in 0..20_000 {
        let (p, q) = (paths[next(paths.len())], paths[next(paths.len())]);
        match next(11) {
            0 => _ = f.tree.make_directory(root, p, NOW),
            1 => _ = f.tree.make_symlink(root, p, q, NOW),
            2 => _ = f.rename(p, q),
            3 => _ = f.link(p, q),
            4 => _ = f.tree.unlink(root, p, NOW),
            5 => _ = f.tree.remove_directory(root, p, NOW),
            6 if !open.is_empty() => f.tree.close(open.swap_remove(next(open.len()))),
            7 if !open.is_empty() => _ = f.tree.write(open[next(open.len())], next(9_000) as u64, b"bytes", NOW),
            8 if !open.is_empty() => _ = f.tree.resize(open[next(open.len())], next(9_000) as u64, NOW),
            9 => _ = f.stat(p),
            _ if open.len() < 50 => open.extend(f.open(p, Open { create: next(2) == 0, write: next(2) == 0, follow: next(2) == 0, ..Open::default() })),
            _ => (),
        }
    }
    for node in open {
        f.tree.close(node);
    }
    clear(&mut f.tree, root);
    assert_eq!(names(&mut f.tree, root), [".", ".."]);
    assert_eq!(f.budget.used(), 0);
    assert_eq!(f.tree.stat(root).links, 2);
}
