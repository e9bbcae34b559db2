//! Components that serve HTTP, over the exchange area: what they tell the host and when.

mod host;

use abi::{image, message, reason, verdict, wait};
use host::{Exit, Function, Machine};

const SCRIPT: &str = include_str!("programs/script.wat");

fn boot() -> Machine {
    let m = Machine::boot(&Function { kind: image::KIND_HTTP, ..Function::new(SCRIPT) });
    assert_eq!((m.exit.reason, m.exit.records.len()), (reason::READY, 0), "{}", m.exit.message);
    m
}

/// A request whose path is a script.
fn request<'a>(m: &'a mut Machine, script: &str) -> &'a Exit {
    m.request([&["GET", "http", "here.test", &format!("/{script}")], &[], &["x-thing", "a"]], "", false)
}

fn run(script: &str) -> Machine {
    let mut m = boot();
    request(&mut m, script);
    m
}

fn strings(list: &[&str]) -> Vec<u8> {
    let string = |s: &&str| [&(s.len() as u32).to_le_bytes()[..], s.as_bytes()].concat();
    list.iter().flat_map(string).collect()
}

fn list(list: &[&str]) -> Vec<u8> {
    [&(list.len() as u32).to_le_bytes()[..], &strings(list)].concat()
}

fn head(status: u16, fields: &[&str]) -> (u32, Vec<u8>) {
    (message::RESPONSE_HEAD, [&status.to_le_bytes()[..], &list(fields)].concat())
}

fn body(text: &str) -> (u32, Vec<u8>) {
    (message::RESPONSE_BODY, text.into())
}

fn end(trailers: &[&str]) -> (u32, Vec<u8>) {
    (message::RESPONSE_END, list(trailers))
}

fn error(name: &str, detail: &str) -> (u32, Vec<u8>) {
    (message::RESPONSE_ERROR, strings(&[name, detail]))
}

fn wants() -> (u32, Vec<u8>) {
    (message::WANT_BODY, vec![])
}

const ABORT: (u32, Vec<u8>) = (message::RESPONSE_ABORT, vec![]);

/// How the machine ended, with all that it had to say at the end.
fn answer(m: &Machine) -> (u32, u32, Vec<(u32, Vec<u8>)>) {
    (m.exit.reason, m.exit.verdict, m.exit.records.clone())
}

#[test]
fn a_response_is_head_body_and_end() {
    let m = run("hrsndf");
    assert_eq!(answer(&m), (reason::ANSWER, verdict::EXITED, vec![head(200, &["x-step", "1"]), body("chunk"), end(&[])]));
    assert_eq!(answer(&run("rmsnnndT")).2, [head(404, &[]), body("chunk"), body("chunk"), body("chunk"), end(&["x-step", "1"])]);
}

#[test]
fn the_head_and_each_flush_go_out_before_the_rest_is_made() {
    let mut m = boot();
    m.step.store(1_000_000, std::sync::atomic::Ordering::Relaxed);
    request(&mut m, "rswwdf");
    assert_eq!((m.exit.reason, m.exit.records.clone()), (reason::OUTPUT, vec![head(200, &[]), body("chunk")]));
    m.resume("", false);
    assert_eq!((m.exit.reason, m.exit.records.clone()), (reason::OUTPUT, vec![body("chunk")]));
    m.resume("", false);
    assert_eq!(answer(&m), (reason::ANSWER, verdict::EXITED, vec![end(&[])]));
}

#[test]
fn what_is_written_soon_after_an_exit_is_published_and_costs_none() {
    let m = run("rswwdf");
    let records = vec![head(200, &[]), body("chunk"), body("chunk"), end(&[])];
    assert_eq!(answer(&m), (reason::ANSWER, verdict::EXITED, records));
    let published = m.published.lock().unwrap().clone();
    assert!([14, 14 + 13].iter().all(|n| published.contains(n)), "the head and the first chunk before the second: {published:?}");
}

#[test]
fn output_brings_input_along() {
    let mut m = boot();
    m.step.store(1_000_000, std::sync::atomic::Ordering::Relaxed);
    request(&mut m, "rsciadf");
    assert_eq!((m.exit.reason, m.exit.wait.1), (reason::WAIT, wait::INPUT));
    m.say(&[(message::BODY, &[b'y'; 150])]);
    assert_eq!((m.exit.reason, m.exit.wait.1), (reason::OUTPUT, wait::INPUT));
    m.say(&[(message::BODY_END, &list(&[]))]);
    while m.exit.reason == reason::OUTPUT {
        m.resume("", false);
    }
    assert_eq!(m.exit.reason, reason::ANSWER, "no more was waited for");
}

