//! A file's bytes: a view of the image, and over it the pages that were written.

use super::errno::{Errno, Result};
use crate::budget::Budget;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// The largest size: what a signed offset can say.
pub(crate) const SIZE_MAX: u64 = i64::MAX as u64;
const PAGE: usize = abi::PAGE;
/// What a page costs: its bytes and its place in the map.
pub(super) const PAGE_COST: u64 = PAGE as u64 + 32;

/// Holes are not stored: they read as zeros and cost nothing.
pub(super) struct Content {
    /// What the file began with, cut where it has been truncated; hidden where there is a page.
    base: &'static [u8],
    pages: BTreeMap<u64, Box<[u8]>>,
    size: u64,
}

impl Content {
    pub(super) fn new(base: &'static [u8]) -> Self {
        Self { base, pages: BTreeMap::new(), size: base.len() as u64 }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Reads as much as there is; 0 at the end and beyond.
    pub(super) fn read(&self, offset: u64, into: &mut [u8]) -> usize {
        let n = usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX).min(into.len());
        let mut done = 0;
        while done < n {
            let at = offset + done as u64;
            let (page, within) = (at / PAGE as u64, (at % PAGE as u64) as usize);
            let into = &mut into[done..n.min(done + PAGE - within)];
            match self.pages.get(&page) {
                Some(bytes) => into.copy_from_slice(&bytes[within..within + into.len()]),
                None => self.base_at(at, into),
            }
            done += into.len();
        }
        n
    }

    /// Writes as much as the budget allows, at least one byte.
    pub(super) fn write(&mut self, offset: u64, bytes: &[u8], budget: &Budget) -> Result<usize> {
        let room = SIZE_MAX.saturating_sub(offset);
        if room == 0 && !bytes.is_empty() {
            return Err(Errno::FileTooLarge);
        }
        let n = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
        let mut done = 0;
        while done < n {
            let at = offset + done as u64;
            let (page, within) = (at / PAGE as u64, (at % PAGE as u64) as usize);
            let from = &bytes[done..n.min(done + PAGE - within)];
            match self.page(page, budget) {
                Ok(into) => into[within..within + from.len()].copy_from_slice(from),
                Err(_) if done > 0 => break,
                Err(errno) => return Err(errno),
            }
            done += from.len();
            self.size = self.size.max(offset + done as u64);
        }
        Ok(done)
    }

    /// Cuts the file, or makes it longer by a hole.
    pub(super) fn resize(&mut self, size: u64, budget: &Budget) -> Result<()> {
        if size > SIZE_MAX {
            return Err(Errno::FileTooLarge);
        }
        if size < self.size {
            let kept = size.div_ceil(PAGE as u64);
            let gone = self.pages.split_off(&kept);
            budget.give(gone.len() as u64 * PAGE_COST);
            let within = (size % PAGE as u64) as usize;
            if let Some(last) = self.pages.get_mut(&(size / PAGE as u64)).filter(|_| within > 0) {
                last[within..].fill(0);
            }
            self.base = &self.base[..self.base.len().min(usize::try_from(size).unwrap_or(usize::MAX))];
        }
        self.size = size;
        Ok(())
    }

    /// Makes sure that writes to the range will find room, and that the file reaches its end.
    pub(super) fn allocate(&mut self, offset: u64, length: u64, budget: &Budget) -> Result<()> {
        let end = offset.checked_add(length).filter(|&e| e <= SIZE_MAX).ok_or(Errno::FileTooLarge)?;
        let (first, last) = (offset / PAGE as u64, (end - 1) / PAGE as u64);
        let missing = (last - first + 1) - self.pages.range(first..=last).count() as u64;
        if missing.saturating_mul(PAGE_COST) > budget.limit() - budget.used() {
            return Err(Errno::NoSpace);
        }
        for page in first..=last {
            self.page(page, budget)?;
        }
        self.size = self.size.max(end);
        Ok(())
    }

    /// Gives back what its pages take.
    pub(super) fn release(&mut self, budget: &Budget) {
        budget.give(self.pages.len() as u64 * PAGE_COST);
        self.pages.clear();
    }

    /// The page's own bytes, copied from the base or zeroed if it had none.
    fn page(&mut self, page: u64, budget: &Budget) -> Result<&mut [u8]> {
        if !self.pages.contains_key(&page) {
            if !budget.take(PAGE_COST) {
                return Err(Errno::NoSpace);
            }
            let mut bytes = Vec::new();
            if bytes.try_reserve_exact(PAGE).is_err() {
                budget.give(PAGE_COST);
                return Err(Errno::NoSpace);
            }
            bytes.resize(PAGE, 0);
            self.base_at(page * PAGE as u64, &mut bytes);
            self.pages.insert(page, bytes.into_boxed_slice());
        }
        Ok(self.pages.get_mut(&page).expect("just made"))
    }

