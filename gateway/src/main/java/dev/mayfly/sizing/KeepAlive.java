package dev.mayfly.sizing;

import dev.mayfly.traffic.IdleGaps;

/**
 * When an idle function's machine is worth its memory, from how long the function was idle before. In each stretch of idle time (a bin of the gaps) a machine brings the chance
 * that the function is asked for in it, given that it was not until then, and costs the time that it is held; it is held if chance / time is at least the price. As machines
 * are made ahead, off the request path, each stretch is judged by itself. So there is one rule for what others have two for: a machine is kept while the function is likely to
 * be asked for soon, let go where that would take long, and made again shortly before it is due.
 *
 * A bin's gaps count in its neighbours too, by a quarter, for few gaps are seen. Gaps never seen are possible: one gap's weight is spread over all lengths, on a
 * logarithmic scale. Until {@link #KNOWN} gaps were seen, a machine is held for {@link #UNKNOWN_SECONDS}. Immutable.
 */
final class KeepAlive {
  static final double UNKNOWN_SECONDS = 30;
  static final double KNOWN = 3;
  private static final double SURPRISE = 1;
  private static final int FIRST = IdleGaps.bin(IdleGaps.SHORTEST_SECONDS);

  private final boolean[] hold = new boolean[IdleGaps.BINS];
  private final boolean known;

  private KeepAlive(boolean known) {
    this.known = known;
  }

  /** @param price cold starts avoided for each second that a machine is held, at least; above 0 */
  static KeepAlive of(IdleGaps gaps, double price) {
    KeepAlive keep = new KeepAlive(gaps.total() >= KNOWN);
    if (keep.known) {
      keep.decide(gaps, price);
    }
    return keep;
  }

  private void decide(IdleGaps gaps, double price) {
    double longer = 0; // the weight of all gaps that are longer than the bin at hand
    for (int i = IdleGaps.BINS - 1; i >= FIRST; i--) {
      double weight = (gaps.weight(i - 1) + 2 * gaps.weight(i) + (i + 1 < IdleGaps.BINS ? gaps.weight(i + 1) : 0)) / 4 + SURPRISE / (IdleGaps.BINS - FIRST);
      double width = IdleGaps.start(i + 1) - IdleGaps.start(i);
      // The last bin has no end, so is never worth it.
      hold[i] = i < IdleGaps.BINS - 1 && weight >= price * width * (weight / 2 + longer);
      longer += weight;
    }
    for (int i = 0; i < FIRST; i++) {
      hold[i] = true; // too short to be told from being in use
    }
  }

  boolean known() {
    return known;
  }

  /** Whether a machine is held for a function that was idle so long. */
  boolean holds(double idleSeconds) {
    return known ? hold[IdleGaps.bin(idleSeconds)] : idleSeconds < UNKNOWN_SECONDS;
  }

  /** How long a function is idle when {@link #holds} next says otherwise; infinite: it stays as it is. */
  double changes(double idleSeconds) {
    if (!known) {
      return idleSeconds < UNKNOWN_SECONDS ? UNKNOWN_SECONDS : Double.POSITIVE_INFINITY;
    }
    if (Double.isInfinite(idleSeconds)) {
      return idleSeconds;
    }
    int now = IdleGaps.bin(idleSeconds);
    for (int i = now + 1; i < IdleGaps.BINS; i++) {
      if (hold[i] != hold[now]) {
        return IdleGaps.start(i);
      }
    }
    return Double.POSITIVE_INFINITY;
  }
}
