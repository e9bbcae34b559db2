//! Tells the program what it is made of, for its fingerprint: the version of wasmtime in the lock file, and a hash of the sources.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

fn main() {
    let mut hash = DefaultHasher::new();
    for folder in ["src", "../settings/src"] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files: Vec<_> = fs::read_dir(folder).expect("sources").map(|entry| entry.expect("source").path()).collect();
        files.sort();
        files.iter().for_each(|file| fs::read(file).expect("source").hash(&mut hash));
    }
    println!("cargo::rustc-env=MAYFLY_SOURCES={:016x}", hash.finish());
    println!("cargo::rerun-if-changed=../Cargo.lock");
    println!("cargo::rustc-env=MAYFLY_WASMTIME={}", locked("wasmtime", Path::new("../Cargo.lock")));
}

/// The version of `package` in the lock file.
fn locked(package: &str, lock: &Path) -> String {
    let lock = fs::read_to_string(lock).expect("Cargo.lock");
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \"")).expect("package in Cargo.lock");
    after.split('"').next().expect("version").to_owned()
}
