package dev.mayfly.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

/**
 * A vCPU's file descriptor and its run page. Everything but {@link #interrupt} on one thread at a time, and nothing at all after {@link #close};
 * {@link Shell} sees to both.
 */
final class VcpuDescriptor implements AutoCloseable {
  /** {@code kvm_run.immediate_exit}: KVM_RUN returns EINTR at once while it is not 0. */
  private static final int IMMEDIATE_EXIT = 1;
  private static final VarHandle BYTE = JAVA_BYTE.varHandle();

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

  /** Sets all of it; no I/O may be pending. */
  void state(VcpuState state) {
    special(state);
    long at = state.block().address();
    Libc.ioctl(fd, "KVM_SET_XCRS", Ioctl.SET_XCRS, at + VcpuState.XCRS);
    Libc.ioctl(fd, "KVM_SET_XSAVE", Ioctl.SET_XSAVE, at + VcpuState.XSAVE);
    Libc.ioctl(fd, "KVM_SET_DEBUGREGS", Ioctl.SET_DEBUGREGS, at + VcpuState.DEBUGREGS);
    Libc.ioctl(fd, "KVM_SET_VCPU_EVENTS", Ioctl.SET_VCPU_EVENTS, at + VcpuState.EVENTS);
    Libc.ioctl(fd, "KVM_SET_REGS", Ioctl.SET_REGS, at + VcpuState.REGS);
    Reference.reachabilityFence(state);
  }

  /** Sets the special registers alone. */
  void special(VcpuState state) {
    Libc.ioctl(fd, "KVM_SET_SREGS", Ioctl.SET_SREGS, state.block().address() + VcpuState.SREGS);
    Reference.reachabilityFence(state);
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
