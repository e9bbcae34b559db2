package dev.mayfly.kvm;

import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * Why a guest was left, from {@code struct kvm_run}:
 *
 * <pre>
 * 0x08  u32 exit_reason
 * 0x20  io: u8 direction, u8 size, u16 port, u32 count    mmio: u64 address, 8 bytes, u32 length, u8 write (0x34)
 *       msr: u8 error, padding, u32 reason (0x28), u32 index (0x2c)
 * </pre>
 *
 * @param left whether it is the one exit that a guest may make: one byte out to {@link MachineMap#PORT}
 * @param text names it otherwise
 */
record VcpuExit(boolean left, String text) {
  private static final int REASON = 0x08;
  private static final int DETAIL = 0x20;
  private static final int IO = 2;
  private static final VcpuExit LEFT = new VcpuExit(true, "out");

  static VcpuExit read(MemorySegment run) {
    int reason = run.get(JAVA_INT, REASON);
    if (reason != IO) {
      return new VcpuExit(false, lost(run, reason));
    }
    boolean out = run.get(JAVA_BYTE, DETAIL) == 1;
    int size = run.get(JAVA_BYTE, DETAIL + 1) & 0xff;
    int port = run.get(JAVA_SHORT, DETAIL + 2) & 0xffff;
    int count = run.get(JAVA_INT, DETAIL + 4);
    return out && size == 1 && port == MachineMap.PORT && count == 1
        ? LEFT
        : new VcpuExit(false, String.format("KVM_EXIT_IO: %s of %d times %d bytes, port %#x; only one byte out to %#x is allowed",
            out ? "out" : "in", count, size, port, MachineMap.PORT));
  }

  private static String lost(MemorySegment run, int reason) {
    return switch (reason) {
      case 0 -> String.format("KVM_EXIT_UNKNOWN, hardware reason %#x", run.get(JAVA_LONG_UNALIGNED, DETAIL));
      case 3 -> "KVM_EXIT_HYPERCALL";
      case 4 -> "KVM_EXIT_DEBUG";
      case 5 -> "KVM_EXIT_HLT";
      case 6 -> String.format("KVM_EXIT_MMIO: %s of %d bytes at %#x, where there is no memory to %1$s", run.get(JAVA_BYTE, 0x34) != 0 ? "write" : "read",
          run.get(JAVA_INT, 0x30), run.get(JAVA_LONG_UNALIGNED, DETAIL));
      case 8 -> "KVM_EXIT_SHUTDOWN (a fault that its handlers could not take)";
      case 9 -> String.format("KVM_EXIT_FAIL_ENTRY, hardware reason %#x", run.get(JAVA_LONG_UNALIGNED, DETAIL));
      case 17 -> "KVM_EXIT_INTERNAL_ERROR, suberror " + run.get(JAVA_INT, DETAIL);
      case 24 -> "KVM_EXIT_SYSTEM_EVENT";
      case 29 -> String.format("KVM_EXIT_X86_RDMSR of %#x", run.get(JAVA_INT, 0x2c));
      case 30 -> String.format("KVM_EXIT_X86_WRMSR of %#x", run.get(JAVA_INT, 0x2c));
      default -> "KVM exit " + reason;
    };
  }
}
