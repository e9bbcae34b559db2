//! Components: the interfaces of WASI 0.2 over the core. A call traps only where the canonical ABI, or `wasmtime serve`, has it trap.
//!
//! Read first: `life.rs` (what is run when), `talk.rs` (bodies and calls, and the records they travel in), `io.rs` (streams and waiting).

mod absent;
mod bodies;
mod calls;
mod cli;
mod clocks;
mod codes;
mod fields;
mod filesystem;
mod http;
mod io;
mod key_value;
mod life;
mod random;
mod streams;
mod talk;
mod whole;

pub(crate) use life::live;

use crate::budget::Budget;
use crate::wire::Strings;
use crate::world::World;
use bindings::{fermyon, wasi};
use talk::Talk;
use wasmtime::component::{HasSelf, Linker, ResourceTable, ResourceTableError};

#[allow(missing_docs, clippy::all)]
mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "mayfly:machine/machine",
        imports: { default: trappable },
        with: {
            "wasi:io/error.error": super::io::IoError,
            "wasi:io/poll.pollable": super::io::Pollable,
            "wasi:io/streams.input-stream": super::streams::InputStream,
            "wasi:io/streams.output-stream": super::streams::OutputStream,
            "wasi:cli/terminal-input.terminal-input": super::cli::Terminal,
            "wasi:cli/terminal-output.terminal-output": super::cli::Terminal,
            "wasi:filesystem/types.descriptor": super::filesystem::Descriptor,
            "wasi:filesystem/types.directory-entry-stream": super::filesystem::Listing,
            "fermyon:spin/key-value@2.0.0.store": super::key_value::Store,
            "wasi:keyvalue/store.bucket": super::key_value::Store,
            "wasi:keyvalue/atomics.cas": super::key_value::Cas,
            "wasi:http/types.fields": super::fields::Fields,
            "wasi:http/types.incoming-request": super::http::IncomingRequest,
            "wasi:http/types.outgoing-request": super::calls::OutgoingRequest,
            "wasi:http/types.request-options": super::calls::RequestOptions,
            "wasi:http/types.response-outparam": super::http::ResponseOutparam,
            "wasi:http/types.incoming-response": super::calls::IncomingResponse,
            "wasi:http/types.incoming-body": super::bodies::IncomingBody,
            "wasi:http/types.future-trailers": super::bodies::FutureTrailers,
            "wasi:http/types.outgoing-response": super::http::OutgoingResponse,
            "wasi:http/types.outgoing-body": super::bodies::OutgoingBody,
            "wasi:http/types.future-incoming-response": super::calls::FutureIncomingResponse,
        },
        trappable_error_type: {
            "wasi:io/streams.stream-error" => super::io::StreamFailure,
            "wasi:filesystem/types.error-code" => super::filesystem::FileFailure,
            "wasi:http/types.error-code" => super::http::HttpFailure,
            "wasi:http/types.header-error" => super::fields::HeaderFailure,
        },
    });
}

/// What calls work on: the data of the store.
pub(crate) struct State {
    pub(crate) world: World,
    /// What the component holds handles of.
    table: ResourceTable,
    talk: Talk,
    variables: Strings<'static>,
    budget: Budget,
}

impl State {
    fn new(world: World, serves_http: bool, variables: Strings<'static>) -> Self {
        let budget = world.host.budget().clone();
        Self { world, table: ResourceTable::new(), talk: Talk::new(serves_http), variables, budget }
    }

    /// Counts linear memories and tables.
    fn limiter(&mut self) -> &mut Budget {
        &mut self.budget
    }
}

/// Why a call fails: with an answer of its interface, or with a trap.
#[derive(Debug)]
pub enum Failure<E> {
    Code(E),
    Trap(wasmtime::Error),
}

impl<E> Failure<E> {
    /// What the interface has is the answer, a trap goes on.
    fn answer(self) -> wasmtime::Result<E> {
        match self {
            Failure::Code(code) => Ok(code),
            Failure::Trap(error) => Err(error),
        }
    }
}

impl<E> From<ResourceTableError> for Failure<E> {
    fn from(error: ResourceTableError) -> Self {
        Failure::Trap(error.into())
    }
}

impl<E> From<wasmtime::Error> for Failure<E> {
    fn from(error: wasmtime::Error) -> Self {
        Failure::Trap(error)
    }
}

/// Defines everything that the world names.
fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    bindings::Machine::add_to_linker::<State, HasSelf<State>>(linker, &bindings::LinkOptions::default(), |state| state)
}