#[test]
fn waiting_lets_out_what_was_written() {
    let mut m = run("rsnpndf");
    assert_eq!((m.exit.reason, m.exit.wait), (reason::WAIT, (50, 0)));
    assert_eq!(m.exit.records, [head(200, &[]), body("chunk")]);
    m.ticks.fetch_add(50, std::sync::atomic::Ordering::Relaxed);
    m.resume("", false);
    assert_eq!(answer(&m).2, [body("chunk"), end(&[])]);
}

#[test]
fn a_body_written_before_its_response_was_given_follows_the_head() {
    assert_eq!(answer(&run("rndfs")).2, [head(200, &[]), body("chunk"), end(&[])]);
    assert_eq!(answer(&run("rndxs")).2, [head(200, &[]), body("chunk"), ABORT]);
}

#[test]
fn output_is_bounded_whatever_is_written() {
    let mut m = run("rsudf");
    while m.exit.reason == reason::OUTPUT {
        m.resume("", false);
    }
    assert_eq!((m.exit.reason, m.exit.wait), (reason::WAIT, (u64::MAX, wait::INPUT)), "its credit is used up");
    assert_eq!(m.exit.records.last(), Some(&(message::WANT_CREDIT, vec![0; 4])));
    let credit = |bytes: u32| [0, bytes].map(u32::to_le_bytes).concat();
    m.say(&[(message::CREDIT, &credit(5))]);
    assert_eq!((m.exit.reason, m.exit.stream(message::RESPONSE_BODY).len()), (reason::WAIT, 5));
    m.say(&[(message::CREDIT, &credit(1 << 20))]);
    let mut bytes = message::RESPONSE_CREDIT as usize + 5;
    while m.exit.reason == reason::OUTPUT {
        bytes += m.exit.stream(message::RESPONSE_BODY).len();
        m.resume("", false);
    }
    bytes += m.exit.stream(message::RESPONSE_BODY).len();
    assert_eq!((m.exit.reason, bytes), (reason::ANSWER, 10 * 65536));
    let m = run("rzzs");
    assert_eq!((m.exit.reason, m.exit.verdict), (reason::ANSWER, verdict::TRAPPED), "more than is held");
    let m = run("rzwsdf");
    assert_eq!(m.exit.verdict, verdict::TRAPPED, "it would wait for itself");
    assert!(m.exit.message.contains("for ever"), "{}", m.exit.message);
}

#[test]
fn an_error_or_nothing_is_told_as_such() {
    assert_eq!(answer(&run("e")), (reason::ANSWER, verdict::EXITED, vec![error("connection-refused", "")]));
    let nothing = error("internal-error", "the component returned without setting a response");
    assert_eq!(answer(&run("")).2, [nothing.clone()]);
    assert_eq!(answer(&run("rndf")).2, [nothing], "made, and not given");
}

#[test]
fn a_second_response_traps() {
    for script in ["rsdfrs", "ee", "rse"] {
        let m = run(script);
        assert_eq!((m.exit.reason, m.exit.verdict), (reason::ANSWER, verdict::TRAPPED), "{script}");
    }
}

#[test]
fn a_body_given_up_is_broken_and_one_left_open_is_whole() {
    assert_eq!(answer(&run("rsndx")).2, [head(200, &[]), body("chunk"), ABORT]);
    assert_eq!(answer(&run("rsn")).2, [head(200, &[]), body("chunk"), end(&[])]);
}

#[test]
fn a_trap_after_the_head_breaks_the_body() {
    let m = run("rsnt");
    assert_eq!(answer(&m), (reason::ANSWER, verdict::TRAPPED, vec![head(200, &[]), body("chunk"), ABORT]));
    assert!(m.exit.message.contains("unreachable"), "{}", m.exit.message);
    let m = run("t");
    assert_eq!(answer(&m), (reason::ANSWER, verdict::TRAPPED, vec![]));
    let m = run("rsndft");
    assert_eq!(answer(&m).2, [head(200, &[]), body("chunk"), end(&[])], "it was whole already");
}

#[test]
fn an_exit_ends_the_response_like_a_trap() {
    let m = run("rsnq");
    assert_eq!((answer(&m), m.exit.status), ((reason::ANSWER, verdict::EXITED, vec![head(200, &[]), body("chunk"), ABORT]), 1));
}

