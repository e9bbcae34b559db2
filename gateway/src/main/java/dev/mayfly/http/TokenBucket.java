package dev.mayfly.http;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A route's rate limit, as a generic cell rate algorithm: one number, the time at which the bucket is full again. A second's worth may come at once.
 * Thread-safe; shared by all event loops.
 */
final class TokenBucket {
  private static final double SECOND = 1e9;

  private final long intervalNanos;
  private final long burstNanos;
  private final LongSupplier clock;
  private final AtomicLong fullAt;

  /**
   * @param perSecond requests a second, above 0
   * @param clock nanoseconds, monotonic
   */
  TokenBucket(double perSecond, LongSupplier clock) {
    intervalNanos = Math.max(1, Math.round(SECOND / perSecond));
    burstNanos = Math.max(intervalNanos, Math.round(SECOND));
    this.clock = clock;
    fullAt = new AtomicLong(clock.getAsLong());
  }

  /** Takes a token. 0: taken; above: none there, nanoseconds until the next. */
  long take() {
    while (true) {
      long now = clock.getAsLong();
      long full = fullAt.get();
      long next = next(full, now, intervalNanos);
      long wait = next - now - burstNanos;
      if (wait > 0) {
        return wait;
      }
      if (fullAt.compareAndSet(full, next)) {
        return 0;
      }
    }
  }

  /** When the bucket will be full after one more token; differences only, so that the clock may wrap. */
  static long next(long fullAt, long now, long interval) {
    return (fullAt - now > 0 ? fullAt : now) + interval;
  }
}
