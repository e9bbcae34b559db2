package dev.mayfly.kvm;

import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

/**
 * Anonymous memory that a guest sees at one guest-physical address: owner of the mapping. Aligned to 2 MiB on the host as in the guest, so that huge
 * pages fit. Any thread may use the bytes; {@link #close} is the owner's alone, once no machine and no thread can touch them any more
 * (an access after it would kill the process, so it happens on the reaper's thread, after the descriptors are closed).
 */
final class GuestMemory implements AutoCloseable {
  private static final int PAGE = MachineMap.PAGE;
  private static final long HUGE = MachineMap.HUGE;
  private static final int NO_FILE = -1;

  private final long mapping;
  private final long mappedBytes;
  private final MemorySegment bytes;
  private boolean closed;

  /**
   * @param size in bytes
   * @param huge whether 2 MiB pages are wanted: cheaper to touch, dearer to hold
   */
  GuestMemory(long size, boolean huge) {
    this(size, huge ? 0 : size);
  }

  /**
   * @param size in bytes
   * @param hugeFrom from which offset on 2 MiB pages are wanted; a multiple of 2 MiB, or the size for none
   */
  GuestMemory(long size, long hugeFrom) {
    mappedBytes = size + HUGE;
    mapping = Libc.mmap(mappedBytes, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE, NO_FILE);
    long start = (mapping + HUGE - 1) & -HUGE;
    // The ends included, and no more parts than must be: each splits the mapping, and KVM pays for every mapping of the process.
    long end = mapping + mappedBytes;
    long border = hugeFrom == 0 ? mapping : hugeFrom == size ? end : start + hugeFrom;
    advise(mapping, border, Libc.MADV_NOHUGEPAGE);
    advise(border, end, Libc.MADV_HUGEPAGE);
    bytes = MemorySegment.ofAddress(start).reinterpret(size); // sound: inside the mapping just made, which lives until close
  }

  private static void advise(long from, long end, int advice) {
    if (from < end) {
      Libc.madvise(from, end - from, advice);
    }
  }

  /** The bytes; not to be touched after {@link #close}. */
  MemorySegment bytes() {
    return bytes;
  }

  long address() {
    return bytes.address();
  }

  long size() {
    return bytes.byteSize();
  }

  /** Makes the host hold the pages of a range, zeroed, before a guest reads them (which would map the shared zero page). */
  void populate(long offset, long length) {
    MemorySegment range = bytes.asSlice(offset, length);
    if (!Libc.madvise(range.address(), length, Libc.MADV_POPULATE_WRITE)) {
      for (long at = 0; at < length; at += PAGE) {
        range.set(JAVA_BYTE, at, range.get(JAVA_BYTE, at));
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Libc.munmap(mapping, mappedBytes);
    }
  }
}
