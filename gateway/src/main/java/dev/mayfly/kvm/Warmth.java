package dev.mayfly.kvm;

import dev.mayfly.vm.Exchange;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/**
 * Which memory of a shell is touched ahead of time, so that a run finds it mapped. Immutable.
 *
 * <p>The host touches more than the guest: what a guest reaches through a window alone, or a host copies and no guest needs, is not mapped by a touch where it lies; and
 * each page that the guest has touched is one that a reset copies.
 *
 * @param host of slot 1, by number of the page within it
 * @param guest of those, the ones that the guest touches too; slot 0 besides, and the start of a small image
 */
record Warmth(BitSet host, BitSet guest) {
  private static final int PAGE = MachineMap.PAGE;
  /** How much of the place for a small image is touched. */
  static final int SMALL_IMAGE = 32 * PAGE;

  /** What small functions touch, as their runs' logs tell ({@link DirtyLog}). */
  static final Warmth SMALL = small();

  private static Warmth small() {
    BitSet guest = new BitSet();
    set(guest, MachineMap.STACK_TOP - 4 * PAGE, 4);
    set(guest, MachineMap.DATA + PAGE, 1);
    set(guest, MachineMap.HEAP, 34);
    set(guest, MachineMap.EXCHANGE, 3); // host page, guest page, IN's first
    set(guest, MachineMap.EXCHANGE + Exchange.OUT, 1);
    BitSet host = (BitSet) guest.clone();
    set(host, MachineMap.TABLES, 12); // the windows' top tables, and those of a linear memory or two
    set(host, MachineMap.DATA, 2);
    set(host, MachineMap.HEAP, 48);
    set(host, MachineMap.FRAMES, 36); // of linear memories
    return new Warmth(host, guest);
  }

  private static void set(BitSet pages, long from, int count) {
    int first = number(from);
    pages.set(first, first + count);
  }

  private static int number(long address) {
    return (int) ((address - MachineMap.OWN) / PAGE);
  }

  /** Visits what the host touches, in runs, guest-physical, ascending. */
  void forHost(PageMap.Visitor visitor) {
    runs(host, visitor);
  }

  private static void runs(BitSet pages, PageMap.Visitor visitor) {
    for (int from = pages.nextSetBit(0); from >= 0; ) {
      int end = pages.nextClearBit(from);
      visitor.range(MachineMap.OWN + (long) from * PAGE, MachineMap.OWN + (long) end * PAGE);
      from = pages.nextSetBit(end);
    }
  }

  /** Writes the list for the guest's warming routine ({@code u64 first, end, write} each) and returns how many entries it has. */
  int list(MemorySegment to) {
    int n = 0;
    for (long at = MachineMap.SHARED; at < MachineMap.OWN; at += MachineMap.HUGE) {
      n = entry(to, n, at, at + PAGE, 0);
    }
    n = entry(to, n, MachineMap.SMALL_IMAGE, MachineMap.SMALL_IMAGE + SMALL_IMAGE, 0);
    int[] count = {n};
    runs(guest, (from, end) -> count[0] = entry(to, count[0], from, end, 1));
    return count[0];
  }

  private static int entry(MemorySegment to, int n, long first, long end, long write) {
    to.set(JAVA_LONG_UNALIGNED, n * 24L, first);
    to.set(JAVA_LONG_UNALIGNED, n * 24L + 8, end);
    to.set(JAVA_LONG_UNALIGNED, n * 24L + 16, write);
    return n + 1;
  }
}
