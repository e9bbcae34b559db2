package dev.mayfly.http;

import java.util.concurrent.TimeUnit;

/** How slowly a request may come: whatever holds a connection's memory must move, or end. Pure. */
final class Pace {
  /** Nanoseconds in which nothing is asked of a request. */
  static final long GRACE = TimeUnit.SECONDS.toNanos(20);
  /** Octets a second that it has to reach on the average afterwards. */
  static final long OCTETS_A_SECOND = 2048;
  /** Nanoseconds between two looks. */
  static final long LOOK_AGAIN = TimeUnit.SECONDS.toNanos(5);

  private Pace() {}

  /** @param nanos since the request's first octet */
  static boolean tooSlow(long nanos, long octets) {
    return nanos >= GRACE && octets < (nanos - GRACE) / 1e9 * OCTETS_A_SECOND + 1;
  }
}
