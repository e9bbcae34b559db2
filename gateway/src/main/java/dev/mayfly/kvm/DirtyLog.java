package dev.mayfly.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongPredicate;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Which pages of a slot its guest may have written: what KVM knows, whatever the guest says. One thread at a time.
 *
 * <p>A page gets its bit when KVM first maps it so that the guest can write, or writes there for the guest; without a bit the guest cannot have written. The log is not
 * cleared while a page is mapped: so it costs a run nothing, and its bits are all pages that the machine's runs have touched. (Cleared after each run, as for a migration,
 * the log would cost a fault for each page written, 4 us and more against 0.1 us for its copy.) But once in a machine's life ({@link Settling}).
 *
 * <p>What the host itself writes is not in it.
 */
final class DirtyLog {
  private static final long PAGE = MachineMap.PAGE;
  private static final int PAGES_IN_WORD = 64;
  private static final long WORD = PAGES_IN_WORD * PAGE;

  private final int fd;
  private final int slot;
  private final long base;
  private final long bytes;
  private final MemorySegment bits;
  private final MemorySegment arguments;

  /** @param base guest-physical address of the slot */
  DirtyLog(int fd, int slot, long base, long bytes) {
    this.fd = fd;
    this.slot = slot;
    this.base = base;
    this.bytes = bytes;
    Arena arena = Arena.ofAuto();
    bits = arena.allocate((bytes + WORD - 1) / WORD * Long.BYTES, Long.BYTES);
    arguments = arena.allocate(VmDescriptor.CLEAR_DIRTY_LOG, Long.BYTES);
  }

  /** Takes the log's present state. */
  void read() {
    arguments.set(JAVA_INT, 0, slot);
    arguments.set(JAVA_INT, 4, 0);
    arguments.set(JAVA_LONG, 8, bits.address());
    Libc.ioctl(fd, "KVM_GET_DIRTY_LOG " + slot, Ioctl.GET_DIRTY_LOG, arguments.address());
  }

  /** How many pages have a bit, as of {@link #read}. */
  int count() {
    int count = 0;
    for (long at = 0; at < bits.byteSize(); at += Long.BYTES) {
      count += Long.bitCount(bits.get(JAVA_LONG, at));
    }
    return count;
  }

  /** Whether the page at a guest-physical address of the slot has a bit, as of {@link #read}. */
  boolean has(long address) {
    long page = (address - base) / PAGE;
    return (bits.get(JAVA_LONG, page / PAGES_IN_WORD * Long.BYTES) >>> page & 1) != 0;
  }

  /** Visits the pages with a bit from one guest-physical address of the slot to another, as of {@link #read}, in runs, ascending. */
  void runs(long from, long end, PageMap.Visitor visitor) {
    long at = next(from, end, true);
    while (at < end) {
      long until = next(at, end, false);
      visitor.range(at, until);
      at = next(until, end, true);
    }
  }

  /** The first page from an address on whose bit is so; {@code end} if there is none. */
  private long next(long from, long end, boolean set) {
    long page = (from - base) / PAGE;
    long limit = (end - base) / PAGE;
    while (page < limit) {
      long word = bits.get(JAVA_LONG, page / PAGES_IN_WORD * Long.BYTES);
      long ahead = (set ? word : ~word) >>> page;
      if (ahead != 0) {
        return Math.min(end, base + (page + Long.numberOfTrailingZeros(ahead)) * PAGE);
      }
      page = (page / PAGES_IN_WORD + 1) * PAGES_IN_WORD;
    }
    return end;
  }

  /**
   * Takes pages out of the log, of those that have a bit as of {@link #read}: the guest's next write to one is a fault, and notes it anew.
   *
   * @param unwanted by guest-physical address
   */
  void forget(LongPredicate unwanted) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(bits.byteSize(), Long.BYTES);
      runs(base, base + bytes, (from, end) -> {
        for (long at = from; at < end; at += PAGE) {
          if (unwanted.test(at)) {
            long page = (at - base) / PAGE;
            long word = page / PAGES_IN_WORD * Long.BYTES;
            mask.set(JAVA_LONG, word, mask.get(JAVA_LONG, word) | 1L << page);
          }
        }
      });
      clear(0, bytes / PAGE, mask.address());
      for (long at = 0; at < bits.byteSize(); at += Long.BYTES) {
        bits.set(JAVA_LONG, at, bits.get(JAVA_LONG, at) & ~mask.get(JAVA_LONG, at));
      }
    }
  }

  /**
   * Forgets the pages of a range, whose memory was given back to the host: what the guest writes there is noted anew. Whole {@code WORD}s, or to the slot's end.
   */
  void clear(long from, long end) {
    long first = (from - base) / PAGE;
    long pages = (end - from) / PAGE;
    if (first % PAGES_IN_WORD != 0 || pages % PAGES_IN_WORD != 0 && end != base + bytes) {
      throw new IllegalArgumentException("a dirty log is cleared by " + PAGES_IN_WORD + " pages, not from " + first + " by " + pages);
    }
    clear(first, pages, bits.address() + first / Byte.SIZE);
  }

  /** @param mask address of a bit for each of the pages: which of them */
  private void clear(long first, long pages, long mask) {
    arguments.set(JAVA_INT, 0, slot);
    arguments.set(JAVA_INT, 4, (int) pages);
    arguments.set(JAVA_LONG, 8, first);
    arguments.set(JAVA_LONG, 16, mask);
    Libc.ioctl(fd, "KVM_CLEAR_DIRTY_LOG " + slot, Ioctl.CLEAR_DIRTY_LOG, arguments.address());
  }
}
