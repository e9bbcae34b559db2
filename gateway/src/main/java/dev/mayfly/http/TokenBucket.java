package dev.mayfly.http;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * A route's rate limit, as a generic cell rate algorithm: one number, the time at which the bucket is full again. A second's worth may come at once.
 * Thread-safe; shared by all event loops.
 */
final class TokenBucket {
  private static final double SECOND = 1e9;

  private final double perSecond;
  private volatile long intervalNanos;
  private final LongSupplier clock;
  private final AtomicLong fullAt;
  private final LongAdder asked = new LongAdder();

  /**
   * @param perSecond requests a second, above 0
   * @param clock nanoseconds, monotonic
   */
  TokenBucket(double perSecond, LongSupplier clock) {
    this.perSecond = perSecond;
    intervalNanos = Math.max(1, Math.round(SECOND / perSecond));
    this.clock = clock;
    fullAt = new AtomicLong(clock.getAsLong());
  }

  /** Takes a token. 0: taken; above: none there, nanoseconds until the next. */
  long take() {
    asked.increment();
    while (true) {
      long now = clock.getAsLong();
      long full = fullAt.get();
      long interval = intervalNanos;
      long next = next(full, now, interval);
      long wait = next - now - Math.max(interval, (long) SECOND);
      if (wait > 0) {
        return wait;
      }
      if (fullAt.compareAndSet(full, next)) {
        return 0;
      }
    }
  }

  /** The whole rate. */
  double perSecond() {
    return perSecond;
  }

  /** Tokens asked for so far. */
  long asked() {
    return asked.sum();
  }

  /** From now on it is a part of the rate: of tokens a second, and of those that may come at once. @param fraction above 0, at most 1 */
  void share(double fraction) {
    intervalNanos = Math.max(1, Math.round(SECOND / (perSecond * fraction)));
  }

  /** When the bucket will be full after one more token; differences only, so that the clock may wrap. */
  static long next(long fullAt, long now, long interval) {
    return (fullAt - now > 0 ? fullAt : now) + interval;
  }
}
