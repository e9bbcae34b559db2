package dev.mayfly.kvm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/**
 * Reads the windows' page tables: the pages of the top table (eight of them, each 512 entries of 1 GiB), the tables they name, and the tables those
 * name. The tables are a guest's to write, so nothing in them is believed: a table outside the machine's own memory is passed over (what is
 * read-only cannot have changed, what is not there cannot be walked), and the number of pages has a limit.
 */
final class PageTables {
  private static final long PRESENT = 1;
  private static final long LARGE = 1 << 7;
  private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
  /** Set by the processor as it walks: no difference. */
  static final long ACCESSED_DIRTY = 0x60;
  static final int ENTRIES = 512;
  /** Tables for some 16 GiB in pages of 4 KiB; beyond it a machine is not worth a reset. */
  static final int LIMIT = 8192;

  private final MachineMemory memory;
  /** For each level, by bit: pages visited; page numbers from {@link MachineMap#OWN} on in one, frames in the other. */
  private final Map<Integer, BitSet> visited = new HashMap<>();
  private int[] pages = new int[64];
  private int count;

  private PageTables(MachineMemory memory) {
    this.memory = memory;
  }

  /** The page numbers (address / 4096) of all table pages, ascending, each once; null when there are more than {@link #LIMIT}. */
  static int[] walk(MachineMemory memory, long windowsTable) {
    PageTables walk = new PageTables(memory);
    for (int i = 0; i < MachineMap.WINDOW_TABLES; i++) {
      if (!walk.table(windowsTable + (long) i * MachineMap.PAGE, 3)) {
        return null;
      }
    }
    return Arrays.stream(walk.pages, 0, walk.count).sorted().distinct().toArray();
  }

  /** A table of level 3 (1 GiB an entry), 2 (2 MiB) or 1 (4 KiB). False: the limit is reached. */
  private boolean table(long address, int level) {
    if (!memory.holds(address) || !first(address, level)) {
      return true;
    }
    if (count == LIMIT) {
      return false;
    }
    if (count == pages.length) {
      pages = Arrays.copyOf(pages, count * 2);
    }
    pages[count++] = (int) (address / MachineMap.PAGE);
    if (level == 1) {
      return true;
    }
    MemorySegment table = memory.at(address, MachineMap.PAGE);
    for (int i = 0; i < ENTRIES; i++) {
      long entry = table.get(JAVA_LONG_UNALIGNED, i * 8L);
      if ((entry & PRESENT) != 0 && (entry & LARGE) == 0 && !table(entry & ADDRESS, level - 1)) {
        return false;
      }
    }
    return true;
  }

  private boolean first(long address, int level) {
    boolean frames = address >= MachineMap.FUNCTION_FRAMES;
    int page = (int) ((address - (frames ? MachineMap.FUNCTION_FRAMES : MachineMap.OWN)) / MachineMap.PAGE);
    BitSet seen = visited.computeIfAbsent(level * 2 + (frames ? 1 : 0), key -> new BitSet());
    if (seen.get(page)) {
      return false;
    }
    seen.set(page);
    return true;
  }

  /** Whether two table pages say the same, whatever the processor noted in them. */
  static boolean same(MemorySegment a, MemorySegment b) {
    long at = a.mismatch(b);
    while (at >= 0) {
      long entry = at & -8;
      if (differs(a.get(JAVA_LONG_UNALIGNED, entry), b.get(JAVA_LONG_UNALIGNED, entry))) {
        return false;
      }
      long from = entry + 8;
      long next = MemorySegment.mismatch(a, from, a.byteSize(), b, from, b.byteSize());
      at = next < 0 ? -1 : from + next;
    }
    return true;
  }

  static boolean differs(long entry, long other) {
    return ((entry ^ other) & ~ACCESSED_DIRTY) != 0;
  }
}