#[test]
fn a_body_of_another_length_than_announced_is_broken() {
    assert_eq!(answer(&run("lrsdf")).2, [head(200, &["content-length", "3"]), ABORT]);
    assert_eq!(answer(&run("lrs")).2, [head(200, &["content-length", "3"]), ABORT]);
    let m = run("lrsn");
    assert_eq!((m.exit.verdict, answer(&m).2), (verdict::TRAPPED, vec![head(200, &["content-length", "3"]), ABORT]), "the write failed");
}

#[test]
fn the_request_s_body_comes_when_it_is_asked_for() {
    let mut m = run("rscadf");
    assert_eq!((m.exit.reason, m.exit.wait), (reason::WAIT, (u64::MAX, wait::INPUT)));
    assert_eq!(m.exit.records, [head(200, &[]), wants()]);
    m.say(&[]);
    assert_eq!((m.exit.reason, m.exit.records.len()), (reason::WAIT, 0), "nothing came, and it was asked for already");
    m.say(&[(message::BODY, b"hello")]);
    assert_eq!((m.exit.reason, m.exit.records.clone()), (reason::WAIT, vec![body("hello"), wants()]));
    let long = "y".repeat(250);
    m.say(&[(message::BODY, long.as_bytes()), (message::BODY_END, &list(&[]))]);
    let pieces = [100, 100, 50].map(|n| body(&long[..n]));
    assert_eq!(answer(&m), (reason::ANSWER, verdict::EXITED, [&pieces[..], &[end(&[])]].concat()));
}

#[test]
fn a_client_that_goes_away_ends_the_body() {
    let mut m = run("rsciidf");
    m.say(&[(message::BODY_ERROR, &strings(&["gone"]))]);
    assert_eq!(answer(&m), (reason::ANSWER, verdict::EXITED, vec![end(&[])]));
}

#[test]
fn trailers_are_waited_for_and_the_rest_of_the_body_thrown_away() {
    let mut m = run("rscibdf");
    assert_eq!(m.exit.reason, reason::WAIT);
    m.say(&[(message::BODY, &[7; 1000])]);
    assert_eq!((m.exit.reason, m.exit.records.clone()), (reason::WAIT, vec![wants()]));
    m.say(&[(message::BODY, &[7; 1000])]);
    assert_eq!((m.exit.reason, m.exit.records.clone()), (reason::WAIT, vec![wants()]));
    m.say(&[(message::BODY_END, &list(&["t", "v"]))]);
    assert_eq!(answer(&m), (reason::ANSWER, verdict::EXITED, vec![end(&[])]));
}

#[test]
fn an_instance_serves_one_request_after_another() {
    let mut m = boot();
    for n in ["1", "2", "3"] {
        request(&mut m, "rskdf");
        assert_eq!(answer(&m), (reason::ANSWER, verdict::EXITED, vec![head(200, &[]), body(n), end(&[])]));
    }
    request(&mut m, "t");
    assert_eq!(m.exit.verdict, verdict::TRAPPED);
    request(&mut m, "rskdf");
    assert_eq!((m.exit.reason, m.exit.verdict), (reason::ANSWER, verdict::TRAPPED), "a trapped instance is not used again");
}

/// A call's number, and what follows it in the record.
fn call(record: &(u32, Vec<u8>)) -> (u32, u32, &[u8]) {
    (record.0, u32::from_le_bytes(record.1[..4].try_into().unwrap()), &record.1[4..])
}

#[test]
fn a_call_goes_out_and_its_answer_is_read_when_asked_for() {
    let mut m = run("Crsiodf");
    assert_eq!((m.exit.reason, m.exit.wait), (reason::WAIT, (u64::MAX, wait::INPUT)));
    let records = m.exit.records.clone();
    let (kind, id, rest) = call(&records[0]);
    let expected = [vec![0; 24], list(&["GET", "http", "up.test", "/path"]), list(&[])].concat();
    assert_eq!((kind, rest), (message::CALL, &expected[..]));
    assert_eq!(call(&records[1]), (message::CALL_END, id, &list(&[])[..]));
    let id = id.to_le_bytes();
    m.say(&[(message::CALL_RESPONSE, &[&id[..], &200u16.to_le_bytes(), &list(&["a", "b"])].concat())]);
    assert_eq!((m.exit.reason, m.exit.records.clone()), (reason::WAIT, vec![head(200, &[]), (message::CALL_WANT, id.to_vec())]));
    m.say(&[(message::CALL_RESPONSE_BODY, &[&id[..], b"from there"].concat())]);
    let rest = vec![body("from there"), end(&[]), (message::CALL_DROP, id.to_vec())];
    assert_eq!(answer(&m), (reason::ANSWER, verdict::EXITED, rest), "what follows is not wanted");
}

