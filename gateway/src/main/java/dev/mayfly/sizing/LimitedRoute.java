package dev.mayfly.sizing;

import dev.mayfly.traffic.Counts;

/** A route's rate limit, from round to round. The sizing thread's. */
final class LimitedRoute {
  final String key;
  private final SharedLimit limit;
  private final LimitShare share = new LimitShare();
  private final OwnDemand demand = new OwnDemand();
  private long asked;
  private double held = 1;

  LimitedRoute(SharedLimit limit) {
    this.limit = limit;
    key = "route " + limit.id();
  }

  /** What was asked for since the last call. */
  Counts read() {
    long now = limit.asked();
    Counts counts = new Counts(now - asked, 0, 0, 0);
    asked = now;
    return counts;
  }

  void share(double own, double all, int nodes) {
    double next = share.next(demand.next(own, all), limit.perSecond(), nodes);
    if (next != held) {
      held = next;
      limit.share(next);
    }
  }
}
