package dev.mayfly.kvm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/**
 * Which memory of a shell is touched ahead of time, by the host and by the guest, so that a run finds it mapped: slot 0, and of slot 1 the parts that a
 * reset puts back always, while of the rest it puts back what exists. Immutable.
 *
 * @param parts of slot 1, ascending, apart, page aligned, guest-physical
 */
record Warmth(List<Part> parts) {
  /** The windows' top tables, and those of a program with a few linear memories. */
  private static final int TABLES_WARMED = 24 * MachineMap.PAGE;

  record Part(long first, long end) {
    long bytes() {
      return end - first;
    }
  }

  static Warmth of(KvmSettings settings) {
    return new Warmth(List.of(
        new Part(MachineMap.TABLES, MachineMap.TABLES + TABLES_WARMED),
        new Part(MachineMap.WARM, MachineMap.WARM_END + settings.warmedFrameBytes())));
  }

  long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** The parts of slot 1 between and around the warmed ones. */
  List<Part> rest() {
    List<Part> rest = new ArrayList<>();
    long from = MachineMap.OWN;
    for (Part part : parts) {
      rest.add(new Part(from, part.first()));
      from = part.end();
    }
    rest.add(new Part(from, MachineMap.OWN_END));
    rest.removeIf(part -> part.bytes() == 0);
    return rest;
  }

  /** Writes the list for the guest's warming routine ({@code u64 first, end, write} each) and returns how many entries it has. */
  int list(MemorySegment to) {
    int n = 0;
    for (long at = MachineMap.SHARED; at < MachineMap.OWN; at += MachineMap.HUGE) {
      n = entry(to, n, at, at + MachineMap.PAGE, 0);
    }
    for (Part part : parts) {
      n = entry(to, n, part.first(), part.end(), 1);
    }
    return n;
  }

  private static int entry(MemorySegment to, int n, long first, long end, long write) {
    to.set(JAVA_LONG_UNALIGNED, n * 24L, first);
    to.set(JAVA_LONG_UNALIGNED, n * 24L + 8, end);
    to.set(JAVA_LONG_UNALIGNED, n * 24L + 16, write);
    return n + 1;
  }
}
