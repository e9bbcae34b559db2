package dev.mayfly.traffic;

import java.util.Arrays;

/**
 * How long a function was idle before it was asked for again: a histogram with eight bins to an octave, from a second to a day and a half. When {@link #FULL}
 * is reached all weights are halved, so that the last 30 to 60 gaps are remembered, the newer the better. Immutable.
 */
public final class IdleGaps {
  public static final int BINS = 136;
  /** Shorter gaps are none: counts come once a second. */
  public static final double SHORTEST_SECONDS = 2;
  /** A gap's weight, and the sum at which all are halved: what a bin has is a byte. A gap that is not seen again outlives two halvings. */
  static final int GAP = 4;
  static final int FULL = 240;
  public static final IdleGaps NONE = new IdleGaps(new byte[BINS], 0);

  private static final double[] START = new double[BINS + 1];

  static {
    for (int i = 0; i <= BINS; i++) {
      START[i] = Math.pow(2, i / 8.0);
    }
  }

  private final byte[] weights;
  private final int sum;

  private IdleGaps(byte[] weights, int sum) {
    this.weights = weights;
    this.sum = sum;
  }

  /** As {@link #bytes} gave them. */
  static IdleGaps of(byte[] weights) {
    if (weights.length != BINS) {
      throw new IllegalArgumentException(weights.length + " weights are not " + BINS);
    }
    return new IdleGaps(weights.clone(), sum(weights));
  }

  private static int sum(byte[] weights) {
    int sum = 0;
    for (byte weight : weights) {
      sum += weight & 0xff;
    }
    return sum;
  }

  /** The bin of a gap: bin {@code i} is from {@code 2^(i/8)} seconds to {@code 2^((i+1)/8)}; the last has all that are longer. */
  public static int bin(double seconds) {
    return seconds <= 1 ? 0 : Math.min(BINS - 1, (int) Math.floor(8 * Math.log(seconds) / Math.log(2) + 1e-9));
  }

  /** Where a bin begins, in seconds; {@code BINS}: where the last would end. */
  public static double start(int bin) {
    return START[bin];
  }

  IdleGaps plus(double seconds) {
    byte[] next = weights.clone();
    int bin = bin(seconds);
    next[bin] = (byte) Math.min(255, (next[bin] & 0xff) + GAP);
    if (sum(next) > FULL) {
      for (int i = 0; i < BINS; i++) {
        next[i] = (byte) ((next[i] & 0xff) / 2);
      }
    }
    return new IdleGaps(next, sum(next));
  }

  /** How much the gaps of a bin count; a new one counts 1. */
  public double weight(int bin) {
    return (weights[bin] & 0xff) / (double) GAP;
  }

  /** Of all gaps; at most {@code FULL / GAP}. */
  public double total() {
    return sum / (double) GAP;
  }

  byte[] bytes() {
    return weights.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdleGaps gaps && Arrays.equals(weights, gaps.weights);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(weights);
  }
}
