//! Components that are commands: the same life as a command of preview 1, by the calls of WASI 0.2.

mod host;

use abi::{image, reason, verdict, wait};
use host::{Function, Machine};

const SCRIPT: &str = include_str!("programs/command.wat");

/// A machine whose program follows a script.
fn boot(script: &'static str) -> Machine {
    let (arguments, environment, variables) = (vec!["program", script], vec!["NAME=value"], vec!["other", "no", "key", "variable"]);
    let kind = image::KIND_COMPONENT_COMMAND;
    let m = Machine::boot(&Function { kind, arguments, environment, variables, flags: image::REQUEST_TREE, ..Function::new(SCRIPT) });
    assert_eq!(m.exit.records.len(), 0, "nothing is written before the request");
    m
}

/// What it prints, and the exit status.
fn run(script: &'static str, input: &str) -> (String, i32) {
    let mut m = boot(script);
    assert_eq!(m.exit.reason, reason::READY, "{}", m.exit.message);
    let answer = m.request([&[], &[], &["method", "PATCH"]], input, true);
    assert_eq!((answer.reason, answer.verdict), (reason::ANSWER, verdict::EXITED), "{}", answer.message);
    (answer.stdout(), answer.status)
}

#[test]
fn it_prints_and_ends_with_a_status() {
    assert_eq!(run("o", ""), ("hello".into(), 0));
    assert_eq!(run("or", ""), ("hello".into(), 1));
    assert_eq!(run("e", ""), ("".into(), 1));
    assert_eq!(run("oxo", ""), ("hello".into(), 7));
    assert_eq!(run("", ""), ("".into(), 0));
}

#[test]
fn it_finds_its_environment_and_variables() {
    assert_eq!(run("nv", ""), ("NAMEvariable".into(), 0));
}

#[test]
fn it_reads_standard_input_to_the_end_and_waits_for_more() {
    assert_eq!(run("i", "longer than ten bytes"), ("longer than ten bytes".into(), 0));
    let mut m = boot("io");
    let exit = m.request([&[], &[], &[]], "first", false);
    assert_eq!((exit.reason, exit.wait, exit.stdout().as_str()), (reason::WAIT, (u64::MAX, wait::INPUT), "first"));
    let exit = m.resume(", last", true);
    assert_eq!((exit.reason, exit.stdout().as_str()), (reason::ANSWER, ", lasthello"));
}

#[test]
fn it_reads_and_writes_files() {
    assert_eq!(run("f", ""), ("PATCH".into(), 0));
    assert_eq!(run("w", ""), ("\0\0hello".into(), 0));
}

#[test]
fn sockets_are_denied() {
    assert_eq!(run("s", ""), ("b".into(), 0), "access-denied is the second of the codes");
}

#[test]
fn the_boot_goes_on_to_the_first_sight_of_the_request() {
    let m = boot("nvswo");
    assert_eq!((m.exit.reason, m.exit.counts), (reason::READY, (0, 0)));
}

#[test]
fn a_trap_is_named() {
    let mut m = boot("ot");
    let answer = m.request([&[], &[], &[]], "", true);
    assert_eq!((answer.verdict, answer.stdout().as_str()), (verdict::TRAPPED, "hello"));
    assert!(answer.message.contains("unreachable"), "{}", answer.message);
}