#[test]
fn a_call_s_body_goes_out_with_it_and_half_a_body_ends_it() {
    let m = run("Prsdf");
    let first = m.exit.records.clone();
    let (_, id, _) = call(&first[0]);
    let rest: Vec<_> = first[1..].iter().map(call).collect();
    assert_eq!((m.exit.reason, rest), (reason::WAIT, vec![(message::CALL_BODY, id, &b"chunk"[..]), (message::CALL_BODY, id, b"chunk"), (message::CALL_END, id, &list(&[])[..])]));
    let m = run("Xrsdf");
    let (_, id, _) = call(&m.exit.records[0]);
    assert_eq!(call(&m.exit.records[2]), (message::CALL_DROP, id, &[][..]));
    assert_eq!((m.exit.reason, m.exit.records[3..].to_vec()), (reason::ANSWER, vec![head(200, &[]), end(&[])]), "nothing is waited for");
}

#[test]
fn a_call_that_fails_is_told_to_the_component_alone() {
    let mut m = run("Crsndf");
    let records = m.exit.records.clone();
    let (_, id, _) = call(&records[0]);
    m.say(&[(message::CALL_ERROR, &[&id.to_le_bytes()[..], &strings(&["connection-refused", "nobody there"])].concat())]);
    assert_eq!(answer(&m), (reason::ANSWER, verdict::EXITED, vec![head(200, &[]), body("chunk"), end(&[])]));
}

/// The host's answer to the service call that lies in OUT.
fn serve(m: &mut Machine, failed: u32, results: &[&str]) -> (String, Vec<u8>) {
    let (kind, id, rest) = call(m.exit.records.last().unwrap());
    assert_eq!((kind, m.exit.reason), (message::SERVICE, reason::WAIT));
    let length = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
    let asked = (String::from_utf8(rest[4..4 + length].into()).unwrap(), rest[4 + length..].to_vec());
    m.say(&[(message::SERVICE_ANSWER, &[&id.to_le_bytes()[..], &failed.to_le_bytes(), &list(results)].concat())]);
    asked
}

#[test]
fn a_store_is_the_host_s() {
    let mut m = run("rsKdf");
    assert_eq!(serve(&mut m, 0, &[]), ("key-value.open".into(), list(&["default"])));
    assert_eq!(serve(&mut m, 0, &["value"]), ("key-value.get".into(), list(&["default", "key"])));
    assert_eq!(m.exit.records, [body("value"), end(&[])]);
    for (answers, expected) in [(&[(0, &[][..]), (0, &[])][..], ""), (&[(1, &["no-such-store", ""])], "b"), (&[(0, &[]), (1, &["other", "broken"])], "d")] {
        let mut m = run("rsKdf");
        for (failed, results) in answers {
            serve(&mut m, *failed, results);
        }
        assert_eq!(m.exit.stream(message::RESPONSE_BODY), expected);
    }
}

#[test]
fn what_may_be_imported_and_not_used_says_so() {
    let m = run("rsRdf");
    assert_eq!(m.exit.stream(message::RESPONSE_BODY), "fermyon:spin/redis@2.0.0#[static]connection.open is not served here");
}

#[test]
fn broken_records_of_the_host_lose_the_machine() {
    let mut m = run("rsci");
    m.say(&[(9999, b"1234")]);
    assert_eq!(m.exit.reason, reason::PANIC);
}

#[test]
fn what_is_no_handler_says_so() {
    let m = Machine::boot(&Function { kind: image::KIND_HTTP, ..Function::new("(component)") });
    assert_eq!(m.exit.reason, reason::FAILED);
    assert!(m.exit.message.contains("wasi:http/incoming-handler"), "{}", m.exit.message);
    let m = Machine::boot(&Function { kind: image::KIND_HTTP, ..Function::new(SCRIPT.replace("subscribe-duration", "subscribe-thing")) });
    assert_eq!(m.exit.reason, reason::FAILED);
    assert!(m.exit.message.contains("subscribe-thing"), "{}", m.exit.message);
}
