package dev.mayfly.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

/** /dev/kvm, open. Any thread. */
final class KvmDevice implements AutoCloseable {
  static final String PATH = "/dev/kvm";
  private static final int API_VERSION = 12;
  private static final int CPUID_ENTRIES = 256;

  private final int fd;
  private boolean closed;

  KvmDevice() {
    this(PATH);
  }

  KvmDevice(String path) {
    fd = Libc.open(path, Libc.O_RDWR);
  }

  private KvmDevice(int fd) {
    this.fd = fd;
  }

  /** Over a descriptor that is none, for tests. */
  static KvmDevice over(int fd) {
    return new KvmDevice(fd);
  }

  /** What is wrong with this KVM, or empty. */
  String missing() {
    int version = Libc.ioctl(fd, "KVM_GET_API_VERSION", Ioctl.GET_API_VERSION, 0);
    if (version != API_VERSION) {
      return "KVM's interface has version " + version + ", not " + API_VERSION;
    }
    List<Capability> missing = Arrays.stream(Capability.values()).filter(c -> !has(c)).toList();
    return missing.isEmpty() ? "" : "KVM lacks " + missing + "; Linux 5.10 has them all";
  }

  boolean has(Capability capability) {
    return Libc.ioctl(fd, "KVM_CHECK_EXTENSION", Ioctl.CHECK_EXTENSION, capability.number) > 0;
  }

  /** Bytes of a vCPU's run page and what follows it. */
  int runBytes() {
    return Libc.ioctl(fd, "KVM_GET_VCPU_MMAP_SIZE", Ioctl.GET_VCPU_MMAP_SIZE, 0);
  }

  CpuFeatures features() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment table = arena.allocate(CpuFeatures.HEAD + (long) CPUID_ENTRIES * CpuFeatures.ENTRY, 8);
      table.set(JAVA_INT, 0, CPUID_ENTRIES);
      Libc.ioctl(fd, "KVM_GET_SUPPORTED_CPUID", Ioctl.GET_SUPPORTED_CPUID, table.address());
      return CpuFeatures.of(table.toArray(JAVA_BYTE));
    }
  }

  VmDescriptor createVm() {
    return new VmDescriptor(Libc.ioctl(fd, "KVM_CREATE_VM", Ioctl.CREATE_VM, 0));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Libc.close(fd);
    }
  }
}
