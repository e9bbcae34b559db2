package dev.mayfly.kvm;

/** KVM's requests (linux/kvm.h, x86-64). The size of a request's structure stands in bits 16 to 29 of its number; a test holds the layouts to it. */
final class Ioctl {
  static final long GET_API_VERSION = 0xae00L;
  static final long CREATE_VM = 0xae01L;
  static final long CHECK_EXTENSION = 0xae03L;
  static final long GET_VCPU_MMAP_SIZE = 0xae04L;
  static final long GET_SUPPORTED_CPUID = 0xc008ae05L;
  static final long CREATE_VCPU = 0xae41L;
  static final long GET_DIRTY_LOG = 0x4010ae42L;
  static final long SET_USER_MEMORY_REGION = 0x4020ae46L;
  static final long RUN = 0xae80L;
  static final long GET_REGS = 0x8090ae81L;
  static final long SET_REGS = 0x4090ae82L;
  static final long GET_SREGS = 0x8138ae83L;
  static final long SET_SREGS = 0x4138ae84L;
  static final long SET_CPUID2 = 0x4008ae90L;
  static final long GET_VCPU_EVENTS = 0x8040ae9fL;
  static final long SET_VCPU_EVENTS = 0x4040aea0L;
  static final long GET_DEBUGREGS = 0x8080aea1L;
  static final long SET_DEBUGREGS = 0x4080aea2L;
  static final long GET_TSC_KHZ = 0xaea3L;
  static final long ENABLE_CAP = 0x4068aea3L;
  static final long GET_XSAVE = 0x9000aea4L;
  static final long SET_XSAVE = 0x5000aea5L;
  static final long GET_XCRS = 0x8188aea6L;
  static final long SET_XCRS = 0x4188aea7L;
  static final long CLEAR_DIRTY_LOG = 0xc018aec0L;
  static final long X86_SET_MSR_FILTER = 0x4188aec6L;
  /** Of /proc/PID/pagemap (linux/fs.h, since 6.7). */
  static final long PAGEMAP_SCAN = 0xc0606610L;

  private Ioctl() {}

  /** Bytes of the request's structure. */
  static int size(long request) {
    return (int) (request >>> 16) & 0x3fff;
  }
}
