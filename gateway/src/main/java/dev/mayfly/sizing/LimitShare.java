package dev.mayfly.sizing;

/**
 * A gateway's share of a limit that holds for all gateways together ({@code concurrency}, a route's rate), as a fraction. It follows demand: nine tenths are
 * shared out as the gateways have traffic, one tenth equally, so that a gateway without traffic can begin. All compute from the same sums, so that the fractions
 * add up to one.
 *
 * A share is a lease: it ends {@link dev.mayfly.traffic.SharedTraffic#FRESH_MILLIS} after the last answer of Redis, and is an equal part then. And no
 * share grows before those that shrink for it have had a round to do so: it is the least of the last two. Not thread-safe.
 */
final class LimitShare {
  /** Of a limit, what is shared out equally. */
  private static final double EQUAL = 0.1;

  private double last = Double.NaN;

  /**
   * The share for the next second.
   *
   * @param own demand here, in whatever unit, and {@code all} gateways' together
   * @param nodes gateways, this one included
   * @param shared whether {@code all} is known; else everyone takes an equal part
   */
  double next(double own, double all, int nodes, boolean shared) {
    double equal = 1.0 / nodes;
    double now = shared && all > 0 ? (1 - EQUAL) * Math.clamp(own / all, 0, 1) + EQUAL * equal : equal;
    double before = Double.isNaN(last) ? equal : last;
    last = now;
    return nodes == 1 ? 1 : Math.min(now, before);
  }

  /** A number of whole things: at least one, so that every gateway can serve. */
  static int whole(double share, int limit) {
    return Math.clamp(Math.round(share * limit), 1, limit);
  }
}
