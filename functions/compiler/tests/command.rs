//! The command as the gateway uses it: exit status, messages, files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of a test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn compiler(arguments: &[&str], files: &[&Path]) -> Output {
    let (before, after) = arguments.split_at(arguments.len().min(1));
    Command::new(env!("CARGO_BIN_EXE_mayfly-compiler")).args(before).args(files).args(after).output().unwrap()
}

fn compile(wasm: &Path, output: &Path) -> Output {
    compiler(&["compile"], &[wasm, output])
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The one message on standard error of a compilation that must fail with `status`.
fn message(output: &Output, status: i32) -> String {
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{error}");
    let message = error.strip_prefix("error: ").unwrap_or_else(|| panic!("{error}"));
    message.trim_end().to_owned()
}

/// The message for a module given in the text format or as it is.
fn refused(test: &str, wasm: &[u8]) -> String {
    let folder = Folder::new(test);
    let wasm = folder.file("function.wasm", wasm);
    let message = message(&compile(&wasm, &folder.0.join("function.cwasm")), 1);
    assert_eq!(folder.names(), ["function.wasm"], "nothing else is left behind");
    assert!(!message.contains('\n'), "{message}");
    assert!(message.contains("function.wasm"), "{message}");
    message
}

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

const COMMAND: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
    (memory (export "memory") 3)
    (func (export "_start"))
    (func))"#;

/// A command with `functions` more functions, each a tenth of a millisecond's work for the compiler. By hand: as text it would be 100 MB.
fn large(functions: u32) -> Vec<u8> {
    let step = [0x20, 0, 0x41, 7, 0x6c, 0x69, 0x21, 0]; // local 0 = popcnt(local 0 * 7)
    let body = [&[0][..], &step.repeat(20), &[0x20, 0, 0x0b]].concat();
    let body = [leb128(body.len() as u32), body].concat();
    let count = leb128(functions + 1);
    let sections = [
        (1, b"\x02\x60\0\0\x60\x01\x7f\x01\x7f".to_vec()), // types: () to (), i32 to i32
        (3, [&count[..], &[0], &vec![1; functions as usize]].concat()),
        (7, b"\x01\x06_start\0\0".to_vec()),
        (10, [&count[..], &[2, 0, 0x0b], &body.repeat(functions as usize)].concat()),
    ];
    let sections = sections.map(|(id, content)| [vec![id], leb128(content.len() as u32), content].concat());
    [b"\0asm\x01\0\0\0".to_vec(), sections.concat()].concat()
}

/// Seven bits to a byte, the lowest first.
fn leb128(number: u32) -> Vec<u8> {
    if number < 0x80 { vec![number as u8] } else { [vec![number as u8 | 0x80], leb128(number >> 7)].concat() }
}

