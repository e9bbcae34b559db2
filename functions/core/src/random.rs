//! Randomness: ChaCha20 (RFC 8439) keyed with the host's entropy, its key replaced after each draw, so that what was drawn cannot be found
//! out from a machine's memory later. Its own code because the crates for it ask CPUID, which costs an exit each time.

/// A generator; the same seed gives the same bytes.
pub(crate) struct Random {
    key: [u32; 8],
}

impl Random {
    pub(crate) fn new(seed: &[u8; 32]) -> Self {
        let mut key = [0; 8];
        for (word, bytes) in key.iter_mut().zip(seed.chunks_exact(4)) {
            *word = u32::from_le_bytes(bytes.try_into().expect("four bytes"));
        }
        Self { key }
    }

    /// Fills all of `into`.
    pub(crate) fn fill(&mut self, into: &mut [u8]) {
        let first = block(&self.key, 0);
        let (head, tail) = into.split_at_mut(into.len().min(32));
        head.copy_from_slice(&first[32..32 + head.len()]);
        for (counter, chunk) in (1..).zip(tail.chunks_mut(64)) {
            chunk.copy_from_slice(&block(&self.key, counter)[..chunk.len()]);
        }
        let next: &[u8; 32] = first[..32].try_into().expect("half a block");
        *self = Self::new(next);
    }
}

/// One ChaCha20 block, with a nonce of zero: no key is used for two draws.
fn block(key: &[u32; 8], counter: u64) -> [u8; 64] {
    // "expand 32-byte k"; the counter takes two words, so 64 GiB and more may be drawn at once.
    let mut start = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574, 0, 0, 0, 0, 0, 0, 0, 0, counter as u32, (counter >> 32) as u32, 0, 0];
    start[4..12].copy_from_slice(key);
    finish(start)
}

fn finish(start: [u32; 16]) -> [u8; 64] {
    let mut s = start;
    for _ in 0..10 {
        quarter(&mut s, 0, 4, 8, 12);
        quarter(&mut s, 1, 5, 9, 13);
        quarter(&mut s, 2, 6, 10, 14);
        quarter(&mut s, 3, 7, 11, 15);
        quarter(&mut s, 0, 5, 10, 15);
        quarter(&mut s, 1, 6, 11, 12);
        quarter(&mut s, 2, 7, 8, 13);
        quarter(&mut s, 3, 4, 9, 14);
    }
    let mut out = [0; 64];
    for (i, bytes) in out.chunks_exact_mut(4).enumerate() {
        bytes.copy_from_slice(&s[i].wrapping_add(start[i]).to_le_bytes());
    }
    out
}

fn quarter(s: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    s[a] = s[a].wrapping_add(s[b]);
    s[d] = (s[d] ^ s[a]).rotate_left(16);
    s[c] = s[c].wrapping_add(s[d]);
    s[b] = (s[b] ^ s[c]).rotate_left(12);
    s[a] = s[a].wrapping_add(s[b]);
    s[d] = (s[d] ^ s[a]).rotate_left(8);
    s[c] = s[c].wrapping_add(s[d]);
    s[b] = (s[b] ^ s[c]).rotate_left(7);
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn the_block_function_is_the_rfcs() {
        // RFC 8439, section 2.3.2: key 00..1f, nonce 00:00:00:09:00:00:00:4a:00:00:00:00, counter 1.
        let mut start = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x0900_0000, 0x4a00_0000, 0];
        let key: [u8; 32] = core::array::from_fn(|i| i as u8);
        start[4..12].copy_from_slice(&Random::new(&key).key);
        let out = finish(start);
        assert_eq!(out[..16], [0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b, 0x59, 0x15, 0x50, 0x0f, 0xdd, 0x1f, 0xa3, 0x20, 0x71, 0xc4]);
        assert_eq!(out[48..], [0xb5, 0x12, 0x9c, 0xd1, 0xde, 0x16, 0x4e, 0xb9, 0xcb, 0xd0, 0x83, 0xe8, 0xa2, 0x50, 0x3c, 0x4e]);
    }

    #[test]
    fn draws_never_repeat_and_seeds_tell() {
        let mut r = Random::new(&[7; 32]);
        let (mut a, mut b) = (vec![0; 1000], vec![0; 1000]);
        r.fill(&mut a);
        r.fill(&mut b);
        assert_ne!(a, b);
        let mut again = vec![0; 1000];
        Random::new(&[7; 32]).fill(&mut again);
        assert_eq!(a, again);
        Random::new(&[8; 32]).fill(&mut again);
        assert_ne!(a, again);
    }

    #[test]
    fn every_length_is_filled() {
        for length in [0, 1, 31, 32, 33, 95, 96, 97, 160, 161] {
            let mut seen = vec![0u8; length];
            for _ in 0..40 {
                let mut bytes = vec![0; length];
                Random::new(&[length as u8; 32]).fill(&mut bytes);
                let mut r = Random::new(&[9; 32]);
                r.fill(&mut bytes);
                for (s, b) in seen.iter_mut().zip(&bytes) {
                    *s |= b;
                }
            }
            let zeros = seen.iter().filter(|&&b| b == 0).count();
            assert!(zeros <= length / 16 + 1, "{zeros} of {length} bytes were never written");
        }
    }
}
