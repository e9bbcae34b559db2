package dev.mayfly.kvm;

import dev.mayfly.vm.Image;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.WorkingSet;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A machine's memory and vCPU at its ready point: every page that is not zero, there or in a pristine shell, so that what is not in it is zero. The
 * exchange area is not in it. Off the heap, read-only once made; any thread. Counted: the memory goes, on the reaper's thread, when the owner and
 * the last machine have let go.
 */
final class KvmSnapshot implements Snapshot {
  private static final long HUGE_FROM = 4L << 20;
  private static final MemorySegment ZERO = MemorySegment.ofArray(new long[MachineMap.PAGE / 8]).asReadOnly();

  /**
   * What a snapshot is made of.
   *
   * @param pages numbers (guest-physical address / 4096), ascending
   * @param contents of these pages, in their order
   * @param tables numbers of the windows' page-table pages, ascending
   * @param framesBytes of slot 2, 0 for none
   */
  record Parts(int[] pages, GuestMemory contents, int[] tables, VcpuState state, long framesBytes) {}

  private final Image image;
  private final ImageMemory imageMemory;
  private final Parts parts;
  private final VcpuState otherCr3;
  private final String fingerprint;
  private final Reaper reaper;
  private final LearnedPages learned = new LearnedPages();
  private final AtomicInteger holders = new AtomicInteger(1);
  private volatile boolean closed; // set once, guarded by this

  /** Takes over the parts and the count of the image. */
  KvmSnapshot(Image image, ImageMemory imageMemory, Parts parts, String fingerprint, Reaper reaper) {
    this.image = image;
    this.imageMemory = imageMemory;
    this.parts = parts;
    this.fingerprint = fingerprint;
    this.reaper = reaper;
    otherCr3 = parts.state().withOtherCr3();
  }

  /** Memory for the contents of so many pages. */
  static GuestMemory contentsFor(int pages) {
    long bytes = Math.max(1, pages) * (long) MachineMap.PAGE;
    return new GuestMemory(bytes, bytes >= HUGE_FROM);
  }

  static boolean isZero(MemorySegment page) {
    return page.mismatch(ZERO) < 0;
  }

  @Override
  public Image image() {
    return image;
  }

  @Override
  public long copiedBytes() {
    return (long) parts.pages().length * MachineMap.PAGE;
  }

  @Override
  public void learn(byte[] known, Consumer<byte[]> keep) {
    learned.begin(known, keep);
  }

  @Override
  public Optional<WorkingSet> workingSet() {
    return learned.requests() == 0 ? Optional.empty() : Optional.of(new WorkingSet(learned.requests(), learned.count(), parts.pages().length));
  }

  LearnedPages learned() {
    return learned;
  }

  Parts parts() {
    return parts;
  }

  VcpuState state() {
    return parts.state();
  }

  /** The same state, but for CR3, whose value differs and means the same; see {@link Reset}. */
  VcpuState otherCr3() {
    return otherCr3;
  }

  ImageMemory imageMemory() {
    return imageMemory;
  }

  /** What the page with this number holds. */
  MemorySegment page(int number) {
    int at = Arrays.binarySearch(parts.pages(), number);
    return at < 0 ? ZERO : content(at, 1);
  }

  private MemorySegment content(int index, int pages) {
    return parts.contents().bytes().asSlice((long) index * MachineMap.PAGE, (long) pages * MachineMap.PAGE);
  }

  /** Copies all of it into a pristine shell's memory. */
  void restore(MachineMemory memory) {
    for (int i = 0; i < parts.pages().length; ) {
      i += copyRun(memory, i, parts.pages().length);
    }
  }

  /** Puts the pages from one guest-physical address to another back: this snapshot's content, or zeros. */
  void putBack(MachineMemory memory, long from, long end) {
    int[] pages = parts.pages();
    int last = (int) (end / MachineMap.PAGE);
    int limit = insertion(last);
    long at = from;
    for (int i = insertion((int) (from / MachineMap.PAGE)); i < limit; ) {
      long next = (long) pages[i] * MachineMap.PAGE;
      memory.at(at, next - at).fill((byte) 0);
      int run = copyRun(memory, i, limit);
      i += run;
      at = next + (long) run * MachineMap.PAGE;
    }
    memory.at(at, end - at).fill((byte) 0);
  }

  /** Bytes of its pages from one guest-physical address to another. */
  long bytes(long from, long end) {
    return (long) (insertion((int) (end / MachineMap.PAGE)) - insertion((int) (from / MachineMap.PAGE))) * MachineMap.PAGE;
  }

  /** Whether it has pages from one guest-physical address to another. */
  boolean touches(long from, long end) {
    return insertion((int) (from / MachineMap.PAGE)) != insertion((int) (end / MachineMap.PAGE));
  }

  /** Copies the run of adjacent pages that begins at an index; returns how many. */
  private int copyRun(MachineMemory memory, int first, int limit) {
    int[] pages = parts.pages();
    int run = 1;
    while (first + run < limit && pages[first + run] == pages[first] + run) {
      run++;
    }
    memory.at((long) pages[first] * MachineMap.PAGE, (long) run * MachineMap.PAGE).copyFrom(content(first, run));
    return run;
  }

  private int insertion(int page) {
    int at = Arrays.binarySearch(parts.pages(), page);
    return at < 0 ? -at - 1 : at;
  }

  /** One holder more; false: it is closed. */
  boolean retain() {
    int now = holders.get();
    while (now > 0 && !closed) {
      if (holders.compareAndSet(now, now + 1)) {
        return true;
      }
      now = holders.get();
    }
    return false;
  }

  void release() {
    if (holders.decrementAndGet() == 0) {
      reaper.later(parts.contents());
      imageMemory.release();
    }
  }

  @Override
  public void write(Path file) throws IOException {
    if (!retain()) {
      throw new IOException("the snapshot is closed");
    }
    try {
      SnapshotFile.write(file, this, fingerprint);
    } finally {
      release();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    release();
  }
}
