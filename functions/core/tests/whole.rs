//! Components of Spin's first SDKs: whole requests, whole responses, and calls that wait for whole answers.

mod host;

use abi::{image, message, reason, verdict};
use host::{Function, Machine};

const PROGRAM: &str = include_str!("programs/whole.wat");

type Record = (u32, Vec<u8>);

fn strings(list: &[&str]) -> Vec<u8> {
    let string = |s: &&str| [&(s.len() as u32).to_le_bytes()[..], s.as_bytes()].concat();
    list.iter().flat_map(string).collect()
}

fn list(list: &[&str]) -> Vec<u8> {
    [&(list.len() as u32).to_le_bytes()[..], &strings(list)].concat()
}

fn head(status: u16, fields: &[&str]) -> Record {
    (message::RESPONSE_HEAD, [&status.to_le_bytes()[..], &list(fields)].concat())
}

/// A request with this body, which was asked for.
fn request(method: &str, body: &str) -> Machine {
    let mut m = Machine::boot(&Function { kind: image::KIND_HTTP, ..Function::new(PROGRAM) });
    assert_eq!(m.exit.reason, reason::READY, "{}", m.exit.message);
    m.request([&[method, "http", "here.test", "/a?b=c"], &[], &["x-thing", "a"]], "", false);
    if m.exit.reason == reason::WAIT {
        assert_eq!(m.exit.records, [(message::WANT_BODY, vec![])]);
        m.say(&[(message::BODY, body.as_bytes())]);
        m.say(&[(message::BODY_END, &list(&[]))]);
    }
    m
}

fn answer(m: &Machine) -> (u32, u32, Vec<Record>) {
    (m.exit.reason, m.exit.verdict, m.exit.records.clone())
}

fn answered(head: Record, body: &str) -> (u32, u32, Vec<Record>) {
    (reason::ANSWER, verdict::EXITED, vec![head, (message::RESPONSE_BODY, body.into()), (message::RESPONSE_END, list(&[]))])
}

#[test]
fn a_whole_request_has_a_whole_response() {
    assert_eq!(answer(&request("PUT", "")), answered(head(200, &["x-thing", "a"]), "/a?b=c"));
}

#[test]
fn a_method_that_it_cannot_know_is_not_its_business() {
    let m = request("BREW", "");
    assert_eq!(answer(&m), (reason::ANSWER, verdict::EXITED, vec![head(501, &[]), (message::RESPONSE_END, list(&[]))]));
}

#[test]
fn a_body_that_breaks_off_is_an_error() {
    let mut m = request("GET", "");
    m.request([&["GET", "http", "here.test", "/"], &[], &[]], "", false);
    m.say(&[(message::BODY_ERROR, &strings(&["gone"]))]);
    assert_eq!(answer(&m).2, [(message::RESPONSE_ERROR, strings(&["HTTP-protocol-error", "the request's body broke off"]))]);
}

/// The number of the call that is the last but one record.
fn call(m: &Machine) -> Vec<u8> {
    let (kind, record) = &m.exit.records[m.exit.records.len() - 2];
    assert_eq!(*kind, message::CALL);
    record[..4].to_vec()
}

#[test]
fn a_call_waits_for_its_whole_answer() {
    let mut m = request("POST", "https://up.test:8443?q");
    let id = call(&m);
    let expected = [&id[..], &[0; 24], &list(&["GET", "https", "up.test:8443", "/?q"]), &list(&["x-thing", "a"])].concat();
    assert_eq!(m.exit.records, [(message::CALL, expected), (message::CALL_END, [&id[..], &list(&[])].concat())]);
    m.say(&[(message::CALL_RESPONSE, &[&id[..], &201u16.to_le_bytes(), &list(&["a", "b"])].concat())]);
    assert_eq!(m.exit.records, [(message::CALL_WANT, id.clone())]);
    m.say(&[(message::CALL_RESPONSE_BODY, &[&id[..], b"from there"].concat())]);
    m.say(&[(message::CALL_RESPONSE_END, &[&id[..], &list(&[])].concat())]);
    assert_eq!(answer(&m), answered(head(201, &["a", "b"]), "from there"));
}

#[test]
fn a_call_that_fails_has_spin_s_error() {
    for (code, digit) in [("HTTP-request-denied", "1"), ("destination-IP-prohibited", "1"), ("connection-refused", "4")] {
        let mut m = request("POST", "http://up.test/");
        let id = call(&m);
        m.say(&[(message::CALL_ERROR, &[&id[..], &strings(&[code, ""])].concat())]);
        assert_eq!(answer(&m), answered(head(500, &[]), digit), "{code}");
    }
    assert_eq!(answer(&request("POST", "/relative")), answered(head(500, &[]), "2"), "nothing was asked of the host");
}

#[test]
fn a_whole_response_goes_out_as_there_is_credit() {
    const HALF: usize = 200 * 1024;
    let mut m = request("POST", "http://up.test/");
    let id = call(&m);
    m.say(&[(message::CALL_RESPONSE, &[&id[..], &200u16.to_le_bytes(), &list(&[])].concat())]);
    for _ in 0..2 {
        m.say(&[(message::CALL_RESPONSE_BODY, &[&id[..], &[b'x'; HALF][..]].concat())]);
    }
    m.say(&[(message::CALL_RESPONSE_END, &[&id[..], &list(&[])].concat())]);
    let mut sent = 0;
    loop {
        sent += m.exit.stream(message::RESPONSE_BODY).len();
        match m.exit.reason {
            reason::OUTPUT => m.resume("", false),
            reason::WAIT => {
                assert_eq!(sent, message::RESPONSE_CREDIT as usize);
                assert_eq!(m.exit.records.last(), Some(&(message::WANT_CREDIT, vec![0; 4])));
                m.say(&[(message::CREDIT, &[0u32, 1 << 20].map(u32::to_le_bytes).concat())])
            }
            _ => break,
        };
    }
    assert_eq!((m.exit.reason, m.exit.verdict, sent), (reason::ANSWER, verdict::EXITED, 2 * HALF));
    assert_eq!(m.exit.records.last(), Some(&(message::RESPONSE_END, list(&[]))));
}
