//! A made-up host: it compiles a program written in WAT, runs the core on a thread of its own, and meets it at each exit.

use abi::{GuestPage, HostPage, command, exchange, flag, image, record, snapshot};
use mayfly_core::Platform;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// What a machine is made of.
pub struct Function {
    /// Text or binary.
    pub wat: Vec<u8>,
    /// One of `abi::image`'s.
    pub kind: u32,
    /// Name, value, name, value, ...
    pub variables: Vec<&'static str>,
    pub arguments: Vec<&'static str>,
    pub environment: Vec<&'static str>,
    pub flags: u32,
    pub memory_limit: u64,
    pub at_start: bool,
    pub stop_at_wall_read: u32,
}

impl Function {
    pub fn new(wat: impl AsRef<[u8]>) -> Self {
        let (wat, kind, variables) = (wat.as_ref().to_vec(), image::KIND_COMMAND, vec![]);
        Self { wat, kind, variables, arguments: vec!["program"], environment: vec![], flags: 0, memory_limit: 16 << 20, at_start: false, stop_at_wall_read: 0 }
    }
}

/// Why the guest left, and what it left in OUT.
#[derive(Debug, PartialEq, Eq)]
pub struct Exit {
    pub reason: u32,
    pub verdict: u32,
    pub status: i32,
    pub wait: (u64, u32),
    pub counts: (u32, u32),
    pub memory_used: u64,
    pub memory_refused: u32,
    pub message: String,
    pub records: Vec<(u32, Vec<u8>)>,
}

impl Exit {
    /// All of one stream.
    pub fn stream(&self, stream: u32) -> String {
        String::from_utf8(self.records.iter().filter(|(s, _)| *s == stream).flat_map(|(_, b)| b.clone()).collect()).unwrap()
    }

    #[allow(dead_code, reason = "for commands")]
    pub fn stdout(&self) -> String {
        self.stream(record::STDOUT)
    }
}

#[derive(Clone, Copy)]
struct Area(*mut u8);

// SAFETY: host and guest take turns: each touches the area only between a message of the other and its own.
unsafe impl Send for Area {}

/// A machine, stopped at an exit whenever the test runs.
pub struct Machine {
    area: Area,
    enter: Sender<()>,
    left: Receiver<()>,
    #[allow(dead_code, reason = "for what waits")]
    pub ticks: Arc<AtomicU64>,
    /// What each look at the clock adds to it.
    #[allow(dead_code, reason = "for what takes time")]
    pub step: Arc<AtomicU64>,
    /// Bytes of OUT that were published when the guest looked at the clock.
    #[allow(dead_code, reason = "for what goes on")]
    pub published: Arc<Mutex<BTreeSet<u32>>>,
    pub exit: Exit,
}

struct Fake {
    area: Area,
    entered: Receiver<()>,
    leave: Sender<()>,
    ticks: Arc<AtomicU64>,
    step: Arc<AtomicU64>,
    published: Arc<Mutex<BTreeSet<u32>>>,
    image: &'static [u8],
}

impl Platform for Fake {
    fn exchange(&self) -> *mut u8 {
        self.area.0
    }

    fn leave(&mut self) {
        let _ = self.leave.send(());
        while self.entered.recv().is_err() {
            // The test is over and will not enter again; the process's end takes the thread.
            thread::park();
        }
    }

    fn ticks_ns(&self) -> u64 {
        // SAFETY: the guest runs, and this is its own thread.
        let length = unsafe { (&raw const (*self.area.0.add(exchange::GUEST).cast::<GuestPage>()).out_len).read_volatile() };
        self.published.lock().unwrap().insert(length);
        self.ticks.fetch_add(self.step.load(Ordering::Relaxed), Ordering::Relaxed)
    }

    fn image(&self) -> &'static [u8] {
        self.image
    }
}

