package dev.mayfly.sizing;

/**
 * A gateway's share of a limit that holds for all gateways together ({@code concurrency}, a route's rate), as a fraction. What is asked for goes
 * where it is asked for, and what is left of the limit, a tenth at least, to all equally, so that a gateway's traffic can grow. All compute from the same sums, so
 * that the fractions add up to one.
 *
 * A share is a lease: it ends {@link dev.mayfly.traffic.SharedTraffic#FRESH_MILLIS} after the last answer of Redis, and is an equal part then. And no
 * share grows before those that shrink for it have had a round to do so: it is the least of the last two, also where the others seem to have gone, for a Redis
 * that has lost its memory knows no one. Not thread-safe.
 */
final class LimitShare {
  /** Of a limit, what is shared out equally however much is asked for. */
  private static final double EQUAL = 0.1;

  private double last = Double.NaN;

  /**
   * The share for the next second.
   *
   * @param demand if it is not known, everyone takes an equal part
   * @param limit in the demand's unit
   * @param nodes gateways, this one included
   */
  double next(Demand demand, double limit, int nodes) {
    double equally = demand.known() ? Math.max(EQUAL, 1 - demand.used(limit)) : 1;
    double now = equally / nodes + (equally < 1 ? (1 - equally) * demand.part() : 0);
    double before = Double.isNaN(last) ? 1.0 / nodes : last;
    last = nodes == 1 ? 1 : now;
    return Math.min(last, before);
  }

  /** A number of whole things: at least one, so that every gateway can serve. */
  static int whole(double share, int limit) {
    return Math.clamp(Math.round(share * limit), 1, limit);
  }
}
