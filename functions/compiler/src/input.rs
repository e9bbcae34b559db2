//! Reading the input, and telling from its first bytes what it is.

use crate::Failure;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes that an input may have. Large real functions (a JavaScript or Python engine) have 10 to 40 MiB; code is several times as large as its Wasm.
const LIMIT: u64 = 256 << 20;

/// Bytes before sections: magic, version and layer.
const HEADER: usize = 8;

/// What a well-formed header announces.
pub enum Kind {
    Module,
    Component,
}

/// The whole file.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let failure = |error: std::io::Error| Failure::input(format!("cannot read {shown}: {error}"));
    let file = File::open(path).map_err(failure)?;
    let mut bytes = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(failure)?;
    if bytes.len() as u64 > LIMIT {
        return Err(Failure::input(format!("{shown} is larger than {} MiB, the most that is compiled", LIMIT >> 20)));
    }
    Ok(bytes)
}

/// Module or component, by the header.
///
/// # Errors
/// Neither: the message says what it is instead, without the file's name.
pub fn kind(bytes: &[u8]) -> Result<Kind, String> {
    match bytes {
        [] => Err("is empty; expected a WebAssembly module".to_owned()),
        [b'\0', b'a', b's', b'm', version_and_layer @ ..] => match version_and_layer {
            [1, 0, 0, 0, ..] => Ok(Kind::Module),
            [_, 0, 1, 0, ..] => Ok(Kind::Component),
            [a, b, c, d, ..] => Err(format!("has WebAssembly's magic number, but the version {}; expected 1", u32::from_le_bytes([*a, *b, *c, *d]))),
            _ => Err(format!("is truncated: it ends after {} of the header's {HEADER} bytes", bytes.len())),
        },
        _ if b"\0asm".starts_with(bytes) => Err(format!("is truncated: it ends after {} of the header's {HEADER} bytes", bytes.len())),
        _ => Err(format!("is not a WebAssembly module: {}", guess(bytes))),
    }
}

/// Files that people hand over by mistake, by their first bytes.
const LOOKS: [(&[u8], &str); 12] = [
    (b"\x1f\x8b", "it looks like a gzip archive; unpack it first"),
    (b"PK\x03\x04", "it looks like a zip archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "it looks like a zstd archive; unpack it first"),
    (b"MZ", "it looks like a Windows program"),
    (b"\xcf\xfa\xed\xfe", "it looks like a macOS program"),
    (b"\xca\xfe\xba\xbe", "it looks like a Java class or a macOS program"),
    (b"BC\xc0\xde", "it looks like LLVM bitcode; link it to a WebAssembly module first"),
    (b"!<arch>", "it looks like a library archive (.a)"),
    (b"version https://git-lfs", "it is a Git LFS pointer; fetch the file itself (git lfs pull)"),
    (b"#!", "it looks like a script"),
    (b"<", "it looks like HTML or XML; was it downloaded from the right address?"),
    (b"{", "it looks like JSON"),
];

fn guess(bytes: &[u8]) -> String {
    if bytes.starts_with(b"\x7fELF") {
        // wasmtime writes its own value into the byte for the operating system.
        let compiled = bytes.get(7) == Some(&200);
        return if compiled { "it is compiled already (.cwasm); give the .wasm itself" } else { "it looks like a native Linux program (ELF)" }.to_owned();
    }
    if let Some((_, words)) = LOOKS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return (*words).to_owned();
    }
    let start = &bytes[..bytes.len().min(1024)];
    if std::str::from_utf8(start).is_ok_and(|text| !text.contains('\0')) || start.is_ascii() && !start.contains(&0) {
        let text = start.trim_ascii_start();
        let wat = text.starts_with(b"(module") || text.starts_with(b"(component") || text.starts_with(b";;") || text.starts_with(b"(;");
        return if wat { "it looks like the text format (WAT); assemble it first, for example with wat2wasm" } else { "it looks like text" }.to_owned();
    }
    let hex: Vec<_> = bytes.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("it starts with the bytes {}, not with 00 61 73 6d", hex.join(" "))
}