impl Machine {
    /// Boots, to the first exit.
    pub fn boot(function: &Function) -> Self {
        let area = Area(Box::leak(Box::new(Aligned([0; exchange::SIZE]))).0.as_mut_ptr());
        let (enter, entered) = channel();
        let (leave, left) = channel();
        let ticks = Arc::new(AtomicU64::new(1_000));
        let (step, published): (_, Arc<Mutex<BTreeSet<u32>>>) = (Arc::new(AtomicU64::new(0)), Arc::default());
        let image = build(function);
        let (ticks_too, step_too, published_too) = (ticks.clone(), step.clone(), published.clone());
        let mut machine = Self { area, enter, left, ticks: ticks_too, step: step_too, published: published_too, exit: Exit::none() };
        machine.host(|page| {
            page.version = abi::ABI_VERSION;
            page.command = command::BOOT;
            page.wall_ns = 1_000_000;
            page.entropy = [1; 32];
            page.flags = flag::INPUT_ENDS;
            page.snapshot = if function.at_start { snapshot::START } else { snapshot::READY };
            page.stop_at_wall_read = function.stop_at_wall_read;
        });
        let run = move || {
            let area = area;
            mayfly_core::run(Fake { area, entered, leave, ticks, step, published, image })
        };
        // The Wasm stack of 8 MiB, and what stands below it.
        thread::Builder::new().stack_size(16 << 20).spawn(run).unwrap();
        machine.meet();
        machine
    }

    /// Hands over: arguments, environment, files (name, content, ...), and standard input, of which this is all if `ends`.
    pub fn request(&mut self, lists: [&[&str]; 3], input: &str, ends: bool) -> &Exit {
        let mut handover = Vec::new();
        if lists.iter().any(|l| !l.is_empty()) {
            lists.iter().for_each(|list| put_list(&mut handover, list));
        }
        let length = handover.len();
        handover.extend(input.as_bytes());
        self.put_input(&handover);
        self.host(|page| {
            page.command = command::REQUEST;
            page.wall_ns = 5_000_000;
            page.entropy = [2; 32];
            page.handover_len = length as u32;
            page.in_len = input.len() as u32;
            page.flags = if ends { flag::INPUT_ENDS } else { 0 };
        });
        self.enter()
    }

    /// Goes on, with more input.
    pub fn resume(&mut self, input: &str, ends: bool) -> &Exit {
        self.put_input(input.as_bytes());
        self.host(|page| {
            page.command = command::RESUME;
            page.handover_len = 0;
            page.in_len = input.len() as u32;
            page.flags = if ends { flag::INPUT_ENDS } else { 0 };
        });
        self.enter()
    }

    /// Goes on, with records of the host.
    #[allow(dead_code, reason = "for components")]
    pub fn say(&mut self, records: &[(u32, &[u8])]) -> &Exit {
        let mut bytes = Vec::new();
        for (kind, content) in records {
            bytes.extend(kind.to_le_bytes());
            bytes.extend((content.len() as u32).to_le_bytes());
            bytes.extend(*content);
        }
        self.put_input(&bytes);
        self.host(|page| (page.command, page.handover_len, page.in_len, page.flags) = (command::RESUME, 0, bytes.len() as u32, 0));
        self.enter()
    }

    pub fn host(&mut self, edit: impl FnOnce(&mut HostPage)) {
        // SAFETY: the guest is out, so the area is the host's.
        edit(unsafe { &mut *self.area.0.add(exchange::HOST).cast::<HostPage>() })
    }

    pub fn enter(&mut self) -> &Exit {
        self.enter.send(()).unwrap();
        self.meet();
        &self.exit
    }

