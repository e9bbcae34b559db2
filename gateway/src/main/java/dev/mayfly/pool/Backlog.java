package dev.mayfly.pool;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many of one function's runs, and resets, are on their way to one thread, or in their first slice there. While there is one, further requests wait in the function's queue rather
 * than in further machines: they would wait for the same thread, and the machine that has just been used has its memory in the processor's caches (and the processor need
 * not forget its branch predictions, as it must between two machines). What waits or has used up a slice does not count, so whatever takes long holds up nobody.
 *
 * <p>Thread-safe. That room is never missed: who finds none has said before that he wants it ({@link Admission#wantsRoom}), and who makes room looks after that.
 */
final class Backlog {
  /** At most; one keeps the thread busy, since it takes the next itself. */
  private static final int MAX = 1;

  private final AtomicInteger runs = new AtomicInteger();

  void enter() {
    runs.incrementAndGet();
  }

  void leave() {
    runs.decrementAndGet();
  }

  boolean hasRoom() {
    return runs.get() < MAX;
  }
}
