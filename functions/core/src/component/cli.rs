//! `wasi:cli`, `wasi:config` and Spin's variables: what the component finds, and how it ends.

use super::State;
use super::streams::{InputStream, OutputStream};
use super::wasi::cli::{
    environment, exit, stderr, stdin, stdout, terminal_input, terminal_output, terminal_stderr, terminal_stdin, terminal_stdout,
};
use super::fermyon::spin::config;
use super::fermyon::spin2_0_0::variables;
use super::wasi::config0_2_0_draft_2024_09_27::store as draft;
use super::wasi::config0_2_0_rc_1::store;
use abi::record;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use wasmtime::component::Resource;
use wasmtime::{Error, Result};

/// `exit`: unwinds the program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exit(pub(super) i32);

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit status {}", self.0)
    }
}

impl core::error::Error for Exit {}

/// `terminal-input` and `terminal-output`.
pub struct Terminal;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl environment::Host for State {
    fn get_environment(&mut self) -> Result<Vec<(String, String)>> {
        let pair = |string: &[u8]| {
            let string = text(string);
            let (name, value) = string.split_once('=').unwrap_or((&string, ""));
            (name.into(), value.into())
        };
        Ok(self.world.environment().iter().map(pair).collect())
    }

    fn get_arguments(&mut self) -> Result<Vec<String>> {
        Ok(self.world.arguments().iter().map(text).collect())
    }

    fn initial_cwd(&mut self) -> Result<Option<String>> {
        Ok(None)
    }
}

impl exit::Host for State {
    fn exit(&mut self, status: core::result::Result<(), ()>) -> Result<()> {
        Err(Error::new(Exit(i32::from(status.is_err()))))
    }

    fn exit_with_code(&mut self, status: u8) -> Result<()> {
        Err(Error::new(Exit(i32::from(status))))
    }
}

impl stdin::Host for State {
    fn get_stdin(&mut self) -> Result<Resource<InputStream>> {
        Ok(self.table.push(InputStream::Standard)?)
    }
}

impl stdout::Host for State {
    fn get_stdout(&mut self) -> Result<Resource<OutputStream>> {
        Ok(self.table.push(OutputStream::Standard(record::STDOUT))?)
    }
}

impl stderr::Host for State {
    fn get_stderr(&mut self) -> Result<Resource<OutputStream>> {
        Ok(self.table.push(OutputStream::Standard(record::STDERR))?)
    }
}

impl State {
    /// Standard stream 0, 1 or 2 as a terminal, if it is one.
    fn terminal(&mut self, stream: usize) -> Result<Option<Resource<Terminal>>> {
        if self.world.host.is_terminal(stream) { Ok(Some(self.table.push(Terminal)?)) } else { Ok(None) }
    }

    fn drop_terminal(&mut self, this: Resource<Terminal>) -> Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

impl terminal_input::Host for State {}

impl terminal_input::HostTerminalInput for State {
    fn drop(&mut self, this: Resource<Terminal>) -> Result<()> {
        self.drop_terminal(this)
    }
}

impl terminal_output::Host for State {}

impl terminal_output::HostTerminalOutput for State {
    fn drop(&mut self, this: Resource<Terminal>) -> Result<()> {
        self.drop_terminal(this)
    }
}

impl terminal_stdin::Host for State {
    fn get_terminal_stdin(&mut self) -> Result<Option<Resource<Terminal>>> {
        self.terminal(0)
    }
}

impl terminal_stdout::Host for State {
    fn get_terminal_stdout(&mut self) -> Result<Option<Resource<Terminal>>> {
        self.terminal(1)
    }
}

impl terminal_stderr::Host for State {
    fn get_terminal_stderr(&mut self) -> Result<Option<Resource<Terminal>>> {
        self.terminal(2)
    }
}

impl State {
    /// The configuration's variables, names and values.
    fn variables(&self) -> impl Iterator<Item = (&'static [u8], &'static [u8])> + use<> {
        let mut strings = self.variables.iter();
        core::iter::from_fn(move || Some((strings.next()?, strings.next()?)))
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables().find(|(known, _)| *known == name.as_bytes()).map(|(_, value)| text(value))
    }
}

impl config::Host for State {
    fn get_config(&mut self, key: String) -> Result<core::result::Result<String, config::Error>> {
        Ok(self.variable(&key).ok_or(config::Error::InvalidKey(key)))
    }
}

impl variables::Host for State {
    fn get(&mut self, name: String) -> Result<core::result::Result<String, variables::Error>> {
        Ok(self.variable(&name).ok_or(variables::Error::Undefined(name)))
    }
}

impl draft::Host for State {
    fn get(&mut self, key: String) -> Result<core::result::Result<Option<String>, draft::Error>> {
        Ok(Ok(self.variable(&key)))
    }

    fn get_all(&mut self) -> Result<core::result::Result<Vec<(String, String)>, draft::Error>> {
        Ok(Ok(self.variables().map(|(name, value)| (text(name), text(value))).collect()))
    }
}

impl store::Host for State {
    fn get(&mut self, key: String) -> Result<core::result::Result<Option<String>, store::Error>> {
        Ok(Ok(self.variable(&key)))
    }

    fn get_all(&mut self) -> Result<core::result::Result<Vec<(String, String)>, store::Error>> {
        Ok(Ok(self.variables().map(|(name, value)| (text(name), text(value))).collect()))
    }
}
