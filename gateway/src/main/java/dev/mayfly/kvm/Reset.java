package dev.mayfly.kvm;

import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.NoStreams;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/**
 * Puts a used machine back to its snapshot, so that nothing of a run is left: page tables, memory, the vCPU. On the machine's thread, off the request path.
 *
 * <p>Page tables first. KVM without nested paging keeps translations that it made from a guest's tables and learns of a change only when the guest itself makes
 * it; so the host compares, and has the guest store what differs and load CR3. The tables that the run added are emptied by the guest too: then they hold
 * nothing that KVM might remember when the next run uses the same frames for tables. Then the host puts back every page that can have been written: those in KVM's
 * log ({@link DirtyLog}), and what the host itself wrote for the guest; a page outside the snapshot becomes zero. Last the vCPU, with one of two values of CR3 by turns
 * that mean the same: without a change KVM would keep what the processor has cached. Vector registers are made initial by the first instruction of the next run.
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
  private final KvmSettings settings;
  /** What lists for the guest took of IN. */
  private int listBytes;
  /** Bytes beyond the snapshot. */
  private long extra;
  private long pages;

  Reset(Shell shell, KvmSnapshot snapshot, ShellMaker maker, UnikernelImage unikernel, KvmSettings settings) {
    this.shell = shell;
    this.snapshot = snapshot;
    this.maker = maker;
    this.unikernel = unikernel;
    this.settings = settings;
  }

  /** False: the machine is not worth it, or cannot be proven clean. */
  boolean run() {
    shell.memory().readLogs();
    for (int round = 0; !tablesAreTheSnapshots(); round++) {
      if (round == ROUNDS || !trim()) {
        return false;
      }
    }
    if (shell.memory().settles()) {
      new Settling(shell.memory(), snapshot).run();
    }
    if (!putBackMemory()) {
      return false;
    }
    shell.vcpu().reset(shell.turnsCr3() ? snapshot.otherCr3() : snapshot.state());
    return true;
  }

  /** Pages that were put back so far. */
  long pages() {
    return pages;
  }

  private boolean tablesAreTheSnapshots() {
    for (int table : snapshot.parts().tables()) {
      if (shell.memory().dirty((long) table * MachineMap.PAGE) && !PageTables.same(page(table), snapshot.page(table))) {
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
    shell.vcpu().completeExit();
    // The new tables first: once the old ones no longer name them, a further round would not find them.
    int[] added = IntStream.of(now).filter(page -> Arrays.binarySearch(snapshot.parts().tables(), page) < 0).toArray();
    long list = MachineMap.EXCHANGE + Exchange.IN;
    int count = list(added, 0, shell.memory().at(list, Exchange.IN_SIZE));
    count = list(snapshot.parts().tables(), count, shell.memory().at(list, Exchange.IN_SIZE));
    listBytes = Math.max(listBytes, count * LIST_ENTRY);
    shell.vcpu().state(maker.base().entering(unikernel.header().trim(), list, count));
    shell.exchange().forget();
    return shell.enter(System.nanoTime() + settings.trimLimit().toNanos()) == Shell.Left.OUT
        && shell.exchange().leave(NoStreams.REFUSING) instanceof Exchange.Exit.Done && readLogs();
  }

  private boolean readLogs() {
    shell.memory().readLogs();
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
    long host = MachineMap.EXCHANGE; // the host's own writes are in no log
    putBack(host, host + Exchange.IN);
    putBack(host + Exchange.IN, host + Exchange.IN + MachineMap.pageUp(Math.max(listBytes, shell.exchange().takeUsed())));
    shell.memory().dirtyOwn(this::putBack);
    if (shell.memory().framesLog() != null) {
      putBackFrames(shell.memory().framesLog());
    }
    return extra <= settings.resetBytes();
  }

  private void putBack(long from, long end) {
    pages += (end - from) / MachineMap.PAGE;
    extra += end - from - snapshot.bytes(from, end);
    if (extra <= settings.resetBytes()) {
      snapshot.putBack(shell.memory(), from, end);
    }
  }

  /**
   * The same for slot 2, by 2 MiB, which the host may hold in one piece: what a machine may keep is zeroed, the rest is given back to the host, where a snapshot has
   * nothing in it. That costs an invalidation, but no request waits for it, and a machine that waits must not hold what its last run took.
   */
  private void putBackFrames(DirtyLog log) {
    long end = MachineMap.FUNCTION_FRAMES + shell.memory().framesBytes();
    long[] block = {MachineMap.FUNCTION_FRAMES};
    log.runs(MachineMap.FUNCTION_FRAMES, end, (a, b) -> {
      for (long at = Math.max(block[0], a & -MachineMap.HUGE); at < b; at += MachineMap.HUGE) {
        putBackBlock(log, at);
        block[0] = at + MachineMap.HUGE;
      }
    });
  }

  private void putBackBlock(DirtyLog log, long from) {
    long end = from + MachineMap.HUGE;
    log.runs(from, end, (a, b) -> pages += (b - a) / MachineMap.PAGE);
    boolean known = snapshot.touches(from, end);
    if (known || extra + MachineMap.HUGE <= settings.keptBytes()) {
      extra += known ? 0 : MachineMap.HUGE;
      log.runs(from, end, (a, b) -> snapshot.putBack(shell.memory(), a, b));
    } else {
      extra += MachineMap.HUGE;
      Libc.madvise(shell.memory().at(from, end - from).address(), end - from, Libc.MADV_DONTNEED);
      log.clear(from, end);
    }
  }
}
