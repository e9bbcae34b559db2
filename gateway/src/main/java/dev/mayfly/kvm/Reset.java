package dev.mayfly.kvm;

import dev.mayfly.vm.Exchange;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/**
 * Puts a used machine back to its snapshot, so that nothing of a run is left: page tables, memory, the vCPU. On the machine's thread, off the request path.
 *
 * <p>Page tables first. KVM without nested paging keeps translations that it made from a guest's tables and learns of a change only when the guest itself makes
 * it; so the host compares, and has the guest store what differs and load CR3. The tables that the run added are emptied by the guest too: then they hold
 * nothing that KVM might remember when the next run uses the same frames for tables. Then the host puts back every page that exists: the warmed ones
 * unasked, of the rest those that the host's own page map names; a page outside the snapshot becomes zero. Last the vCPU, all of it, CR3 by way of another
 * value, without which KVM would keep what the processor has cached.
 */
final class Reset {
  /** Entries in one list for the guest; what IN holds, halved. */
  private static final int LIST_MAX = 8192;
  /** Lists for one reset: 32 MiB of linear memory each, about. */
  private static final int ROUNDS = 8;
  private static final int LIST_ENTRY = 16;

  private final Shell shell;
  private final KvmSnapshot snapshot;
  private final ShellMaker maker;
  private final UnikernelImage unikernel;
  private final PageMap map;
  private final KvmSettings settings;
  private long extra;

  Reset(Shell shell, KvmSnapshot snapshot, ShellMaker maker, UnikernelImage unikernel, PageMap map, KvmSettings settings) {
    this.shell = shell;
    this.snapshot = snapshot;
    this.maker = maker;
    this.unikernel = unikernel;
    this.map = map;
    this.settings = settings;
  }

  /** False: the machine is not worth it, or cannot be proven clean. */
  boolean run() {
    shell.vcpu().completeExit();
    for (int round = 0; !tablesAreTheSnapshots(); round++) {
      if (round == ROUNDS || !trim()) {
        return false;
      }
    }
    if (!putBackMemory()) {
      return false;
    }
    shell.vcpu().special(snapshot.otherCr3());
    shell.vcpu().state(snapshot.state());
    return true;
  }

  private boolean tablesAreTheSnapshots() {
    for (int table : snapshot.parts().tables()) {
      if (!PageTables.same(page(table), snapshot.page(table))) {
        return false;
      }
    }
    return true;
  }

  private MemorySegment page(int number) {
    return shell.memory().at((long) number * MachineMap.PAGE, MachineMap.PAGE);
  }

  /** Has the guest put its own tables back; as many entries as a list holds. */
  private boolean trim() {
    int[] now = PageTables.walk(shell.memory(), unikernel.header().windowsTable());
    if (now == null) {
      return false;
    }
    // The new tables first: once the old ones no longer name them, a further round would not find them.
    int[] added = IntStream.of(now).filter(page -> Arrays.binarySearch(snapshot.parts().tables(), page) < 0).toArray();
    long list = MachineMap.EXCHANGE + Exchange.IN;
    int count = list(added, 0, shell.memory().at(list, Exchange.IN_SIZE));
    count = list(snapshot.parts().tables(), count, shell.memory().at(list, Exchange.IN_SIZE));
    shell.vcpu().state(maker.base().entering(unikernel.header().trim(), list, count));
    shell.exchange().forget();
    if (shell.enter(System.nanoTime() + settings.trimLimit().toNanos()) != Shell.Left.OUT
        || !(shell.exchange().leave(NoStreams.INSTANCE) instanceof Exchange.Exit.Done)) {
      return false;
    }
    shell.vcpu().completeExit();
    return true;
  }

  /** Appends the entries of these pages that differ from what the snapshot has there; returns how many the list holds then. */
  private int list(int[] pages, int count, MemorySegment to) {
    for (int number : pages) {
      MemorySegment now = page(number);
      MemorySegment then = snapshot.page(number);
      for (int i = 0; i < PageTables.ENTRIES && count < LIST_MAX; i++) {
        long value = then.get(JAVA_LONG_UNALIGNED, i * 8L);
        if (PageTables.differs(now.get(JAVA_LONG_UNALIGNED, i * 8L), value)) {
          to.set(JAVA_LONG_UNALIGNED, (long) count * LIST_ENTRY, (long) number * MachineMap.PAGE + i * 8L);
          to.set(JAVA_LONG_UNALIGNED, (long) count * LIST_ENTRY + 8, value);
          count++;
        }
      }
    }
    return count;
  }

  private boolean putBackMemory() {
    MachineMemory memory = shell.memory();
    for (Warmth.Part part : maker.warmth().parts()) {
      snapshot.putBack(memory, part.first(), part.end());
    }
    extra = -snapshot.copiedBytes(); // what exists beyond the snapshot
    for (Warmth.Part part : maker.warmth().rest()) {
      memory.existingOwn(map, part.first(), part.end(), this::putBack);
    }
    memory.existingFrames(map, this::putBackBlocks);
    return extra <= settings.resetBytes();
  }

  private void putBack(long from, long end) {
    extra += end - from;
    if (extra <= settings.resetBytes()) {
      snapshot.putBack(shell.memory(), from, end);
    }
  }

  /**
   * The same for a part of slot 2, by 2 MiB: what a machine may keep is zeroed, the rest is given back to the host, where a snapshot has nothing in it. That
   * costs an invalidation, but no request waits for it, and a machine that waits must not hold what its last run took.
   */
  private void putBackBlocks(long from, long end) {
    long drop = from;
    for (long at = from; at < end; ) {
      long next = Math.min(end, (at + MachineMap.HUGE) & -MachineMap.HUGE);
      if (extra + (next - at) <= settings.keptBytes() || snapshot.touches(at, next)) {
        drop(drop, at);
        putBack(at, next);
        drop = next;
      }
      at = next;
    }
    drop(drop, end);
  }

  private void drop(long from, long end) {
    if (from < end) {
      extra += end - from;
      Libc.madvise(shell.memory().at(from, end - from).address(), end - from, Libc.MADV_DONTNEED);
    }
  }
}
