//! Writing the result so that a crash at any moment leaves the old file, the new file or none, never half of one.

use crate::Failure;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Writes `bytes` to `path`: to a file beside it, which then takes its name.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().ok_or_else(|| Failure::input(format!("cannot write {}: it names no file", path.display())))?;
    let temporary = folder.join(format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id()));
    let written = replace(path, &temporary, folder, bytes);
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(|error| Failure::input(format!("cannot write {}: {error}", path.display())))
}

/// The name must not reach the disk before the content, nor be lost after this returns.
fn replace(path: &Path, temporary: &Path, folder: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(temporary, path)?;
    File::open(folder)?.sync_all()
}
