//! The file tree: directories, files and symbolic links in memory. It knows paths and descriptors' rights, nothing of WASI's numbers.
//!
//! - **Content of the image is served in place.** A file begins as a view of the image; a page (4 KiB) of it is copied on its first write, or made
//!   when a hole is first written. A directory of the image is unfolded when it is first looked into, so a large tree that nobody opens costs nothing.
//! - **Every byte the program causes is counted** against the function's memory limit ([`crate::budget`]): pages, nodes, names. What does not fit is
//!   [`Errno::NoSpace`].
//! - **A mount is a file system of its own**: links and renames do not cross ([`Errno::CrossDevice`]). A read-only one answers every change with
//!   [`Errno::NotPermitted`], as wasmtime does for a read-only preopen.
//! - **Paths** are resolved from a directory and never leave it: `..` above it, an absolute path, or a link to one is [`Errno::NotPermitted`].
//! - Reading does not change access times, as on a file system mounted `noatime`.

mod content;
mod directory;
mod errno;
mod index;
mod node;
mod operations;
mod paths;
mod tree;

#[cfg(test)]
mod tests;

pub(crate) use errno::{Errno, Result};
pub(crate) use index::{Preopen, preopens};
pub(crate) use node::{FileType, NodeId, Stat};
pub(crate) use operations::Open;
pub(crate) use tree::{Mount, Tree};
