//! A machine's life over the exchange area: where the boot ends, what a request brings, how programs end.

mod host;

use abi::{image, reason, verdict, wait};
use host::{Function, Machine};

/// `fd_write(fd, "text at 16, length in 20..24")` and friends, for the programs below: scratch at 0, an iovec at 8.
macro_rules! program {
    ($($body:tt)*) => {
        concat!(
            r#"(module
              (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
              (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
              (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env_sizes (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fdstat (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
              (memory (export "memory") 2)
              (func $print (param $fd i32) (param $at i32) (param $length i32)
                (i32.store (i32.const 8) (local.get $at))
                (i32.store (i32.const 12) (local.get $length))
                (drop (call $fd_write (local.get $fd) (i32.const 8) (i32.const 1) (i32.const 0))))
              (func $input (param $at i32) (param $length i32) (result i32)
                (i32.store (i32.const 8) (local.get $at))
                (i32.store (i32.const 12) (local.get $length))
                (drop (call $fd_read (i32.const 0) (i32.const 8) (i32.const 1) (i32.const 0)))
                (i32.load (i32.const 0)))
              (data (i32.const 1024) "hello errors method")
              (func $hello (call $print (i32.const 1) (i32.const 1024) (i32.const 5)))
              (func $errors (call $print (i32.const 2) (i32.const 1030) (i32.const 6)))
            "#,
            $($body)*,
            ")"
        )
    };
}

const HELLO: &str = program!(r#"(func (export "_start") (call $hello))"#);

fn boot(wat: &'static str) -> Machine {
    Machine::boot(&Function::new(wat))
}

#[test]
fn a_program_stops_before_it_writes_and_goes_on_with_the_request() {
    let mut m = boot(HELLO);
    assert_eq!((m.exit.reason, m.exit.records.len()), (reason::READY, 0));
    assert_eq!(m.exit.memory_used, 2 * 65536);
    let answer = m.request([&[], &[], &[]], "", true);
    assert_eq!((answer.reason, answer.verdict, answer.status), (reason::ANSWER, verdict::EXITED, 0));
    assert_eq!(answer.stdout(), "hello");
    let again = m.enter();
    assert_eq!((again.reason, again.records.len()), (reason::ANSWER, 0), "an ended machine only says so again");
}

#[test]
fn a_program_that_only_ends_is_ready_at_its_end() {
    for (wat, status) in [
        (program!(r#"(func (export "_start"))"#), 0),
        (program!(r#"(func (export "_start") (call $exit (i32.const 7)))"#), 7),
        (program!(r#"(func (export "_start") (call $exit (i32.const -1)))"#), -1),
        (program!(r#"(func $s (call $exit (i32.const 3))) (start $s) (func (export "_start") unreachable)"#), 3),
    ] {
        let mut m = boot(wat);
        assert_eq!(m.exit.reason, reason::READY);
        let answer = m.request([&[], &[], &[]], "", true);
        assert_eq!((answer.reason, answer.verdict, answer.status), (reason::ANSWER, verdict::EXITED, status));
    }
}

#[test]
fn standard_error_goes_out_during_the_boot() {
    let mut m = boot(program!(r#"(func (export "_start") (call $errors) (call $hello) (call $errors))"#));
    assert_eq!((m.exit.reason, m.exit.stream(2).as_str()), (reason::READY, "errors"));
    let answer = m.request([&[], &[], &[]], "", true);
    assert_eq!(answer.records, [(1, b"hello".to_vec()), (2, b"errors".to_vec())]);
}

#[test]
fn the_snapshot_may_be_wanted_before_the_first_instruction() {
    let wat = program!(r#"(func $s (call $errors)) (start $s) (func (export "_start") (call $hello))"#);
    let mut m = Machine::boot(&Function { at_start: true, ..Function::new(wat) });
    assert_eq!((m.exit.reason, m.exit.records.len()), (reason::READY, 0));
    let answer = m.request([&[], &[], &[]], "", true);
    assert_eq!((answer.stream(2).as_str(), answer.stdout().as_str()), ("errors", "hello"));
}

const CLOCKS: &str = program!(
    r#"(func (export "_start")
      (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 2000)))
      (drop (call $random (i32.const 3000) (i32.const 8)))
      (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 2016)))
      (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 2008)))
      (call $print (i32.const 1) (i32.const 2000) (i32.const 8))
      (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 2024)))
      (drop (call $random (i32.const 3008) (i32.const 8)))
      (call $print (i32.const 1) (i32.const 2008) (i32.const 24))
      (call $print (i32.const 1) (i32.const 3000) (i32.const 16)))"#
);

/// Five numbers: the first two wall clock reads, the monotonic clock before and after the snapshot, and the randomness of both sides.
fn clocks(stop_at_wall_read: u32) -> ((u32, u32), Vec<u64>) {
    let mut m = Machine::boot(&Function { stop_at_wall_read, ..Function::new(CLOCKS) });
    assert_eq!(m.exit.reason, reason::READY);
    let counts = m.exit.counts;
    m.ticks.store(77, std::sync::atomic::Ordering::Relaxed);
    let answer = m.request([&[], &[], &[]], "", true);
    assert_eq!(answer.reason, reason::ANSWER);
    let bytes = answer.records[0].1.clone();
    (counts, bytes.chunks(8).map(|c| u64::from_le_bytes(c.try_into().unwrap())).collect())
}

#[test]
fn a_boot_counts_what_a_snapshot_would_repeat_and_stops_where_it_is_told() {
    let (counts, without) = clocks(0);
    assert_eq!(counts, (2, 1));
    assert_eq!((without[0], without[1]), (1_000_000, 1_000_000));
    let (counts, second) = clocks(2);
    assert_eq!(counts, (1, 1));
    assert_eq!((second[0], second[1]), (1_000_000, 5_000_000), "the last read before the answer is fresh");
    let (counts, first) = clocks(1);
    assert_eq!(counts, (0, 0));
    assert_eq!((first[0], first[1]), (5_000_000, 5_000_000));
    let (counts, beyond) = clocks(9);
    assert_eq!((counts, beyond[1]), ((2, 1), 1_000_000));
    assert_eq!(without[2], without[3], "the monotonic clock stands still over the snapshot");
}

#[test]
fn randomness_before_the_snapshot_repeats_and_after_it_does_not() {
    let (_, mut a) = clocks(0);
    let b = a.split_off(4);
    let (_, after) = clocks(1);
    assert_ne!(b[0], b[1]);
    assert_ne!(b[0], after[4], "drawn after the request came: another seed");
    assert_eq!(b[1], after[4], "the first draw of the same request's seed");
}

const ARGUMENTS: &str = program!(
    r#"(func (export "_start")
      (drop (call $args_sizes (i32.const 2000) (i32.const 2004)))
      (drop (call $args (i32.const 2100) (i32.const 2200)))
      (drop (call $env_sizes (i32.const 2008) (i32.const 2012)))
      (drop (call $env (i32.const 2100) (i32.const 2300)))
      (call $errors)
      (call $print (i32.const 1) (i32.const 2200) (i32.load (i32.const 2004)))
      (call $print (i32.const 1) (i32.const 2300) (i32.load (i32.const 2012))))"#
);

#[test]
fn arguments_and_environment_of_the_image_are_read_during_the_boot() {
    let function = Function { arguments: vec!["p", "2000"], environment: vec!["A=b"], ..Function::new(ARGUMENTS) };
    let mut m = Machine::boot(&function);
    assert_eq!(m.exit.stream(2), "errors");
    assert_eq!(m.request([&[], &[], &[]], "", true).stdout(), "p\02000\0A=b\0");
}

#[test]
fn arguments_or_environment_of_the_request_end_the_boot_when_read() {
    let function = Function { flags: image::ARGS_FROM_REQUEST, environment: vec!["A=b"], ..Function::new(ARGUMENTS) };
    let mut m = Machine::boot(&function);
    assert_eq!(m.exit.records.len(), 0);
    assert_eq!(m.request([&["p", "1999"], &[], &[]], "", true).stdout(), "p\x001999\0A=b\0");
    let function = Function { flags: image::ENV_FROM_REQUEST, arguments: vec!["p"], ..Function::new(ARGUMENTS) };
    let mut m = Machine::boot(&function);
    assert_eq!(m.exit.records.len(), 0);
    assert_eq!(m.request([&[], &["METHOD=GET"], &[]], "", true).stdout(), "p\0METHOD=GET\0");
}

/// Copies standard input to standard output, 10 bytes at a time.
const CAT: &str = program!(
    r#"(func (export "_start") (local $n i32)
      (loop $more
        (local.set $n (call $input (i32.const 2000) (i32.const 10)))
        (call $print (i32.const 1) (i32.const 2000) (local.get $n))
        (br_if $more (local.get $n))))"#
);

#[test]
fn standard_input_is_waited_for_until_it_ends() {
    let mut m = boot(CAT);
    assert_eq!(m.exit.reason, reason::READY);
    let first = m.request([&[], &[], &["method", "GET"]], "first of all, ", false);
    assert_eq!((first.reason, first.wait), (reason::WAIT, (u64::MAX, wait::INPUT)));
    assert_eq!(first.stdout(), "first of all, ");
    let nothing = m.resume("", false);
    assert_eq!((nothing.reason, nothing.records.len()), (reason::WAIT, 0));
    assert_eq!(m.resume("second", false).stdout(), "second");
    let answer = m.resume(" and last", true);
    assert_eq!((answer.reason, answer.stdout().as_str()), (reason::ANSWER, " and last"));
}

#[test]
fn output_beyond_the_area_goes_out_in_pieces_and_leaves_input_alone() {
    let mut m = boot(program!(
        r#"(func (export "_start") (local $i i32)
          (drop (call $input (i32.const 2000) (i32.const 1)))
          (memory.fill (i32.const 4096) (i32.const 120) (i32.const 100000))
          (call $print (i32.const 1) (i32.const 4096) (i32.const 100000))
          (call $print (i32.const 1) (i32.const 2000) (call $input (i32.const 2000) (i32.const 10))))"#
    ));
    let full = m.request([&[], &[], &[]], "abc", true);
    assert_eq!(full.reason, reason::OUTPUT);
    let mut written = full.stdout();
    assert_eq!(written.len(), abi::exchange::OUT_SIZE - abi::record::HEADER);
    // As after every OUTPUT the host has not touched IN, and says nothing about its end.
    m.host(|page| (page.command, page.in_len, page.flags) = (abi::command::RESUME, 0, 0));
    let answer = m.enter();
    assert_eq!(answer.reason, reason::ANSWER);
    written += &answer.stdout();
    assert_eq!(written, "x".repeat(100_000) + "bc");
}

#[test]
fn a_terminal_sees_each_write() {
    let mut m = boot(CAT);
    m.host(|page| (page.command, page.in_len, page.flags) = (abi::command::REQUEST, 0, abi::flag::INTERACTIVE));
    assert_eq!(m.enter().reason, reason::WAIT);
    m.host(|page| (page.command, page.in_len, page.flags) = (abi::command::RESUME, 1, abi::flag::INTERACTIVE));
    assert_eq!((m.enter().reason, m.exit.stdout().len()), (reason::OUTPUT, 1));
}

/// Prints the file types of the standard streams.
const TYPES: &str = program!(
    r#"(func $type (param $fd i32)
        (if (call $fdstat (local.get $fd) (i32.const 2000)) (then unreachable))
        (i32.store8 (i32.add (i32.const 2100) (local.get $fd)) (i32.add (i32.const 48) (i32.load8_u (i32.const 2000)))))
      (func (export "_start")
        (drop (call $input (i32.const 2000) (i32.const 0)))
        (call $type (i32.const 0)) (call $type (i32.const 1)) (call $type (i32.const 2))
        (call $print (i32.const 1) (i32.const 2100) (i32.const 3)))"#
);

#[test]
fn a_stream_is_a_character_device_where_there_is_a_terminal_and_nowhere_else() {
    let [input, output, error] = abi::flag::TERMINAL;
    for (flags, types) in [(0, "000"), (input, "200"), (output, "020"), (error, "002"), (input | output | error, "222")] {
        for more in [0, abi::flag::INTERACTIVE] {
            let mut m = boot(TYPES);
            m.host(|page| (page.command, page.in_len, page.flags) = (abi::command::REQUEST, 0, abi::flag::INPUT_ENDS | flags | more));
            assert_eq!(m.enter().stdout(), types, "flags {:#x}", flags | more);
        }
    }
}

const REQUEST: &str = program!(
    r#"(func (export "_start")
      (if (call $prestat (i32.const 4) (i32.const 0)) (then unreachable))
      (if (call $prestat (i32.const 3) (i32.const 0)) (then unreachable))
      (call $errors)
      (if (call $open (i32.const 4) (i32.const 0) (i32.const 1037) (i32.const 6) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 2000))
        (then unreachable))
      (i32.store (i32.const 8) (i32.const 2100))
      (i32.store (i32.const 12) (i32.const 50))
      (drop (call $fd_read (i32.load (i32.const 2000)) (i32.const 8) (i32.const 1) (i32.const 0)))
      (call $print (i32.const 1) (i32.const 2100) (i32.load (i32.const 0))))"#
);

#[test]
fn looking_into_the_request_ends_the_boot_but_knowing_of_it_does_not() {
    let mut m = Machine::boot(&Function { flags: image::REQUEST_TREE, ..Function::new(REQUEST) });
    assert_eq!((m.exit.reason, m.exit.stream(2).as_str()), (reason::READY, "errors"));
    let answer = m.request([&[], &[], &["method", "PATCH", "header/accept", "*/*"]], "body", true);
    assert_eq!((answer.verdict, answer.stdout().as_str()), (verdict::EXITED, "PATCH"), "{}", answer.message);
}

/// Sleeps 50 ns on the monotonic clock, or until there is input; prints the number of events and the first one's kind.
const SLEEP: &str = program!(
    r#"(func (export "_start")
      (i32.store (i32.const 2016) (i32.const 1))
      (i64.store (i32.const 2024) (i64.const 50))
      (i32.store8 (i32.const 2056) (i32.const 1))
      (if (call $poll (i32.const 2000) (i32.const 3000) (i32.const 2) (i32.const 4000)) (then unreachable))
      (i32.store8 (i32.const 4000) (i32.add (i32.load (i32.const 4000)) (i32.const 48)))
      (i32.store8 (i32.const 4001) (i32.add (i32.load8_u (i32.const 3010)) (i32.const 48)))
      (call $print (i32.const 1) (i32.const 4000) (i32.const 2)))"#
);

#[test]
fn a_poll_waits_outside_for_time_or_input() {
    let mut m = boot(SLEEP);
    assert_eq!(m.exit.reason, reason::READY);
    let waiting = m.request([&[], &[], &[]], "", false);
    assert_eq!((waiting.reason, waiting.wait), (reason::WAIT, (50, wait::INPUT)));
    m.ticks.fetch_add(20, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(m.resume("", false).wait, (30, wait::INPUT), "too early: the rest of the time");
    m.ticks.fetch_add(30, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(m.resume("", false).stdout(), "10");
    let mut m = boot(SLEEP);
    m.request([&[], &[], &[]], "", false);
    assert_eq!(m.resume("x", false).stdout(), "11");
    let mut m = boot(SLEEP);
    assert_eq!(m.request([&[], &[], &[]], "", true).stdout(), "11", "the end of input is there at once");
}

#[test]
fn every_trap_is_named() {
    let table = [
        (r#"(module (memory (export "memory") 1) (func $inner unreachable) (func (export "_start") call $inner))"#, "wasm `unreachable` instruction executed"),
        (r#"(module (memory 1) (func (export "_start") (drop (i32.load (i32.const 65536)))))"#, "out of bounds memory access"),
        (r#"(module (memory 1) (func (export "_start") (drop (i32.load offset=4294967295 (i32.const -1)))))"#, "out of bounds memory access"),
        (r#"(module (func (export "_start") (drop (i32.div_s (i32.const 1) (i32.const 0)))))"#, "integer divide by zero"),
        (r#"(module (func (export "_start") (drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))))"#, "integer overflow"),
        (r#"(module (func (export "_start") (drop (i32.trunc_f32_s (f32.const nan)))))"#, "invalid conversion to integer"),
        (r#"(module (table 1 funcref) (func (export "_start") (call_indirect (i32.const 0))))"#, "uninitialized element"),
        (r#"(module (table 1 funcref) (func (export "_start") (call_indirect (i32.const 9))))"#, "undefined element"),
        (r#"(module (func $f (export "_start") call $f))"#, "call stack exhausted"),
        (r#"(module (memory 1) (data (i32.const 65536) "x") (func (export "_start")))"#, "out of bounds memory access"),
        (r#"(module (func $s unreachable) (start $s) (func (export "_start")))"#, "wasm `unreachable` instruction executed"),
    ];
    for (wat, expected) in table {
        let m = boot(wat);
        assert_eq!((m.exit.reason, m.exit.verdict), (reason::ANSWER, verdict::TRAPPED), "{wat}");
        assert!(m.exit.message.contains(expected), "{:?} does not say {expected:?}", m.exit.message);
    }
    let m = boot(table[0].0);
    assert!(m.exit.message.contains("inner"), "{}", m.exit.message);
}

#[test]
fn what_cannot_be_a_function_says_why() {
    let table: [(&str, &[&str]); 6] = [
        (r#"(module (import "env" "missing" (func)) (func (export "_start")))"#, &["`missing`", "`env`"]),
        (r#"(module (import "wasi_snapshot_preview1" "fd_close" (func)) (func (export "_start")))"#, &["fd_close"]),
        (r#"(module (import "env" "memory" (memory 1)) (func (export "_start")))"#, &["`memory`"]),
        (r#"(module (memory 257) (func (export "_start")))"#, &["16842752", "16777216"]),
        (r#"(module (func (export "main")))"#, &["_start"]),
        (r#"(module (func (export "_start") (param i32)))"#, &["_start"]),
    ];
    for (wat, expected) in table {
        let m = boot(wat);
        assert_eq!(m.exit.reason, reason::FAILED, "{wat}");
        for part in expected {
            assert!(m.exit.message.contains(part), "{:?} does not say {part:?}", m.exit.message);
        }
    }
    let m = boot(r#"(module (memory 200) (memory 200) (func (export "_start")))"#);
    assert_eq!(m.exit.reason, reason::FAILED, "together they are too large: {}", m.exit.message);
}

#[test]
fn memory_and_tables_grow_to_the_limit_and_no_further() {
    // 16 MiB are 256 pages: 2 of them memory at first; then a table of a million elements fits, and a second does not.
    let m = boot(program!(
        r#"(table $t 0 funcref)
          (func (export "_start")
            (if (i32.ne (memory.grow (i32.const 98)) (i32.const 2)) (then unreachable))
            (if (i32.ne (memory.grow (i32.const 157)) (i32.const -1)) (then unreachable))
            (if (i32.ne (table.grow $t (ref.null func) (i32.const 1000000)) (i32.const 0)) (then unreachable))
            (if (i32.ne (table.grow $t (ref.null func) (i32.const 1000000)) (i32.const -1)) (then unreachable))
            (if (i32.ne (memory.grow (i32.const 33)) (i32.const 100)) (then unreachable))
            (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable)))"#
    ));
    assert_eq!(m.exit.reason, reason::READY, "{}", m.exit.message);
    assert_eq!(m.exit.memory_used, 133 * 65536 + 8_000_000);
    assert_eq!(m.exit.memory_refused, 3);
}

#[test]
fn without_a_memory_every_pointer_is_a_fault() {
    let m = boot(
        r#"(module
          (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
          (func (export "_start")
            (if (i32.ne (call $random (i32.const 0) (i32.const 8)) (i32.const 21)) (then unreachable))
            (if (call $yield) (then unreachable))))"#,
    );
    assert_eq!(m.exit.reason, reason::READY, "{}", m.exit.message);
}

#[test]
fn a_broken_hand_over_ends_the_machine() {
    let mut m = boot(HELLO);
    m.host(|page| (page.command, page.handover_len) = (abi::command::REQUEST, 7));
    let exit = m.enter();
    assert_eq!(exit.reason, reason::PANIC);
    assert!(exit.message.contains("hand-over"), "{}", exit.message);
}

#[test]
fn another_version_of_the_interface_ends_the_machine() {
    let mut m = boot(HELLO);
    m.host(|page| page.command = abi::command::BOOT);
    assert_eq!(m.enter().reason, reason::PANIC, "not a request");
}
