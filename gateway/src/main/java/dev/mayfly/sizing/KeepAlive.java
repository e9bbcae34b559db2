package dev.mayfly.sizing;

import dev.mayfly.traffic.IdleGaps;

/**
 * When an idle machine is worth its memory, from how long it was idle before it was needed. In each stretch of idle time (a bin of the gaps) a machine brings the chance
 * that it is needed in it, given that it was not until then, and costs the time that it is held; it is held if chance / time is at least the price. As machines
 * are made ahead, off the request path, each stretch is judged by itself. So there is one rule for what others have two for: a machine is kept while it is likely to
 * be needed soon, let go where that would take long, and made again shortly before it is due.
 *
 * What is likely is an estimate from few gaps ({@link GapDensity}). Until {@link #KNOWN} gaps were seen, a machine is held for {@link #UNKNOWN_SECONDS}, or, one that is not
 * a function's first, as the one before it. Immutable.
 */
final class KeepAlive {
  static final double UNKNOWN_SECONDS = 30;
  static final double KNOWN = 3;
  private static final int FIRST = IdleGaps.bin(IdleGaps.SHORTEST_SECONDS);
  private static final double[] WIDTH = new double[IdleGaps.BINS];

  static {
    for (int i = 0; i < IdleGaps.BINS; i++) {
      WIDTH[i] = IdleGaps.start(i + 1) - IdleGaps.start(i);
    }
  }

  private final boolean[] hold = new boolean[IdleGaps.BINS];
  private final GapDensity density;
  private final boolean known;

  private KeepAlive(GapDensity density, boolean known) {
    this.density = density;
    this.known = known;
  }

  /** @param price cold starts avoided for each second that a machine is held, at least; above 0 */
  static KeepAlive of(IdleGaps gaps, double price) {
    return decided(GapDensity.of(gaps, GapDensity.ANY), gaps.total() >= KNOWN, price);
  }

  /** For one more machine than another's, of which it is assumed that it is needed like that one until its own gaps say otherwise. */
  static KeepAlive after(KeepAlive fewer, IdleGaps gaps, double price) {
    return decided(GapDensity.of(gaps, fewer.density), fewer.known || gaps.total() >= KNOWN, price);
  }

  private static KeepAlive decided(GapDensity density, boolean known, double price) {
    KeepAlive keep = new KeepAlive(density, known);
    if (known) {
      keep.decide(price);
    }
    return keep;
  }

  private void decide(double price) {
    double longer = 0; // the share of all gaps that are longer than the bin at hand
    for (int i = IdleGaps.BINS - 1; i >= FIRST; i--) {
      double share = density.share(i);
      // The last bin has no end, so is never worth it.
      hold[i] = i < IdleGaps.BINS - 1 && share >= price * WIDTH[i] * (share / 2 + longer);
      longer += share;
    }
    for (int i = 0; i < FIRST; i++) {
      hold[i] = true; // too short to be told from being in use
    }
  }

  boolean known() {
    return known;
  }

  /** In words, how the gaps are spread. */
  String shape() {
    return density.shape();
  }

  /** Whether a machine is held that was idle so long. */
  boolean holds(double idleSeconds) {
    return known ? hold[IdleGaps.bin(idleSeconds)] : idleSeconds < UNKNOWN_SECONDS;
  }

  /** How long it is idle when {@link #holds} next says otherwise; infinite: it stays as it is. */
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
