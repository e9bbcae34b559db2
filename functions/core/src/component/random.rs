//! `wasi:random`. What is called insecure is as good as the rest: there is one generator.

use super::State;
use super::wasi::random::{insecure, insecure_seed, random};
use alloc::vec;
use alloc::vec::Vec;
use wasmtime::{Result, bail};

/// Bytes that one call gives, at the most.
const MAX: u64 = 1 << 20;

impl State {
    fn random_bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        if length > MAX {
            bail!("{length} random bytes are wanted at once; at most {MAX} are given");
        }
        let mut bytes = vec![0; length as usize];
        self.world.host.random(&mut bytes);
        Ok(bytes)
    }

    fn random_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.world.host.random(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

impl random::Host for State {
    fn get_random_bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        self.random_bytes(length)
    }

    fn get_random_u64(&mut self) -> Result<u64> {
        Ok(self.random_u64())
    }
}

impl insecure::Host for State {
    fn get_insecure_random_bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        self.random_bytes(length)
    }

    fn get_insecure_random_u64(&mut self) -> Result<u64> {
        Ok(self.random_u64())
    }
}

impl insecure_seed::Host for State {
    fn insecure_seed(&mut self) -> Result<(u64, u64)> {
        Ok((self.random_u64(), self.random_u64()))
    }
}
