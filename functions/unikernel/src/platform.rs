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

/// What XRSTOR is asked for: x87, SSE, AVX, and AVX-512's three, which a processor has on under PVM though machines are not promised them.
const VECTORS: u32 = 0xe7;

/// An area for XRSTOR in which nothing but MXCSR (at 24) stands.
#[repr(C, align(64))]
struct XsaveArea([u32; 144]);

static INITIAL: XsaveArea = XsaveArea({
    let mut words = [0; 144];
    words[24 / 4] = 0x1f80;
    words
});

/// Leaves to the host, with what stands in the guest page.
///
/// The data segments' selectors are cleared on the way back: 64-bit code makes no use of them, and a nested KVM (PVM) leaves to a machine what another
/// one on the same host thread has loaded, a few bits that two hostile functions could talk by.
///
/// Before them all vector and x87 state is put to its initial values, from a place that no machine can write: the host's reset sets the instruction pointer and the memory, and
/// leaves that state to this (`Reset`), since a call to KVM for it costs 3 us. PKRU is left out: it is the host's under PVM.
fn leave() {
    // SAFETY: the port's write ends this run; the host reads and writes the exchange area meanwhile, which the missing `nomem` tells the compiler. Null
    // selectors are valid in ring 3, and nothing here uses the bases of fs and gs. XRSTOR reads 576 aligned bytes, whose header is zero but for nothing: standard form, every
    // component that is asked for initial (Intel SDM 1, 13.8); CR4.OSXSAVE is set (`SpecialRegs`). What it changes is clobbered.
    unsafe {
        asm!(
            "out dx, al",
            "mov eax, {components}",
            "mov edx, 0",
            "xrstor [{initial}]",
            "mov ds, {null:e}",
            "mov es, {null:e}",
            "mov fs, {null:e}",
            "mov gs, {null:e}",
            null = in(reg) 0,
            components = const VECTORS,
            initial = in(reg) &raw const INITIAL,
            inout("edx") u32::from(abi::PORT) => _,
            inout("eax") 0 => _,
            out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _, out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
            out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _, out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
            out("st(0)") _, out("st(1)") _, out("st(2)") _, out("st(3)") _, out("st(4)") _, out("st(5)") _, out("st(6)") _, out("st(7)") _,
            out("mm0") _, out("mm1") _, out("mm2") _, out("mm3") _, out("mm4") _, out("mm5") _, out("mm6") _, out("mm7") _,
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
