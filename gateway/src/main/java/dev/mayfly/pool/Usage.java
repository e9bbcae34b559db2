package dev.mayfly.pool;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much a function was used: sums over time of what its {@link Stats} are at each moment. Written in the pool's events, one at a time; read from any
 * thread, a busy machine's time up to the moment of the question included.
 */
public final class Usage {
  /**
   * Since the pool began.
   *
   * @param busyNanos machines' time spent on requests, and on being made ready for the next one
   * @param queuedNanos requests' time without a machine
   */
  public record Totals(long busyNanos, long queuedNanos) {}

  /** Sums up to a moment, and what has gone on since. */
  private record State(long at, long busyNanos, long queuedNanos, int busy, int queued) {
    State until(long now) {
      long passed = Math.max(0, now - at);
      return new State(Math.max(at, now), busyNanos + passed * busy, queuedNanos + passed * queued, busy, queued);
    }
  }

  private volatile State state;
  /** Since {@link #peak} was asked for. */
  private final AtomicInteger peak = new AtomicInteger();

  Usage(long now) {
    state = new State(now, 0, 0, 0, 0);
  }

  /** From now on it is this. */
  void counts(Stats stats, long now) {
    State sum = state.until(now);
    state = new State(sum.at(), sum.busyNanos(), sum.queuedNanos(), stats.busy() + stats.resetting(), stats.queued());
    peak.accumulateAndGet(state.busy() + state.queued(), Math::max);
  }

  /** Machines busy and requests without one, together, at most since the last call. */
  int peak() {
    int most = peak.getAndSet(0);
    State now = state;
    return Math.max(most, now.busy() + now.queued());
  }

  Totals totals(long now) {
    State sum = state.until(now);
    return new Totals(sum.busyNanos(), sum.queuedNanos());
  }
}
