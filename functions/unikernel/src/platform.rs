//! The way out of the machine, and its clock.

use abi::exchange::{GUEST, HOST};
use abi::machine::EXCHANGE;
use abi::{GuestPage, HostPage, reason};
use core::arch::asm;
use core::ptr::{addr_of, addr_of_mut};
use mayfly_core::Platform;

/// The machine, as the core sees it.
pub struct Machine {
    image: &'static [u8],
    /// Nanoseconds in a tick, times 2^32.
    scale: u64,
}

fn host_page() -> *const HostPage {
    (EXCHANGE + HOST as u64) as *const HostPage
}

fn guest_page() -> *mut GuestPage {
    (EXCHANGE + GUEST as u64) as *mut GuestPage
}

/// Leaves to the host, with what stands in the guest page.
///
/// The data segments' selectors are cleared on the way back: 64-bit code makes no use of them, and a nested KVM (PVM) leaves to a machine what another
/// one on the same host thread has loaded, a few bits that two hostile functions could talk by.
fn leave() {
    // SAFETY: the port's write ends this run; the host reads and writes the exchange area meanwhile, which the missing `nomem` tells the compiler. Null
    // selectors are valid in ring 3, and nothing here uses the bases of fs and gs.
    unsafe {
        asm!(
            "out dx, al",
            "mov ds, {null:e}",
            "mov es, {null:e}",
            "mov fs, {null:e}",
            "mov gs, {null:e}",
            null = in(reg) 0,
            in("dx") abi::PORT,
            in("al") 0u8,
            options(nostack, preserves_flags)
        );
    }
}

/// Asks the host for the function's own frames: their address and bytes, 0 bytes if refused. May come in the midst of a write to OUT, of which the host sees
/// what was published before.
pub fn grow() -> (u64, u64) {
    // SAFETY: both pages are mapped and, while the guest runs, its own; volatile, since the host has a part in them. What the guest page
    // held for the exit in preparation is kept.
    unsafe {
        let page = guest_page();
        let reason = addr_of!((*page).reason).read();
        addr_of_mut!((*page).reason).write_volatile(reason::GROW);
        leave();
        addr_of_mut!((*page).reason).write_volatile(reason);
        (addr_of!((*host_page()).frames_addr).read_volatile(), addr_of!((*host_page()).frames_len).read_volatile())
    }
}

/// Gives up: the machine is lost.
pub fn give_up(message: core::fmt::Arguments) -> ! {
    struct Text(usize);
    impl core::fmt::Write for Text {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            let bytes = text.len().min(abi::MESSAGE_SIZE - self.0);
            // SAFETY: within the message, which is this side's to write.
            unsafe { addr_of_mut!((*guest_page()).message).cast::<u8>().add(self.0).copy_from(text.as_ptr(), bytes) };
            self.0 += bytes;
            Ok(())
        }
    }
    let mut text = Text(0);
    let _ = core::fmt::write(&mut text, message);
    // SAFETY: as in `grow`.
    unsafe {
        addr_of_mut!((*guest_page()).message_len).write_volatile(text.0 as u32);
        addr_of_mut!((*guest_page()).reason).write_volatile(reason::PANIC);
    }
    loop {
        leave();
    }
}

impl Machine {
    /// As the host page of a boot describes it.
    pub fn new() -> Machine {
        // SAFETY: the host has written the page before it entered; the image's slot is there, read-only, for the machine's life.
        unsafe {
            let page = host_page().read_volatile();
            let image = core::slice::from_raw_parts(page.image_addr as *const u8, page.image_len as usize);
            Machine { image, scale: ((1_000_000_000u128 << 32) / u128::from(page.tsc_hz.max(1))) as u64 }
        }
    }
}

impl Platform for Machine {
    fn exchange(&self) -> *mut u8 {
        EXCHANGE as *mut u8
    }

    fn leave(&mut self) {
        leave();
    }

    fn ticks_ns(&self) -> u64 {
        // SAFETY: the time-stamp counter may be read in ring 3 (CR4.TSD is clear).
        let ticks = unsafe { core::arch::x86_64::_rdtsc() };
        ((u128::from(ticks) * u128::from(self.scale)) >> 32) as u64
    }

    fn image(&self) -> &'static [u8] {
        self.image
    }
}
