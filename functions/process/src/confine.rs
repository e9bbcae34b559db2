//! What a process may use and do. Not what keeps a hostile function in (that is a machine of its own, with KVM), but what keeps a broken one from
//! taking the host's memory, and an escaped one from the host's files and network.

use std::io;

/// Memory beside the function's own limit, in bytes: the runtime, the image's data, the stack.
const RUNTIME: u64 = 256 << 20;
/// The stack, in bytes: what Wasm code may use, and as much again for the host functions and the trap handler below it.
const STACK: u64 = 2 * settings::WASM_STACK as u64;
/// Open files: standard streams, the socket, an exchange file or a memory image for a moment.
const FILES: u64 = 16;

/// Closes what the gateway had open.
pub fn close_inherited() {
    // SAFETY: nothing here has opened a file yet.
    unsafe { libc::close_range(3, u32::MAX, 0) };
}

/// Sets the process's limits; forks inherit them. Data counts, and not address space, because each linear memory reserves more than 4 GiB of that.
pub fn limit(memory: u64) -> io::Result<()> {
    set(libc::RLIMIT_DATA, memory.saturating_add(RUNTIME))?;
    set(libc::RLIMIT_STACK, STACK)?;
    set(libc::RLIMIT_NOFILE, FILES)?;
    set(libc::RLIMIT_CORE, 0)?;
    prctl(libc::PR_SET_NO_NEW_PRIVS, 1)?;
    prctl(libc::PR_SET_DUMPABLE, 0)
}

fn set(resource: libc::__rlimit_resource_t, to: u64) -> io::Result<()> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` may be written, and is read.
    let done = unsafe {
        libc::getrlimit(resource, &raw mut limit);
        limit = libc::rlimit { rlim_cur: to.min(limit.rlim_max), rlim_max: to.min(limit.rlim_max) };
        libc::setrlimit(resource, &raw const limit)
    };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// A fork ends with the zygote, which ends with the gateway's socket.
pub fn die_with_parent() {
    let _ = prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL as libc::c_ulong);
}

fn prctl(option: libc::c_int, argument: libc::c_ulong) -> io::Result<()> {
    // SAFETY: the options used here take a number, and the rest must be zero.
    if unsafe { libc::prctl(option, argument, 0 as libc::c_ulong, 0 as libc::c_ulong, 0 as libc::c_ulong) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// System calls of a running machine: its memory, its socket, clocks, signals that wasmtime's trap handler returns from. Nothing opens, connects,
/// starts or reaches anything.
const ALLOWED: [libc::c_long; 27] = [
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_fcntl,
    libc::SYS_close,
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_memfd_create,
    libc::SYS_ftruncate,
    libc::SYS_pwrite64,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    libc::SYS_sched_yield,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_gettid,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// `AUDIT_ARCH_X86_64` of linux/audit.h.
const X86_64: u32 = 0xc000_003e;

/// From now on any other system call ends the process. Needs `no_new_privs`.
pub fn filter() -> io::Result<()> {
    let program = program();
    let filter = libc::sock_fprog { len: program.len() as u16, filter: program.as_ptr().cast_mut() };
    // SAFETY: the kernel copies the program, which lives until after the call.
    let done = unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER as libc::c_ulong, &raw const filter) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The filter: the architecture, then the number against each allowed one. Numbers of the x32 ABI have bit 30 set and so match none.
fn program() -> Vec<libc::sock_filter> {
    let load = |offset: u32| step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset, 0, 0);
    let give = |verdict: u32| step(libc::BPF_RET | libc::BPF_K, verdict, 0, 0);
    let equal = |value: u32, yes: u8, no: u8| step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, value, yes, no);
    // seccomp_data: the number at 0, the architecture at 4.
    let mut program = vec![load(4), equal(X86_64, 1, 0), give(libc::SECCOMP_RET_KILL_PROCESS), load(0)];
    for (n, call) in ALLOWED.iter().enumerate() {
        let to_allow = (ALLOWED.len() - n) as u8;
        program.push(equal(*call as u32, to_allow, 0));
    }
    program.push(give(libc::SECCOMP_RET_KILL_PROCESS));
    program.push(give(libc::SECCOMP_RET_ALLOW));
    program
}

fn step(code: u32, value: u32, yes: u8, no: u8) -> libc::sock_filter {
    libc::sock_filter { code: code as u16, jt: yes, jf: no, k: value }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the program says to a call, by running it as the kernel would.
    fn verdict(architecture: u32, call: u32) -> u32 {
        let program = program();
        let (mut at, mut value) = (0, 0);
        loop {
            let step = &program[at];
            at += 1;
            match u32::from(step.code) & 7 {
                libc::BPF_LD => value = if step.k == 4 { architecture } else { call },
                libc::BPF_JMP => at += usize::from(if value == step.k { step.jt } else { step.jf }),
                _ => return step.k,
            }
        }
    }

    #[test]
    fn the_filter_allows_what_is_listed_and_nothing_else() {
        for call in 0..600 {
            let allowed = ALLOWED.contains(&libc::c_long::from(call));
            assert_eq!(verdict(X86_64, call) == libc::SECCOMP_RET_ALLOW, allowed, "system call {call}");
            assert_eq!(verdict(X86_64, call | 0x4000_0000), libc::SECCOMP_RET_KILL_PROCESS);
            assert_eq!(verdict(0x4000_0003, call), libc::SECCOMP_RET_KILL_PROCESS);
        }
    }
}
