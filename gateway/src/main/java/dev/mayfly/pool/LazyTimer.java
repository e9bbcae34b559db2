package dev.mayfly.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * A timer for deadlines that are seldom reached: one alarm of another timer for all of them, set anew only when an earlier deadline comes. So an ordinary request, whose
 * deadline is later than those before it and which ends long before, moves no alarm and wakes no thread. Thread-safe; calls back on the other timer's thread, as exactly as that.
 *
 * <p>No deadline is missed. {@link #after} adds the deadline, then reads {@code alarmAt}; the alarm sets {@code alarmAt} to never, then looks at all deadlines. So either the
 * alarm sees the deadline, or {@code after} sees that there is no alarm early enough, and sets one.
 */
final class LazyTimer implements Timer {
  private static final long NEVER = Long.MAX_VALUE;

  private record Deadline(long at, Runnable callback) {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private final Timer exact;
  private final LongSupplier clock;
  private final long start;
  private final Set<Deadline> deadlines = ConcurrentHashMap.newKeySet();
  /** Nanoseconds since the start. */
  private volatile long alarmAt = NEVER;
  private Runnable cancelAlarm = () -> {}; // guarded by this

  /** @param clock monotonic, in nanoseconds */
  LazyTimer(Timer exact, LongSupplier clock) {
    this.exact = exact;
    this.clock = clock;
    start = clock.getAsLong();
  }

  @Override
  public Runnable after(long nanos, Runnable callback) {
    long now = clock.getAsLong() - start;
    Deadline deadline = new Deadline(nanos < NEVER - now ? now + nanos : NEVER, callback);
    deadlines.add(deadline);
    setAlarm(deadline.at, now);
    return () -> deadlines.remove(deadline);
  }

  private void setAlarm(long at, long now) {
    if (at >= alarmAt) {
      return;
    }
    synchronized (this) {
      if (at < alarmAt) {
        cancelAlarm.run();
        alarmAt = at;
        cancelAlarm = exact.after(Math.max(0, at - now), this::alarm);
      }
    }
  }

  private void alarm() {
    synchronized (this) {
      alarmAt = NEVER;
      cancelAlarm = () -> {};
    }
    long now = clock.getAsLong() - start;
    long next = NEVER;
    for (Deadline deadline : deadlines) {
      if (deadline.at > now) {
        next = Math.min(next, deadline.at);
      } else if (deadlines.remove(deadline)) {
        deadline.callback.run();
      }
    }
    setAlarm(next, now);
  }
}
