//! The tree's index in the image (`abi::image`): checked once as a whole, without keeping anything; read again where a directory is unfolded.

use crate::image::section;
use crate::wire::{Malformed, Reader};

/// How deep directories may lie in each other: what checking may recurse.
const DEPTH_MAX: usize = 256;

/// A node as it is written down.
pub(super) enum Written {
    Directory { count: u32 },
    File { offset: u64, length: u64 },
    Symlink(&'static str),
}

/// A preopened directory as it is written down.
pub(crate) struct Preopen {
    pub(crate) name: &'static str,
    pub(crate) writable: bool,
    pub(crate) modified: u64,
    /// The count and entries of its directory.
    pub(super) entries: &'static [u8],
}

/// Reads the preopened directories and checks everything below them, against the image whose contents they name.
pub(crate) fn preopens(index: &'static [u8], image: &'static [u8]) -> Result<alloc::vec::Vec<Preopen>, Malformed> {
    let mut reader = Reader::new(index);
    let mut found = alloc::vec::Vec::new();
    for _ in 0..reader.u32()? {
        let name = reader.text()?;
        let writable = reader.u32()? == 1;
        let start = reader;
        check(&mut reader, image, 0)?;
        let (modified, entries) = directory(start)?;
        found.push(Preopen { name, writable, modified, entries });
    }
    if !reader.is_empty() {
        return Err(Malformed("something follows its last directory"));
    }
    Ok(found)
}

/// Reads a node's head; a directory's entries follow it.
pub(super) fn head(reader: &mut Reader<'static>) -> Result<(u64, Written), Malformed> {
    let kind = reader.u32()?;
    let modified = reader.u64()?;
    let written = match kind {
        1 => Written::Directory { count: reader.u32()? },
        2 => Written::File { offset: reader.u64()?, length: reader.u64()? },
        3 => Written::Symlink(reader.text()?),
        _ => return Err(Malformed("a node is neither directory, file nor link")),
    };
    Ok((modified, written))
}

/// The time, and the count and entries, of the directory that begins here.
fn directory(start: Reader<'static>) -> Result<(u64, &'static [u8]), Malformed> {
    let mut reader = start;
    let kind = reader.u32()?;
    let modified = reader.u64()?;
    if kind != 1 {
        return Err(Malformed("a preopened directory is not a directory"));
    }
    Ok((modified, reader.rest()))
}

/// Reads a node and all below it.
pub(super) fn skip(reader: &mut Reader<'static>) -> Result<(), Malformed> {
    if let (_, Written::Directory { count }) = head(reader)? {
        for _ in 0..count {
            reader.string()?;
            skip(reader)?;
        }
    }
    Ok(())
}

fn check(reader: &mut Reader<'static>, image: &'static [u8], depth: usize) -> Result<(), Malformed> {
    match head(reader)?.1 {
        Written::Directory { .. } if depth == DEPTH_MAX => Err(Malformed("directories lie too deep in each other")),
        Written::Directory { count } => {
            for _ in 0..count {
                let name = reader.text()?;
                if matches!(name, "" | "." | "..") || name.contains(['/', '\0']) {
                    return Err(Malformed("a directory has an entry without a proper name"));
                }
                check(reader, image, depth + 1)?;
            }
            Ok(())
        }
        Written::File { offset, length } => section(image, offset, length).map(|_| ()),
        Written::Symlink(_) => Ok(()),
    }
}
