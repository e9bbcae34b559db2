package dev.mayfly.sizing;

import dev.mayfly.traffic.IdleGaps;

/**
 * When an idle function's machine is worth its memory, from how long the function was idle before. Holding one from now for some time brings a
 * chance that it is asked for in that time, and costs the time that it is held; it is worth it if, for some length, chance / time is at least
 * the price. So there is one rule for what others have two for: a machine is kept while the function is likely to be asked for soon, let go where that would
 * take long, and made again ahead of when it is due.
 *
 * Gaps never seen are possible too: one gap's weight is spread over all lengths, on a logarithmic scale. Until {@link #KNOWN} gaps were seen, a machine is
 * held for {@link #UNKNOWN_SECONDS}. Immutable.
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
    double[] weight = new double[IdleGaps.BINS];
    double[] longer = new double[IdleGaps.BINS + 1]; // gaps of this bin and all after it
    for (int i = IdleGaps.BINS - 1; i >= FIRST; i--) {
      weight[i] = gaps.weight(i) + SURPRISE / (IdleGaps.BINS - FIRST);
      longer[i] = longer[i + 1] + weight[i];
    }
    for (int from = FIRST; from < IdleGaps.BINS - 1; from++) {
      if (hold[from]) {
        continue; // within a stretch that is worth it as a whole
      }
      int to = worthUntil(from, weight, longer, price);
      for (int i = from; i < to; i++) {
        hold[i] = true;
      }
    }
    for (int i = 0; i < FIRST; i++) {
      hold[i] = true; // too short to be told from being in use
    }
  }

  /** The longest stretch from a bin on that is worth holding; its end, or {@code from}. The last bin has no end, so is never worth it. */
  private static int worthUntil(int from, double[] weight, double[] longer, double price) {
    double hits = 0;
    double held = 0;
    int to = from;
    for (int i = from; i < IdleGaps.BINS - 1; i++) {
      double width = IdleGaps.start(i + 1) - IdleGaps.start(i);
      hits += weight[i];
      held += weight[i] * width / 2 + longer[i + 1] * width;
      if (hits >= price * held) {
        to = i + 1;
      }
    }
    return to;
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
