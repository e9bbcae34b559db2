package dev.mayfly.kvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What CPUID answers inside a machine: what KVM supports, less what leads a guest out of what a reset sets back (paravirtual leaves, nesting,
 * performance counters, tracing, protection keys, shadow stacks, state beyond AVX). Deciding only; immutable.
 *
 * @param table {@code struct kvm_cpuid2} with its entries, little-endian
 * @param xsave whether there is XSAVE
 * @param xcr0 the state that a guest has: x87, SSE, and AVX where there is AVX
 * @param nx whether a page may be marked as not executable
 */
record CpuFeatures(byte[] table, boolean xsave, long xcr0, boolean nx) {
  /** Bytes before the entries: their count, padding. */
  static final int HEAD = 8;
  /** {@code struct kvm_cpuid_entry2}: function, index, flags, eax, ebx, ecx, edx, padding. */
  static final int ENTRY = 40;

  private static final int X87_SSE = 3;
  private static final int AVX = 4;

  private record Entry(int function, int index, int flags, int eax, int ebx, int ecx, int edx) {
    Entry without(int a, int b, int c, int d) {
      return new Entry(function, index, flags, eax & ~a, ebx & ~b, ecx & ~c, edx & ~d);
    }

    Entry with(int a, int b, int c, int d) {
      return new Entry(function, index, flags, a, b, c, d);
    }
  }

  /** @param supported what KVM_GET_SUPPORTED_CPUID gave */
  static CpuFeatures of(byte[] supported) {
    List<Entry> entries = read(supported);
    boolean xsave = entries.stream().anyMatch(e -> e.function == 1 && (e.ecx & bit(26)) != 0);
    boolean avx = xsave && entries.stream().anyMatch(e -> e.function == 1 && (e.ecx & bit(28)) != 0)
        && entries.stream().anyMatch(e -> e.function == 0xd && e.index == 0 && (e.eax & AVX) != 0);
    boolean nx = entries.stream().anyMatch(e -> e.function == 0x8000_0001 && (e.edx & bit(20)) != 0);
    long xcr0 = X87_SSE | (avx ? AVX : 0);
    List<Entry> kept = entries.stream().filter(e -> !dropped(e)).map(e -> cut(e, (int) xcr0)).toList();
    return new CpuFeatures(write(kept), xsave, xcr0, nx);
  }

  private static boolean dropped(Entry e) {
    return switch (e.function) {
      case 0xa, 0xb, 0xf, 0x10, 0x12, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x23, 0x24 -> true;
      case 0x8000_000a, 0x8000_001b, 0x8000_001c, 0x8000_001d, 0x8000_001e, 0x8000_001f, 0x8000_0020, 0x8000_0021, 0x8000_0022 -> true;
      case 0xd -> e.index > 2;
      default -> e.function >= 0x4000_0000 && e.function < 0x5000_0000 || (e.function & 0xffff_0000) == 0xc000_0000;
    };
  }

  private static Entry cut(Entry e, int xcr0) {
    return switch (e.function) {
      // MONITOR, VMX, SMX, PDCM, x2APIC, TSC-deadline, "hypervisor" (no leaf says which) | MCE, APIC, MTRR, MCA, debug store, thermal
      // and, in EBX, the number of the CPU that was asked
      case 1 -> e.without(0, 0xff00_0000, bits(3, 5, 6, 15, 21, 24, 31), bits(7, 9, 12, 14, 21, 22, 29));
      case 7 -> e.index == 0
          // FSGSBASE stays; SGX, HLE, RTM, AVX-512 (no state for it), trace | protection keys, WAITPKG, shadow stack, RDPID, keylocker | AMX, IBT, ...
          ? e.without(0, bits(2, 4, 11, 16, 17, 21, 25, 26, 27, 28, 30, 31), bits(1, 3, 4, 5, 6, 7, 11, 12, 14, 22, 23), bits(2, 3, 5, 8, 20, 22, 23, 24, 25))
          : e.index == 1 ? e.without(bits(5, 17, 21), 0, 0, bits(18, 19)) : e.with(0, 0, 0, 0);
      case 0xd -> switch (e.index) {
        case 0 -> e.with(xcr0, xsaveBytes(xcr0), xsaveBytes(xcr0), 0);
        case 1 -> e.with(e.eax & 1, 0, 0, 0); // XSAVEOPT; no XSAVES, whose state is a supervisor's
        default -> e;
      };
      // SVM, instruction-based sampling, watchdog, lightweight profiling, performance counters, MWAITX
      case 0x8000_0001 -> e.without(0, 0, bits(2, 10, 13, 15, 23, 24, 28, 29), bits(11));
      default -> e;
    };
  }

  /** Legacy area and header, and AVX's upper halves after them. */
  private static int xsaveBytes(int xcr0) {
    return 512 + 64 + ((xcr0 & AVX) != 0 ? 256 : 0);
  }

  private static int bit(int n) {
    return 1 << n;
  }

  private static int bits(int... numbers) {
    int mask = 0;
    for (int n : numbers) {
      mask |= 1 << n;
    }
    return mask;
  }

  private static List<Entry> read(byte[] table) {
    ByteBuffer in = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < in.getInt(0); i++) {
      int at = HEAD + i * ENTRY;
      entries.add(new Entry(in.getInt(at), in.getInt(at + 4), in.getInt(at + 8), in.getInt(at + 12), in.getInt(at + 16), in.getInt(at + 20), in.getInt(at + 24)));
    }
    return entries;
  }

  private static byte[] write(List<Entry> entries) {
    ByteBuffer out = ByteBuffer.allocate(HEAD + entries.size() * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(entries.size()).putInt(0);
    for (Entry e : entries) {
      out.putInt(e.function).putInt(e.index).putInt(e.flags).putInt(e.eax).putInt(e.ebx).putInt(e.ecx).putInt(e.edx).position(out.position() + 12);
    }
    return out.array();
  }
}
