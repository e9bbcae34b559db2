package dev.mayfly.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * A vCPU's file descriptor and its run page. Everything but {@link #interrupt} on one thread at a time, and nothing at all after {@link #close};
 * {@link Shell} sees to both.
 */
final class VcpuDescriptor implements AutoCloseable {
  /** {@code kvm_run.immediate_exit}: KVM_RUN returns EINTR at once while it is not 0. */
  private static final int IMMEDIATE_EXIT = 1;
  private static final VarHandle BYTE = JAVA_BYTE.varHandle();
  /** {@code kvm_run.kvm_dirty_regs}: what the next KVM_RUN takes from {@code kvm_run.s.regs}, which is registers, special registers, events. */
  private static final int DIRTY_REGS = 0x128;
  private static final int SYNC_REGS = 0x130;
  private static final int SYNC_SREGS = SYNC_REGS + Regs.SIZE;
  private static final int SYNC_EVENTS = SYNC_SREGS + SpecialRegs.SIZE;
  private static final long ALL = 7;

  private final int fd;
  private final long runAddress;
  private final int runBytes;
  private final MemorySegment run;
  private boolean closed;

  VcpuDescriptor(int fd, int runBytes) {
    this.fd = fd;
    this.runBytes = runBytes;
    runAddress = Libc.mmap(runBytes, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, fd);
    run = MemorySegment.ofAddress(runAddress).reinterpret(runBytes); // sound: just mapped with this size, until close
  }

  private VcpuDescriptor(int fd) {
    this.fd = fd;
    runBytes = 0;
    runAddress = 0;
    run = Arena.ofAuto().allocate(4096, 8);
    closed = true;
  }

  /** Over a descriptor that is none, for tests. */
  static VcpuDescriptor over(int fd) {
    return new VcpuDescriptor(fd);
  }

  void features(CpuFeatures cpu) {
    try (Arena arena = Arena.ofConfined()) {
      // Before the table, or the features that the table leaves out would be there all the same.
      VmDescriptor.enable(arena, fd, Capability.ENFORCE_PV_FEATURE_CPUID, 1);
      MemorySegment table = arena.allocate(cpu.table().length, 8).copyFrom(MemorySegment.ofArray(cpu.table()));
      Libc.ioctl(fd, "KVM_SET_CPUID2", Ioctl.SET_CPUID2, table.address());
    }
  }

  long tscHz() {
    return 1000L * Libc.ioctl(fd, "KVM_GET_TSC_KHZ", Ioctl.GET_TSC_KHZ, 0);
  }

  /** All of the vCPU's state; no I/O may be pending. */
  VcpuState state() {
    VcpuState state = new VcpuState();
    long at = state.block().address();
    Libc.ioctl(fd, "KVM_GET_REGS", Ioctl.GET_REGS, at + VcpuState.REGS);
    Libc.ioctl(fd, "KVM_GET_SREGS", Ioctl.GET_SREGS, at + VcpuState.SREGS);
    Libc.ioctl(fd, "KVM_GET_XCRS", Ioctl.GET_XCRS, at + VcpuState.XCRS);
    Libc.ioctl(fd, "KVM_GET_DEBUGREGS", Ioctl.GET_DEBUGREGS, at + VcpuState.DEBUGREGS);
    Libc.ioctl(fd, "KVM_GET_VCPU_EVENTS", Ioctl.GET_VCPU_EVENTS, at + VcpuState.EVENTS);
    Libc.ioctl(fd, "KVM_GET_XSAVE", Ioctl.GET_XSAVE, at + VcpuState.XSAVE);
    Reference.reachabilityFence(state);
    return state;
  }

  /**
   * Sets all of it; no I/O may be pending. Registers, special registers and events go in with the next KVM_RUN: each call to a vCPU costs 3 to 4 us here, whatever it does
   * (the kernel loads and puts the vCPU, and reads MSRs, which leave this virtual machine).
   */
  void state(VcpuState state) {
    long at = state.block().address();
    Libc.ioctl(fd, "KVM_SET_XCRS", Ioctl.SET_XCRS, at + VcpuState.XCRS);
    Libc.ioctl(fd, "KVM_SET_XSAVE", Ioctl.SET_XSAVE, at + VcpuState.XSAVE);
    Libc.ioctl(fd, "KVM_SET_DEBUGREGS", Ioctl.SET_DEBUGREGS, at + VcpuState.DEBUGREGS);
    Reference.reachabilityFence(state);
    withNextRun(state);
  }

  /**
   * Sets back what a guest in ring 3 can have changed, when all of it was set once to the same, with the next KVM_RUN; an {@code out} may be pending. Three parts of the state are not among it:
   *
   * <ul>
   *   <li>XCR0 and the debug registers take ring 0, where nothing runs but the unikernel's stub, whose code, descriptors and tables lie in the read-only slot; an exception that leaves its mark in
   *       DR6 is reported, and the machine discarded;
   *   <li>x87 and vector registers: a snapshot's next instruction, in the read-only slot too, is the unikernel's XRSTOR, which makes them initial whatever they hold. A call to KVM would
   *       cost 3 us.
   * </ul>
   * The pending {@code out} needs no completion of its own: KVM takes the registers first, and steps over the instruction only where the instruction pointer still stands at it
   * (complete_fast_pio_out; where the port is emulated, it was stepped over at the exit).
   */
  void reset(VcpuState state) {
    withNextRun(state);
    Reference.reachabilityFence(state);
  }

  private void withNextRun(VcpuState state) {
    withNextRun(state, SYNC_REGS, VcpuState.REGS, Regs.SIZE);
    withNextRun(state, SYNC_SREGS, VcpuState.SREGS, SpecialRegs.SIZE);
    withNextRun(state, SYNC_EVENTS, VcpuState.EVENTS, VcpuState.EVENTS_SIZE);
    run.set(JAVA_LONG, DIRTY_REGS, ALL);
  }

  private void withNextRun(VcpuState state, int to, int from, int bytes) {
    MemorySegment.copy(state.block(), from, run, to, bytes);
  }

  /** KVM_RUN: 0, or the errno, negative. */
  int run() {
    return Libc.tryIoctl(fd, Ioctl.RUN, 0);
  }

  /** Finishes what the last exit left pending (the {@code out} itself), without a step into the guest. */
  void completeExit() {
    interrupt();
    int result = run();
    clearInterrupt();
    if (result != -Errno.EINTR) {
      throw new SyscallException("KVM_RUN to complete an exit", -result);
    }
  }

  /** Makes KVM_RUN, this one or the next, return EINTR; a thread that is inside needs a signal besides. Any thread, not after close. */
  void interrupt() {
    BYTE.setVolatile(run, (long) IMMEDIATE_EXIT, (byte) 1);
  }

  void clearInterrupt() {
    BYTE.setVolatile(run, (long) IMMEDIATE_EXIT, (byte) 0);
  }

  /** Why KVM_RUN returned 0; read from a copy, once. */
  VcpuExit exit() {
    return VcpuExit.read(run);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Libc.munmap(runAddress, runBytes);
      Libc.close(fd);
    }
  }
}
