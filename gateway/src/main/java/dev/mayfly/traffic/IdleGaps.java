package dev.mayfly.traffic;

import java.util.Arrays;

/**
 * How long a function was idle before it was asked for again: a histogram with eight bins to an octave, from a second to a day and a half. The
 * newer a gap, the more it counts: each one takes {@link #FORGET} off the weight of those before it, so about {@code 1 / FORGET} of them are remembered.
 * Immutable.
 */
public final class IdleGaps {
  public static final int BINS = 136;
  /** Shorter gaps are none: counts come once a second. */
  public static final double SHORTEST_SECONDS = 2;
  static final double FORGET = 1 / 64.0;
  /** A weight of 1, as it is written: a bin is 16 bits wide. */
  static final int UNIT = 512;
  public static final IdleGaps NONE = new IdleGaps(new int[BINS]);

  private final int[] units;

  private IdleGaps(int[] units) {
    this.units = units;
  }

  /** @param units weights in {@link #UNIT}ths, one for each bin, 0 to 65535 */
  static IdleGaps of(int[] units) {
    if (units.length != BINS || Arrays.stream(units).anyMatch(u -> u < 0 || u > 0xffff)) {
      throw new IllegalArgumentException("not " + BINS + " weights from 0 to 65535: " + Arrays.toString(units));
    }
    return new IdleGaps(units.clone());
  }

  /** The bin of a gap: bin {@code i} is from {@code 2^(i/8)} seconds to {@code 2^((i+1)/8)}; the last has all that are longer. */
  public static int bin(double seconds) {
    return seconds <= 1 ? 0 : Math.min(BINS - 1, (int) Math.floor(8 * Math.log(seconds) / Math.log(2) + 1e-9));
  }

  /** Where a bin begins, in seconds. */
  public static double start(int bin) {
    return Math.pow(2, bin / 8.0);
  }

  IdleGaps plus(double seconds) {
    int[] next = new int[BINS];
    for (int i = 0; i < BINS; i++) {
      next[i] = (int) (units[i] * (1 - FORGET)); // rounded down: what is not seen again is forgotten
    }
    next[bin(seconds)] += UNIT;
    return new IdleGaps(next);
  }

  /** How much the gaps of a bin count; the newest counts 1. */
  public double weight(int bin) {
    return units[bin] / (double) UNIT;
  }

  int unit(int bin) {
    return units[bin];
  }

  /** Of all gaps; at most {@code 1 / FORGET}. */
  public double total() {
    return Arrays.stream(units).sum() / (double) UNIT;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdleGaps gaps && Arrays.equals(units, gaps.units);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(units);
  }
}
