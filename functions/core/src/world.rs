//! What every interface of the core stands on: the host, the file tree, arguments and environment; and the ready point, which is decided here.

use crate::handover::HandOver;
use crate::host::Host;
use crate::image::Image;
use crate::vfs::{self, Mount, Tree};
use crate::wire::Strings;
use abi::image;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Where devices are, unless the function has directories of its own there.
const DEVICES: &str = "/dev";

/// A directory that the program finds open.
pub(crate) struct Preopen {
    pub(crate) name: &'static str,
    pub(crate) mount: Mount,
    /// Its content comes with the request.
    pub(crate) of_request: bool,
}

/// The machine as its program sees it.
pub(crate) struct World {
    pub(crate) host: Host,
    pub(crate) tree: Tree,
    pub(crate) preopens: Vec<Preopen>,
    arguments: Strings<'static>,
    environment: Strings<'static>,
    /// Files under `/request` that are not in the tree yet.
    request_files: Strings<'static>,
    arguments_from_request: bool,
    environment_from_request: bool,
    /// The hand-over is an HTTP request's head, which does not change what the program finds.
    serves_http: bool,
    /// That head, until it is taken.
    head: Option<Vec<u8>>,
    is_ready: bool,
}

impl World {
    /// `written`: the image's own directories.
    pub(crate) fn new(host: Host, image: &Image, written: &[vfs::Preopen]) -> Self {
        let now = host.wall();
        let mut tree = Tree::new(image.content(), host.budget().clone());
        let mut preopens = Vec::with_capacity(written.len() + 3);
        for preopen in written {
            preopens.push(Preopen { name: preopen.name, mount: tree.mount_image(preopen), of_request: false });
        }
        preopens.push(Preopen { name: "/tmp", mount: tree.mount_empty(true, now), of_request: false });
        if image.has(image::REQUEST_TREE) {
            preopens.push(Preopen { name: "/request", mount: tree.mount_empty(false, now), of_request: true });
        }
        if !written.iter().any(|p| p.name == DEVICES || p.name.strip_prefix(DEVICES).is_some_and(|below| below.starts_with('/'))) {
            preopens.push(Preopen { name: DEVICES, mount: tree.mount_devices(now), of_request: false });
        }
        Self {
            host,
            tree,
            preopens,
            arguments: image.arguments,
            environment: image.environment,
            request_files: Strings::EMPTY,
            arguments_from_request: image.has(image::ARGS_FROM_REQUEST),
            environment_from_request: image.has(image::ENV_FROM_REQUEST),
            serves_http: image.kind == image::KIND_HTTP,
            head: None,
            is_ready: false,
        }
    }

    /// Whether the ready point is behind us.
    pub(crate) fn is_ready(&self) -> bool {
        self.is_ready
    }

    /// The ready point, before the first call whose answer depends on the request or whose effect can be seen.
    pub(crate) fn ready(&mut self) {
        if self.is_ready {
            return;
        }
        if self.host.ready() {
            self.take_over();
        }
        self.is_ready = true;
    }

    fn take_over(&mut self) {
        if self.serves_http {
            self.head = Some(self.host.handover().to_vec());
            return;
        }
        // Once in a machine's run, and gone with its reset: IN is about to be used for input, so what it holds is kept aside for good.
        let copy: &'static [u8] = Box::leak(Box::<[u8]>::from(self.host.handover()));
        match HandOver::parse(copy) {
            Ok(handover) => self.take(handover),
            Err(malformed) => self.host.panic(format_args!("the hand-over is broken: {}", malformed.0)),
        }
    }

    /// The head of the request to be served, as it was handed over: of the one that has come, or of the next.
    pub(crate) fn next_head(&mut self) -> Vec<u8> {
        self.ready();
        self.head.take().unwrap_or_else(|| {
            self.host.answered();
            self.host.handover().to_vec()
        })
    }

    fn take(&mut self, handover: HandOver<'static>) {
        if handover.arguments.count() > 0 {
            self.arguments = handover.arguments;
        }
        if handover.environment.count() > 0 {
            self.environment = handover.environment;
        }
        self.request_files = handover.files;
    }

    /// The program's arguments, its name first.
    pub(crate) fn arguments(&mut self) -> Strings<'static> {
        if self.arguments_from_request {
            self.ready();
        }
        self.arguments
    }

    /// The environment, `NAME=value` each.
    pub(crate) fn environment(&mut self) -> Strings<'static> {
        if self.environment_from_request {
            self.ready();
        }
        self.environment
    }

    /// The program looks into `/request`: its files are made now, if they are not there yet.
    pub(crate) fn enter_request_tree(&mut self) {
        self.ready();
        let files = core::mem::replace(&mut self.request_files, Strings::EMPTY);
        let Some(preopen) = self.preopens.iter().find(|p| p.of_request).filter(|_| files.count() > 0) else { return };
        let (mount, now) = (preopen.mount, self.host.wall());
        let mut strings = files.iter();
        while let (Some(name), Some(content)) = (strings.next(), strings.next()) {
            // A header's name is ASCII, a parameter's is the configuration's; what cannot be a path is not there.
            if let Ok(name) = core::str::from_utf8(name) {
                self.tree.add(mount, name, content, now);
            }
        }
    }

    /// The time of day as the program reads it: the ready point may be just before.
    pub(crate) fn read_wall_clock(&mut self) -> u64 {
        if self.host.wall_stops_boot() {
            self.ready();
        }
        self.host.count_wall_read();
        self.host.wall()
    }
}
