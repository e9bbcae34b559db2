package dev.mayfly.sizing;

import dev.mayfly.traffic.Average;

/**
 * A gateway's own demand beside the others'. What a round knows of the sum is Redis' answer to the round before, in which this gateway's part is new and
 * the others' is up to a second old: it has faded since, and what grows has not grown yet. Left as it is, every gateway would see itself ahead of the others, and
 * the parts would add up to more than one: by 7 % under steady traffic, by more while it grows. Not thread-safe.
 */
final class OwnDemand {
  /** How old the others' part is on average: half a round. */
  private static final double AGE_SECONDS = 0.5;
  private static final double FADED = Average.FAST.left(AGE_SECONDS);

  private double last;
  private double before;

  /**
   * What is known of a round's demand.
   *
   * @param now this gateway's demand, for the rounds to come
   * @param all the sum of all gateways'; below 0: it is not known
   */
  Demand next(double now, double all) {
    Demand known = all < 0 ? Demand.UNKNOWN : new Demand(before > 0 ? (last + before) / 2 : last, Math.max(0, all - last) / FADED);
    before = last;
    last = now;
    return known;
  }
}
