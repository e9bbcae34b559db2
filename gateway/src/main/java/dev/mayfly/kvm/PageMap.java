package dev.mayfly.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Which pages of this process's memory exist: what the host itself knows, whatever a guest says. Any thread.
 *
 * <pre>
 * struct pm_scan_arg: u64 size, flags, start, end, walk_end, vec, vec_len, max_pages, category_inverted, category_mask, category_anyof_mask, return_mask
 * struct page_region: u64 start, end, categories
 * </pre>
 */
final class PageMap implements AutoCloseable {
  static final int SCAN_ARG = 96;
  private static final int REGION = 24;
  private static final int REGIONS = 256;
  private static final int PRESENT = 1 << 3;
  private static final int SWAPPED = 1 << 4;
  private static final int ZERO_PAGE = 1 << 5;
  /** Of an entry in the file itself, for kernels before 6.7. */
  private static final long ENTRY_EXISTS = 3L << 62;
  private static final int ENTRIES = 512;

  /** A range of pages that exist, as offsets from the start of what was asked for. */
  @FunctionalInterface
  interface Visitor {
    void range(long from, long end);
  }

  private final int fd = Libc.open("/proc/self/pagemap", Libc.O_RDONLY);
  private final boolean scans;
  private final ThreadLocal<MemorySegment> scratch = ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(SCAN_ARG + REGIONS * (long) REGION, 8));
  private boolean closed;

  PageMap() {
    this(true);
  }

  /** @param mayScan false: read the file's entries, as on kernels before 6.7 */
  PageMap(boolean mayScan) {
    scans = mayScan && Libc.tryIoctl(fd, Ioctl.PAGEMAP_SCAN, arguments(0, 0)) >= 0;
  }

  /** Visits the pages of a part of memory that the host holds for it, ascending; what was only read, and so is zero, may be left out. */
  void existing(GuestMemory memory, long from, long end, Visitor visitor) {
    if (from >= end) {
      return;
    }
    if (scans) {
      scan(memory.address(), memory.address() + from, memory.address() + end, visitor);
    } else {
      read(memory.address(), memory.address() + from, memory.address() + end, visitor);
    }
  }

  /** Bytes of it that exist. */
  long bytes(GuestMemory memory, long from, long end) {
    long[] sum = new long[1];
    existing(memory, from, end, (a, b) -> sum[0] += b - a);
    return sum[0];
  }

  private void scan(long base, long from, long end, Visitor visitor) {
    MemorySegment at = scratch.get();
    while (from < end) {
      int found = Libc.ioctl(fd, "PAGEMAP_SCAN", Ioctl.PAGEMAP_SCAN, arguments(from, end));
      for (int i = 0; i < found; i++) {
        long region = SCAN_ARG + (long) i * REGION;
        visitor.range(at.get(JAVA_LONG, region) - base, at.get(JAVA_LONG, region + 8) - base);
      }
      from = at.get(JAVA_LONG, 32); // walk_end: further than before, or the vector would have held no region at all
    }
  }

  /** Fills the thread's argument block and returns its address; the block lives as long as the thread and this object. */
  private long arguments(long from, long end) {
    MemorySegment at = scratch.get();
    at.set(JAVA_LONG, 0, SCAN_ARG);
    at.set(JAVA_LONG, 8, 0);
    at.set(JAVA_LONG, 16, from);
    at.set(JAVA_LONG, 24, end);
    at.set(JAVA_LONG, 32, 0);
    at.set(JAVA_LONG, 40, at.address() + SCAN_ARG);
    at.set(JAVA_LONG, 48, REGIONS);
    at.set(JAVA_LONG, 56, 0);
    at.set(JAVA_LONG, 64, ZERO_PAGE); // inverted: not the zero page ...
    at.set(JAVA_LONG, 72, ZERO_PAGE);
    at.set(JAVA_LONG, 80, PRESENT | SWAPPED); // ... and one of these
    at.set(JAVA_LONG, 88, PRESENT);
    return at.address();
  }

  private void read(long base, long from, long end, Visitor visitor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entries = arena.allocate(ENTRIES * 8L, 8);
      while (from < end) {
        int pages = (int) Math.min(ENTRIES, (end - from) / MachineMap.PAGE);
        if (Libc.pread(fd, entries.address(), pages * 8L, from / MachineMap.PAGE * 8) != pages * 8L) {
          throw new SyscallException("pread of /proc/self/pagemap came back short", Errno.EINVAL);
        }
        for (int i = 0; i < pages; i++) {
          if ((entries.get(JAVA_LONG, i * 8L) & ENTRY_EXISTS) != 0) {
            long offset = from + (long) i * MachineMap.PAGE - base;
            visitor.range(offset, offset + MachineMap.PAGE);
          }
        }
        from += (long) pages * MachineMap.PAGE;
      }
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
