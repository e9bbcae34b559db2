//! Empty on purpose: wasmtime's feature `runtime` asks for this crate on Linux, and with custom virtual memory never calls it.
#![no_std]