    fn meet(&mut self) {
        self.left.recv_timeout(Duration::from_secs(60)).expect("the guest leaves");
        // SAFETY: the guest is out, so the area is the host's.
        let page = unsafe { &*self.area.0.add(exchange::GUEST).cast::<GuestPage>() };
        let out = unsafe { std::slice::from_raw_parts(self.area.0.add(exchange::OUT), page.out_len as usize) };
        self.exit = Exit {
            reason: page.reason,
            verdict: page.verdict,
            status: page.exit_status,
            wait: (page.wait_ns, page.wait_for),
            counts: (page.wall_reads, page.random_draws),
            memory_used: page.memory_used,
            memory_refused: page.memory_refused,
            message: String::from_utf8(page.message[..page.message_len as usize].to_vec()).unwrap(),
            records: records(out),
        };
    }

    fn put_input(&mut self, bytes: &[u8]) {
        // SAFETY: the guest is out, so the area is the host's; a longer input than IN would panic in `split_at_mut`.
        let area = unsafe { std::slice::from_raw_parts_mut(self.area.0.add(exchange::IN), exchange::IN_SIZE) };
        area.fill(0xa5);
        area[..bytes.len()].copy_from_slice(bytes);
    }
}

impl Exit {
    fn none() -> Self {
        Self { reason: 0, verdict: 0, status: 0, wait: (0, 0), counts: (0, 0), memory_used: 0, memory_refused: 0, message: String::new(), records: Vec::new() }
    }
}

#[repr(align(4096))]
struct Aligned([u8; exchange::SIZE]);

fn records(mut out: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let mut found = Vec::new();
    while !out.is_empty() {
        let stream = u32::from_le_bytes(out[..4].try_into().unwrap());
        let length = u32::from_le_bytes(out[4..8].try_into().unwrap()) as usize;
        found.push((stream, out[8..8 + length].to_vec()));
        out = &out[8 + length..];
    }
    found
}

fn put_list(out: &mut Vec<u8>, list: &[&str]) {
    out.extend((list.len() as u32).to_le_bytes());
    for s in list {
        out.extend((s.len() as u32).to_le_bytes());
        out.extend(s.as_bytes());
    }
}

/// The function's image, in memory that can be run.
fn build(function: &Function) -> &'static [u8] {
    let wasm = wat::parse_bytes(&function.wat).unwrap();
    let config = settings::compiler(&settings::CpuFeatures::of_host()).unwrap();
    let engine = wasmtime::Engine::new(&config).unwrap();
    let code = if function.kind == image::KIND_COMMAND { engine.precompile_module(&wasm) } else { engine.precompile_component(&wasm) }.unwrap();
    let mut lists = Vec::new();
    put_list(&mut lists, &function.arguments);
    put_list(&mut lists, &function.environment);
    if !function.variables.is_empty() {
        put_list(&mut lists, &function.variables);
    }
    let tree = 0u32.to_le_bytes();
    let code_at = abi::PAGE;
    let lists_at = code_at + code.len();
    let tree_at = lists_at + lists.len();
    let mut bytes = image::MAGIC.to_vec();
    bytes.extend(function.kind.to_le_bytes());
    bytes.extend(function.flags.to_le_bytes());
    for value in [code_at, code.len(), lists_at, lists.len(), tree_at, tree.len()] {
        bytes.extend((value as u64).to_le_bytes());
    }
    bytes.extend(function.memory_limit.to_le_bytes());
    bytes.resize(code_at, 0);
    bytes.extend(code);
    bytes.extend(lists);
    bytes.extend(tree);
    executable(&bytes)
}

fn executable(bytes: &[u8]) -> &'static [u8] {
    // SAFETY: a fresh mapping of its own, filled before it is made executable, never unmapped or written again.
    unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let at = libc::mmap(std::ptr::null_mut(), bytes.len(), libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
        assert_ne!(at, libc::MAP_FAILED);
        let area = std::slice::from_raw_parts_mut(at.cast::<u8>(), bytes.len());
        area.copy_from_slice(bytes);
        assert_eq!(libc::mprotect(at, bytes.len(), libc::PROT_READ | libc::PROT_EXEC), 0);
        area
    }
}
