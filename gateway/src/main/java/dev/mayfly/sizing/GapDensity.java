package dev.mayfly.sizing;

import dev.mayfly.traffic.IdleGaps;

/**
 * How likely the next gap is to end in each bin, estimated from the few that were seen. Several shapes are tried, and the gaps themselves choose: the one under which each gap is best
 * foretold by all others (leave-one-out likelihood) is taken.
 * <ul>
 *   <li>Each gap stands for its neighbourhood too, of one of several {@link #WIDTHS}: a timer's gaps are all alike, those of bursts are spread over octaves.
 *   <li>Gaps are those of requests at random at a steady rate, of which nothing but the mean is to be learnt: an exponential distribution.
 * </ul>
 * As gaps never seen are possible, {@link #PRIOR} gaps are added which lie as another estimate says. Immutable.
 */
final class GapDensity {
  /** Half the width of a neighbourhood, in bins, which are an eighth of an octave; its weight falls linearly to its ends. */
  private static final int[] WIDTHS = {2, 5, 12, 28};
  private static final int AT_RANDOM = Integer.MAX_VALUE;
  /** How many gaps' weight goes to what was not seen. */
  private static final double PRIOR = 1;
  private static final int FIRST = IdleGaps.bin(IdleGaps.SHORTEST_SECONDS);
  /** All lengths alike, on a logarithmic scale. */
  static final GapDensity ANY = any();

  private final double[] share;
  private final int width;

  private GapDensity(double[] share, int width) {
    this.share = share;
    this.width = width;
  }

  private static GapDensity any() {
    double[] share = new double[IdleGaps.BINS];
    for (int i = FIRST; i < IdleGaps.BINS; i++) {
      share[i] = 1.0 / (IdleGaps.BINS - FIRST);
    }
    return new GapDensity(share, 0);
  }

  static GapDensity of(IdleGaps gaps, GapDensity prior) {
    double total = gaps.total();
    if (total == 0) {
      return prior;
    }
    double seconds = seconds(gaps);
    double[] best = atRandom(seconds / total, total);
    double likeliest = likelihoodAtRandom(gaps, seconds, prior);
    int width = AT_RANDOM;
    for (int half : WIDTHS) {
      double[] smooth = smooth(gaps, half);
      double likelihood = likelihood(gaps, smooth, half, prior);
      if (likelihood > likeliest) {
        likeliest = likelihood;
        best = smooth;
        width = half;
      }
    }
    for (int i = 0; i < best.length; i++) {
      best[i] = (best[i] + PRIOR * prior.share[i]) / (total + PRIOR);
    }
    return new GapDensity(best, width);
  }

  private static double likelihood(IdleGaps gaps, double[] smooth, int half, GapDensity prior) {
    double likelihood = 0;
    for (int i = FIRST; i < IdleGaps.BINS; i++) {
      double weight = gaps.weight(i);
      if (weight > 0) {
        double one = Math.min(1, weight);
        likelihood += weight * Math.log((Math.max(0, smooth[i] - one / half) + PRIOR * prior.share[i]) / (gaps.total() - one + PRIOR));
      }
    }
    return likelihood;
  }

  private static double likelihoodAtRandom(IdleGaps gaps, double seconds, GapDensity prior) {
    double likelihood = 0;
    for (int i = FIRST; i < IdleGaps.BINS; i++) {
      double weight = gaps.weight(i);
      if (weight > 0) {
        double one = Math.min(1, weight);
        double others = gaps.total() - one;
        double mean = others > 0 ? (seconds - one * middle(i)) / others : Double.POSITIVE_INFINITY;
        likelihood += weight * Math.log((others * atRandom(mean, i) + PRIOR * prior.share[i]) / (others + PRIOR));
      }
    }
    return likelihood;
  }

  private static double[] atRandom(double mean, double weight) {
    double[] sum = new double[IdleGaps.BINS];
    for (int i = FIRST; i < IdleGaps.BINS; i++) {
      sum[i] = weight * atRandom(mean, i);
    }
    return sum;
  }

  /** The share of an exponential distribution, cut at both ends, that lies in a bin. */
  private static double atRandom(double mean, int bin) {
    double from = bin == FIRST ? 1 : Math.exp(-IdleGaps.start(bin) / mean);
    double to = bin == IdleGaps.BINS - 1 ? 0 : Math.exp(-IdleGaps.start(bin + 1) / mean);
    return Double.isInfinite(mean) ? 0 : from - to;
  }

  private static double seconds(IdleGaps gaps) {
    double sum = 0;
    for (int i = FIRST; i < IdleGaps.BINS; i++) {
      sum += gaps.weight(i) * middle(i);
    }
    return sum;
  }

  private static double middle(int bin) {
    return (IdleGaps.start(bin) + IdleGaps.start(bin + 1)) / 2;
  }

  /** A triangle of weight 1 for each gap; what would lie beyond either end lies at it. */
  private static double[] smooth(IdleGaps gaps, int half) {
    double[] sum = new double[IdleGaps.BINS];
    for (int i = FIRST; i < IdleGaps.BINS; i++) {
      double weight = gaps.weight(i);
      if (weight > 0) {
        for (int d = 1 - half; d < half; d++) {
          sum[Math.clamp(i + d, FIRST, IdleGaps.BINS - 1)] += weight * (half - Math.abs(d)) / (half * half);
        }
      }
    }
    return sum;
  }

  /** The share of gaps that end in a bin. */
  double share(int bin) {
    return share[bin];
  }

  /** In words, how the gaps are spread. */
  String shape() {
    return width == 0 ? "none" : width == AT_RANDOM ? "at random" : width <= WIDTHS[0] ? "regular" : "alike within a factor of " + Explanation.number(Math.pow(2, width / 8.0));
  }
}
