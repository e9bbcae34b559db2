package dev.mayfly.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** A VM's file descriptor: its memory slots and what its guest may not do. One thread at a time. */
final class VmDescriptor implements AutoCloseable {
  /** {@code struct kvm_userspace_memory_region}: slot, flags, guest address, bytes, host address. */
  static final int MEMORY_REGION = 32;
  /** {@code struct kvm_enable_cap}: capability, flags, four arguments, padding. */
  static final int ENABLE_CAP = 0x68;
  /** {@code struct kvm_msr_filter}: flags, padding, sixteen ranges of {flags, count, base, padding, address of bits}. */
  static final int MSR_FILTER = 0x188;

  /** {@code struct kvm_dirty_log}: slot, padding, address of the bits. */
  static final int DIRTY_LOG = 16;
  /** {@code struct kvm_clear_dirty_log}: slot, pages, first page, address of the bits. */
  static final int CLEAR_DIRTY_LOG = 24;

  private static final int LOG_DIRTY = 1;
  private static final int READONLY = 2;
  private static final int MANUAL_PROTECT = 1;
  private static final int DEFAULT_DENY = 1;
  private static final int FILTER_READ = 1;
  private static final int EXIT_ON_FILTERED = 4;

  private final int fd;
  private boolean closed;

  VmDescriptor(int fd) {
    this.fd = fd;
  }

  int fd() {
    return fd;
  }

  /** Adds a slot that the guest may read; {@code memory} must stay mapped until this VM is closed. */
  void addShared(int slot, long guestAddress, GuestMemory memory) {
    addSlot(slot, guestAddress, memory, READONLY);
  }

  /** Adds a slot that the guest may write; {@code memory} must stay mapped until this VM is closed. */
  DirtyLog addOwn(int slot, long guestAddress, GuestMemory memory) {
    addSlot(slot, guestAddress, memory, LOG_DIRTY);
    return new DirtyLog(fd, slot, guestAddress, memory.size());
  }

  private void addSlot(int slot, long guestAddress, GuestMemory memory, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment region = arena.allocate(MEMORY_REGION, 8);
      region.set(JAVA_INT, 0, slot);
      region.set(JAVA_INT, 4, flags);
      region.set(JAVA_LONG, 8, guestAddress);
      region.set(JAVA_LONG, 16, memory.size());
      region.set(JAVA_LONG, 24, memory.address());
      Libc.ioctl(fd, "KVM_SET_USER_MEMORY_REGION " + slot, Ioctl.SET_USER_MEMORY_REGION, region.address());
    }
  }

  /** Lets dirty logs be read without being cleared. Before the first slot that has one. */
  void keepDirtyLogs() {
    try (Arena arena = Arena.ofConfined()) {
      enable(arena, fd, Capability.MANUAL_DIRTY_LOG_PROTECT2, MANUAL_PROTECT);
    }
  }

  /** Denies every MSR; an access leaves the guest for good, as any exit but the one port does. Before the first run. */
  void denyMsrs() {
    try (Arena arena = Arena.ofConfined()) {
      enable(arena, fd, Capability.X86_USER_SPACE_MSR, EXIT_ON_FILTERED);
      // The kernel refuses a filter without any range: this one names the first MSR, and denies it like all others.
      MemorySegment filter = arena.allocate(MSR_FILTER, 8);
      filter.set(JAVA_INT, 0, DEFAULT_DENY);
      filter.set(JAVA_INT, 8, FILTER_READ);
      filter.set(JAVA_INT, 12, 1);
      filter.set(JAVA_LONG, 24, arena.allocate(8, 8).address());
      Libc.ioctl(fd, "KVM_X86_SET_MSR_FILTER", Ioctl.X86_SET_MSR_FILTER, filter.address());
    }
  }

  static void enable(Arena arena, int fd, Capability capability, long argument) {
    MemorySegment cap = arena.allocate(ENABLE_CAP, 8);
    cap.set(JAVA_INT, 0, capability.number);
    cap.set(JAVA_LONG, 8, argument);
    Libc.ioctl(fd, "KVM_ENABLE_CAP " + capability, Ioctl.ENABLE_CAP, cap.address());
  }

  VcpuDescriptor createVcpu(int runBytes) {
    int vcpu = Libc.ioctl(fd, "KVM_CREATE_VCPU", Ioctl.CREATE_VCPU, 0);
    try {
      return new VcpuDescriptor(vcpu, runBytes);
    } catch (RuntimeException e) {
      Libc.close(vcpu);
      throw e;
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Libc.close(fd);
    }
  }
}