    /// What the base says at `offset`, and zeros after it.
    fn base_at(&self, offset: u64, into: &mut [u8]) {
        let base = usize::try_from(offset).ok().and_then(|o| self.base.get(o..)).unwrap_or(&[]);
        let n = base.len().min(into.len());
        into[..n].copy_from_slice(&base[..n]);
        into[n..].fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn all(c: &Content) -> Vec<u8> {
        let mut bytes = vec![0xee; c.size() as usize + 3];
        let n = c.read(0, &mut bytes);
        bytes.truncate(n);
        bytes
    }

    /// A model: the same operations on a plain vector.
    #[test]
    fn random_operations_are_those_of_a_plain_vector() {
        let base: &'static [u8] = Vec::leak((0..20_000u32).map(|i| i as u8).collect());
        let budget = Budget::new(1 << 30);
        let mut c = Content::new(base);
        let mut model = base.to_vec();
        let mut seed = 12345u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) % below
        };
        for step in 0..2_000 {
            let at = next(30_000) as usize;
            match next(4) {
                0 => {
                    c.resize(at as u64, &budget).unwrap();
                    model.resize(at, 0);
                }
                1 => {
                    let length = next(6_000) as usize;
                    let mut got = vec![0; length];
                    let n = c.read(at as u64, &mut got);
                    let end = model.len().min(at + length);
                    assert_eq!(&got[..n], model.get(at..end).unwrap_or(&[]), "step {step}");
                }
                _ => {
                    let bytes = vec![step as u8; next(6_000) as usize];
                    assert_eq!(c.write(at as u64, &bytes, &budget).unwrap(), bytes.len());
                    if !bytes.is_empty() {
                        model.resize(model.len().max(at + bytes.len()), 0);
                        model[at..at + bytes.len()].copy_from_slice(&bytes);
                    }
                }
            }
            assert_eq!(c.size(), model.len() as u64, "step {step}");
        }
        assert_eq!(all(&c), model);
        c.release(&budget);
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn what_was_cut_off_does_not_come_back() {
        let budget = Budget::new(1 << 20);
        let mut c = Content::new(b"secret");
        c.resize(2, &budget).unwrap();
        c.resize(6, &budget).unwrap();
        assert_eq!(all(&c), b"se\0\0\0\0");
        c.write(4, b"xy", &budget).unwrap();
        c.resize(5, &budget).unwrap();
        c.resize(7, &budget).unwrap();
        assert_eq!(all(&c), b"se\0\0x\0\0");
    }

    #[test]
    fn a_full_budget_cuts_a_write_and_then_refuses() {
        let budget = Budget::new(2 * PAGE_COST);
        let mut c = Content::new(&[]);
        assert_eq!(c.write(10, &[1; 3 * PAGE], &budget), Ok(2 * PAGE - 10));
        assert_eq!(c.write(2 * PAGE as u64, b"x", &budget), Err(Errno::NoSpace));
        assert_eq!(c.write(5, b"x", &budget), Ok(1));
        assert_eq!(c.allocate(0, 3 * PAGE as u64, &budget), Err(Errno::NoSpace));
        c.resize(0, &budget).unwrap();
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn a_huge_file_of_holes_costs_a_page() {
        let budget = Budget::new(PAGE_COST);
        let mut c = Content::new(&[]);
        c.resize(1 << 40, &budget).unwrap();
        assert_eq!(c.write((1 << 40) - 1, b"x", &budget), Ok(1));
        assert_eq!(c.write(SIZE_MAX, b"x", &budget), Err(Errno::FileTooLarge));
        assert_eq!(c.write(u64::MAX, b"x", &budget), Err(Errno::FileTooLarge));
        assert_eq!(c.resize(SIZE_MAX + 1, &budget), Err(Errno::FileTooLarge));
        assert_eq!(c.allocate(u64::MAX, 1, &budget), Err(Errno::FileTooLarge));
    }

    #[test]
    fn allocating_makes_the_file_longer_and_keeps_its_bytes() {
        let budget = Budget::new(1 << 20);
        let mut c = Content::new(b"abc");
        c.allocate(1, 9, &budget).unwrap();
        assert_eq!(all(&c), b"abc\0\0\0\0\0\0\0");
        c.allocate(0, 2, &budget).unwrap();
        assert_eq!(c.size(), 10);
    }
}
