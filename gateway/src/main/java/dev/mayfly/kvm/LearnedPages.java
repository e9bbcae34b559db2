package dev.mayfly.kvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;

/**
 * Which pages a function's requests write: of the snapshot's machines, all that the first {@value #REQUESTS} were seen to write, as KVM's logs have it ({@link DirtyLog}). Learned
 * once, kept with the snapshot on disk. A machine that settles ({@link Settling}) keeps these in its log, whether its own first run wrote them or not: so no later request
 * pays a fault for what requests are known to write. Any thread.
 *
 * <p>As bytes, little-endian: u32 {@value #FORMAT}, u32 requests, then the numbers of the pages (guest-physical address / 4096), ascending, u32 each.
 */
final class LearnedPages {
  static final int REQUESTS = 16;
  private static final int FORMAT = 1;
  private static final int HEAD = 8;
  /** A number beyond it is no page of a machine. */
  private static final int LIMIT = (int) ((MachineMap.FUNCTION_FRAMES + MachineMap.FUNCTION_FRAMES_MAX) / MachineMap.PAGE);

  private final BitSet pages = new BitSet();
  /** Volatile for {@link #learn}, which is called after every request; set under the lock. */
  private volatile int requests;
  private Consumer<byte[]> keep = bytes -> {};

  /** @param known what was learned before, or null; what is no such thing is passed over @param keeper is told once, if there is more to learn */
  synchronized void begin(byte[] known, Consumer<byte[]> keeper) {
    keep = keeper;
    if (known != null) {
      read(ByteBuffer.wrap(known).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private void read(ByteBuffer in) {
    if (in.remaining() < HEAD || in.remaining() % 4 != 0 || in.getInt() != FORMAT) {
      return;
    }
    int seen = in.getInt();
    int[] numbers = new int[in.remaining() / 4];
    in.asIntBuffer().get(numbers);
    if (seen >= REQUESTS && Arrays.stream(numbers).allMatch(n -> n >= 0 && n < LIMIT)) {
      Arrays.stream(numbers).forEach(pages::set);
      requests = seen;
    }
  }

  synchronized boolean has(int page) {
    return pages.get(page);
  }

  synchronized int requests() {
    return requests;
  }

  synchronized int count() {
    return pages.cardinality();
  }

  /**
   * After a request, with the logs as of its end, in a machine that has settled.
   *
   * @return what is to be done elsewhere, for it writes a file; null: nothing
   */
  Runnable learn(MachineMemory memory) {
    return requests >= REQUESTS ? null : learnMore(memory);
  }

  private synchronized Runnable learnMore(MachineMemory memory) {
    if (requests >= REQUESTS) {
      return null; // another machine's request was the last one
    }
    memory.dirtyOwn(this::add);
    if (memory.framesLog() != null) {
      memory.framesLog().runs(MachineMap.FUNCTION_FRAMES, MachineMap.FUNCTION_FRAMES + memory.framesBytes(), this::add);
    }
    requests++;
    if (requests < REQUESTS) {
      return null;
    }
    byte[] bytes = bytes();
    Consumer<byte[]> keeper = keep;
    return () -> keeper.accept(bytes);
  }

  private void add(long from, long end) {
    pages.set((int) (from / MachineMap.PAGE), (int) (end / MachineMap.PAGE));
  }

  private byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(HEAD + 4 * pages.cardinality()).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(FORMAT).putInt(requests);
    pages.stream().forEach(out::putInt);
    return out.array();
  }
}
