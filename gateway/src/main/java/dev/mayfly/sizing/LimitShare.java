package dev.mayfly.sizing;

/**
 * A gateway's share of a limit that holds for all gateways together ({@code concurrency}, a route's rate), as a fraction. It follows demand: nine tenths are
 * shared out as the gateways have traffic, one tenth equally, so that a gateway without traffic can begin. All compute from the same sums, so that the fractions
 * add up to one.
 *
 * A share is a lease: it ends {@link dev.mayfly.traffic.SharedTraffic#FRESH_MILLIS} after the last answer of Redis, and is an equal part then. And no
 * share grows before those that shrink for it have had a round to do so: it is the least of the last two, also where the others seem to have gone, for a Redis
 * that has lost its memory knows no one. Not thread-safe.
 */
final class LimitShare {
  /** Of a limit, what is shared out equally. */
  private static final double EQUAL = 0.1;

  private double last = Double.NaN;

  /**
   * The share for the next second.
   *
   * @param part of all gateways' demand that is this one's; NaN: it is not known, and everyone takes an equal part
   * @param nodes gateways, this one included
   */
  double next(double part, int nodes) {
    double equal = 1.0 / nodes;
    double now = nodes == 1 ? 1 : Double.isNaN(part) ? equal : (1 - EQUAL) * part + EQUAL * equal;
    double before = Double.isNaN(last) ? equal : last;
    last = now;
    return Math.min(now, before);
  }

  /** A number of whole things: at least one, so that every gateway can serve. */
  static int whole(double share, int limit) {
    return Math.clamp(Math.round(share * limit), 1, limit);
  }
}