#[test]
fn files_that_are_no_modules_are_named_for_what_they_are() {
    let cases: [(&str, &[u8], &str); 14] = [
        ("empty", b"", "is empty"),
        ("short", b"\0as", "is truncated: it ends after 3 of the header's 8 bytes"),
        ("header", b"\0asm\x01", "is truncated: it ends after 5 of the header's 8 bytes"),
        ("version", b"\0asm\x07\0\0\0", "version 7; expected 1"),
        ("elf", b"\x7fELF\x02\x01\x01\0", "native Linux program (ELF)"),
        ("cwasm", b"\x7fELF\x02\x01\x01\xc8", "compiled already"),
        ("gzip", b"\x1f\x8b\x08\0", "gzip"),
        ("zip", b"PK\x03\x04", "zip"),
        ("wat", b"\n ;; a program\n(module)", "text format (WAT)"),
        ("text", b"hello there", "looks like text"),
        ("html", b"<!DOCTYPE html>", "HTML"),
        ("script", b"#!/bin/sh", "script"),
        ("lfs", b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
        ("bytes", b"\x01\x02\x03\x80\x81", "starts with the bytes 01 02 03 80"),
    ];
    for (name, content, expected) in cases {
        let message = refused(name, content);
        assert!(message.contains(expected), "{name}: {message}");
    }
}

#[test]
fn modules_that_do_not_validate_say_where() {
    let command = wasm(COMMAND);
    let truncated = refused("truncated", &command[..command.len() - 3]);
    assert!(truncated.contains("is truncated: ") && truncated.contains("(at offset 0x"), "{truncated}");
    let mismatch = refused("mismatch", &wasm(r#"(module (func (export "_start") i64.const 1 i32.eqz drop))"#));
    assert!(mismatch.contains("does not validate: type mismatch: expected i32, found i64 (at offset 0x25)"), "{mismatch}");
}

#[test]
fn features_left_out_are_named() {
    let cases = [
        ("threads", r#"(module (memory 1 1 shared) (func (export "_start")))"#, "uses threads (shared memories, atomics), which Mayfly leaves out"),
        ("atomics", r#"(module (memory 1) (func (export "_start") (drop (i32.atomic.load (i32.const 0)))))"#, "uses threads (shared memories, atomics), which"),
        ("pages", r#"(module (memory 1 (pagesize 1)) (func (export "_start")))"#, "uses custom page sizes, which"),
        ("wide", r#"(module (func (export "_start") (i64.mul_wide_s (i64.const 1) (i64.const 2)) drop drop))"#, "uses wide arithmetic, which"),
        ("stacks", r#"(module (type $f (func)) (type (cont $f)) (func (export "_start")))"#, "uses stack switching, which"),
        ("legacy", r#"(module (tag) (func (export "_start") try catch_all end))"#, "uses legacy exceptions"),
        ("shared", r#"(module (global (shared i32) (i32.const 0)) (func (export "_start")))"#, "uses shared-everything-threads, which"),
        (
            "several",
            r#"(module (memory 1 1 shared) (func (export "_start") (i64.mul_wide_s (i64.const 1) (i64.const 2)) drop drop))"#,
            "uses threads (shared memories, atomics) and wide arithmetic, which",
        ),
    ];
    for (name, module, expected) in cases {
        let message = refused(name, &wasm(module));
        assert!(message.contains(expected), "{name}: {message}");
    }
}

#[test]
fn imports_that_nothing_provides_are_named_all_at_once() {
    let message = refused(
        "imports",
        &wasm(
            r#"(module
            (import "env" "foo" (func (param i32)))
            (import "env" "memory" (memory 1 2))
            (import "env" "g" (global (mut i64)))
            (import "wasi_snapshot_preview1" "fd_jump" (func (result i32)))
            (import "wasi_snapshot_preview1" "fd_close" (func (param i64) (result i32)))
            (func (export "_start")))"#,
        ),
    );
    let expected = "imports env.foo (func (param i32)), env.memory (memory 1 2), env.g (global (mut i64)) \
        and wasi_snapshot_preview1.fd_jump (func (result i32)), which nothing provides";
    assert!(message.contains(expected), "{message}");
    let expected = "imports wasi_snapshot_preview1.fd_close as (func (param i64) (result i32)), which is (func (param i32) (result i32))";
    assert!(message.contains(expected), "{message}");
}

#[test]
fn names_out_of_the_input_cannot_break_a_message() {
    let long = "x".repeat(90_000);
    let message = refused("names", &wasm(&format!(r#"(module (import "a\1b[2J\nb" "{long}" (func)) (func (export "_start")))"#)));
    assert!(message.contains(r"imports a\u{1b}[2J\nb.xxx"), "{message}");
    assert!(message.ends_with("xxx...") && message.len() < 10_000, "{} bytes", message.len());
}

#[test]
fn imports_of_other_hosts_come_with_advice() {
    for (module, expected) in [("wasi_unstable", "rebuild it for WASI preview 1"), ("gojs", "GOOS=wasip1"), ("wbg", "wasm-bindgen")] {
        let message = refused(module, &wasm(&format!(r#"(module (import "{module}" "f" (func)) (func (export "_start")))"#)));
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn only_commands_are_functions() {
    let cases = [
        ("library", r#"(module (func (export "add")) (memory (export "memory") 1))"#, "library or reactor: it exports no _start, only add (func) and memory (memory)"),
        ("reactor", r#"(module (func (export "_initialize")))"#, "is a reactor: it exports no _start, only _initialize (func)"),
        ("nothing", "(module)", "it exports no _start, only nothing"),
        ("type", r#"(module (func (export "_start") (param i32)))"#, "exports _start as (func (param i32)), but a command's is (func)"),
        ("memory", r#"(module (memory (export "_start") 1))"#, "exports _start as a memory"),
        ("component", "(component)", "is a component for another world"),
    ];
    for (name, module, expected) in cases {
        let message = refused(name, &wasm(module));
        assert!(message.contains(expected), "{name}: {message}");
    }
}

#[test]
fn all_features_that_are_on_compile() {
    let folder = Folder::new("features");
    let modules = [
        "(tag $t) (func (block (try_table (catch_all 0) (throw $t))))",
        "(type (struct (field i32))) (func (drop (struct.new 0 (i32.const 1))))",
        "(memory i64 1) (memory 1) (func (drop (i32.load 1 (i32.const 0))) (drop (i32.load 0 (i64.const 0))))",
        "(func (drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0))))",
        "(func $f (return_call $f))",
        "(func (param externref) (drop (local.get 0)))",
        "(type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0)))",
        "(memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))",
    ];
    for module in modules {
        let wasm = folder.file("function.wasm", &wasm(&format!(r#"(module {module} (func (export "_start")))"#)));
        let output = compile(&wasm, &folder.0.join("function.cwasm"));
        assert!(output.status.success(), "{module}: {}", text(&output.stderr));
    }
}

#[test]
fn the_result_is_described_in_one_last_line() {
    let folder = Folder::new("result");
    let output = compile(&folder.file("function.wasm", &wasm(COMMAND)), &folder.0.join("function.cwasm"));
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    let last = text(&output.stdout).lines().last().unwrap();
    let expected = r#"{"kind":"command","functions":2,"code_bytes":4096,"memory_min_bytes":196608,"imports":["wasi_snapshot_preview1.fd_write","wasi_snapshot_preview1.proc_exit"]}"#;
    assert_eq!(last, expected);
    assert_eq!(folder.names(), ["function.cwasm", "function.wasm"]);
}

#[test]
fn progress_counts_functions_up_to_their_number() {
    let folder = Folder::new("progress");
    let output = compile(&folder.file("function.wasm", &large(2_000)), &folder.0.join("function.cwasm"));
    let lines: Vec<_> = text(&output.stdout).lines().filter_map(|line| line.strip_prefix("progress ")).collect();
    let numbers: Vec<Vec<u32>> = lines.iter().map(|line| line.split(' ').map(|number| number.parse().unwrap()).collect()).collect();
    assert_eq!(numbers.last().unwrap(), &[2_001, 2_001]);
    assert!(numbers.len() > 1, "{lines:?}");
    assert!(numbers.iter().all(|line| line[0] <= line[1]), "{lines:?}");
}

#[test]
fn the_same_input_gives_the_same_output() {
    let folder = Folder::new("same");
    let wasm = folder.file("function.wasm", &large(500));
    let (first, second) = (folder.0.join("first.cwasm"), folder.0.join("second.cwasm"));
    assert!(compile(&wasm, &first).status.success());
    assert!(compile(&wasm, &second).status.success());
    assert!(fs::read(first).unwrap() == fs::read(second).unwrap());
}

#[test]
fn a_small_c_program_stays_small() {
    let folder = Folder::new("small");
    let code = folder.0.join("hello.cwasm");
    let wasm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hello-c/hello-c.wasm");
    let output = compile(&wasm, &code);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let bytes = fs::metadata(&code).unwrap().len();
    assert!(bytes <= 64 << 10, "{bytes} bytes");
}

#[test]
fn a_compilation_without_memory_ends_with_status_3() {
    let folder = Folder::new("memory");
    let wasm = folder.file("function.wasm", &large(2_000));
    let output = compiler(&["compile", "--memory-limit", "50000000"], &[&wasm, &folder.0.join("function.cwasm")]);
    assert_eq!(message(&output, 3), "compiling needs more than 47 MiB of memory, the limit (--memory-limit)");
    assert_eq!(folder.names(), ["function.wasm"]);
}

#[test]
fn a_compilation_without_time_ends_with_status_3() {
    let folder = Folder::new("time");
    let wasm = folder.file("function.wasm", &large(100_000));
    let output = compiler(&["compile", "--cpu-limit", "1"], &[&wasm, &folder.0.join("function.cwasm")]);
    assert_eq!(message(&output, 3), "compiling takes more than 1 s of CPU time, the limit (--cpu-limit)");
    assert_eq!(folder.names(), ["function.wasm"]);
}

#[test]
fn files_that_cannot_be_read_or_written_are_named() {
    let folder = Folder::new("files");
    let output = compile(&folder.0.join("none.wasm"), &folder.0.join("function.cwasm"));
    assert!(message(&output, 1).ends_with("none.wasm: No such file or directory (os error 2)"));
    let wasm = folder.file("function.wasm", &wasm(COMMAND));
    let output = compile(&wasm, &folder.0.join("none/function.cwasm"));
    assert!(message(&output, 1).ends_with("none/function.cwasm: No such file or directory (os error 2)"));
    let output = compile(&wasm, &folder.0);
    assert!(message(&output, 1).contains("cannot write"), "a folder is not replaced");
    assert_eq!(folder.names(), ["function.wasm"]);
}

#[test]
fn an_old_result_is_replaced_and_survives_a_failure() {
    let folder = Folder::new("replaced");
    let old = folder.file("function.cwasm", b"old");
    assert_eq!(compile(&folder.file("bad.wasm", b"bad"), &old).status.code(), Some(1));
    assert_eq!(fs::read(&old).unwrap(), b"old");
    assert!(compile(&folder.file("good.wasm", &wasm(COMMAND)), &old).status.success());
    assert!(fs::read(&old).unwrap().starts_with(b"\x7fELF"));
}

#[test]
fn a_wrong_command_line_shows_the_right_one() {
    let here = Path::new(".");
    for (arguments, files) in [(&[][..], &[][..]), (&["build"], &[]), (&["compile"], &[here]), (&["compile", "--quick"], &[here, here])] {
        let message = message(&compiler(arguments, files), 2);
        assert!(message.contains("usage: mayfly-compiler compile IN.wasm OUT.cwasm"), "{message}");
    }
    let message = message(&compiler(&["compile", "--cpu-limit", "soon"], &[here, here]), 2);
    assert!(message.contains("--cpu-limit is soon; expected a positive whole number"), "{message}");
}

#[test]
fn the_fingerprint_names_versions_settings_and_cpu() {
    let output = compiler(&["fingerprint"], &[]);
    let line = text(&output.stdout);
    assert_eq!(line, text(&compiler(&["fingerprint"], &[]).stdout));
    assert_eq!(line.lines().count(), 1);
    for part in ["mayfly-compiler ", " sources=", " wasmtime=48.", " settings=", " cpu="] {
        assert!(line.contains(part), "{line}");
    }
}
