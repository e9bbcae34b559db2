/**
 * The monitor: machines made of /dev/kvm, through the Foreign Function &amp; Memory API and nothing else. The only package that imports
 * {@code java.lang.foreign}. What there is to see from outside: {@link dev.mayfly.kvm.KvmEngine}, {@link dev.mayfly.kvm.KvmSettings} and
 * {@link dev.mayfly.kvm.KvmProbe}; the rest is behind {@code dev.mayfly.vm}.
 *
 * <p>Read {@link dev.mayfly.kvm.MachineMap} first (where things lie), then {@code Shell} (a VM, how it is entered and stopped), {@code ShellMaker} (how it is warmed),
 * {@code KvmSnapshot}, {@code DirtyLog} and {@code Reset} (how nothing crosses), {@code KvmVm} (a function's machine, as others see it).
 *
 * <p>Threads. A machine is run by one thread. {@code mayfly-shells} makes shells ahead, {@code mayfly-reaper} gives VMs and mappings back, {@code mayfly-slices} kicks runs
 * that last too long. Nothing on a request's path closes a descriptor or unmaps memory.
 *
 * <p>Memory outside the heap has an owner for each mapping ({@code GuestMemory}, {@code VcpuDescriptor}), and is unmapped by the reaper once no machine and no
 * snapshot holds it. A machine that is closed does not touch it again: {@code KvmVm} lets one thread in at a time, and none after the close.
 *
 * <p>Where this is not quite the design: shells are made by a thread of their own and not by those that run machines, so each changes its thread once (free since Linux
 * 6.13); SYSCALL is off in EFER, since it would enter ring 0 at address 0; memory that a run took beyond what a machine may keep is given back with the reset, off
 * the request path, which is the one invalidation that is made on purpose; a reset leaves alone what takes ring 0 to change (XCR0, the debug registers), and leaves vector
 * registers to the first instruction that a restored machine runs ({@code VcpuDescriptor.reset}), so it makes no call to KVM beside reading the dirty logs, where each costs 3 us and more; the dirty log is cleared once in a machine's life
 * ({@code Settling}), so that it names what requests write and not what was warmed.
 *
 * <p>Three things to know about the nested software KVM "PVM": ring 3 runs on the bare processor, so a guest sees the host's CPUID and may use AVX-512, which
 * machines do not promise (a reset clears it all the same); the selectors in DS, ES, FS and GS belong to the host's thread there, and nothing that KVM offers sets
 * them back (a few bits that two hostile guests could pass each other; not so on VMX and SVM); and ring 0 is interpreted, so it stays short.
 */
package dev.mayfly.kvm;
