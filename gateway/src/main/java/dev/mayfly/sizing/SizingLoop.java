package dev.mayfly.sizing;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the rounds, one a second, on a thread of their own: no request waits for one, and one that takes long delays only the next. Any thread may close it; twice is fine.
 */
public final class SizingLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SizingLoop.class);
  private static final long PERIOD_MILLIS = 1_000;
  private static final long CLOSE_SECONDS = 5;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("mayfly-sizing").daemon().factory());
  private final LongSupplier clock;
  private final long origin;
  /** The last round's; the thread's own. */
  private long last;

  /** @param clock monotonic, nanoseconds */
  public SizingLoop(LongSupplier clock) {
    this.clock = clock;
    origin = clock.getAsLong();
  }

  /** What the rounds take for now: milliseconds, from 1 up. */
  public long nowMillis() {
    return 1 + (clock.getAsLong() - origin) / 1_000_000;
  }

  /** Begins, now. Once. */
  public void begin(LongConsumer round) {
    thread.scheduleAtFixedRate(() -> {
      try {
        long now = nowMillis();
        if (isDue(now)) {
          round.accept(now);
        }
      } catch (RuntimeException e) {
        LOG.error("A round of sizing failed; pools stay as they are until the next", e);
      }
    }, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Whether a round is to run: not one of those that a process which stood still for a while would catch up with at once. */
  boolean isDue(long now) {
    boolean due = last == 0 || now - last >= PERIOD_MILLIS / 2;
    last = due ? now : last;
    return due;
  }

  /** On the rounds' thread, between two of them; dropped after the end. */
  public void execute(Runnable step) {
    if (!thread.isShutdown()) {
      thread.execute(step);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
