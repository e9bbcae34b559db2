package dev.mayfly.pool;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is submitted one after the other, in order, without a thread of its own and without a lock: whoever submits while nothing runs does the work, of
 * others too if some comes meanwhile; everyone else leaves his and goes on. What is submitted by one thread first is done first.
 */
final class Combiner {
  private static final Logger LOG = LoggerFactory.getLogger(Combiner.class);
  private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** From any thread, from within a submitted piece too. */
  void submit(Runnable work) {
    queue.add(work);
    if (waiting.getAndIncrement() == 0) {
      do {
        run(queue.poll());
      } while (waiting.decrementAndGet() != 0);
    }
  }

  /** A piece that fails must not hold up the others for good. */
  private static void run(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("An event of a pool failed; the next ones go on", e);
    }
  }
}
