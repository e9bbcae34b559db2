package dev.mayfly.loadtest.soak;

import java.util.Arrays;

/**
 * Whether a figure that was sampled at even intervals grows. Pure.
 *
 * <p>A leak is what both tests say: the figure <i>rises</i> (Mann and Kendall's test: of all pairs of samples, far more go up than down, which no outlier and no single step
 * at one end makes), and it rises <i>by much</i>: Theil and Sen's slope, the median of those of all pairs, comes to more over the whole time than the figure may wander.
 *
 * @param first median of the first third, after the warm-up
 * @param last median of the last third
 * @param growth by Theil and Sen, over the whole time
 * @param z of Mann and Kendall: above {@value #SURE} it rises
 */
record Trend(double first, double last, double growth, double z) {
  /** One in a thousand figures that only wander is above it. */
  static final double SURE = 3.09;

  /** @param samples in the order of their time, 2 and up */
  static Trend of(double[] samples) {
    int n = samples.length;
    if (n < 2) {
      throw new IllegalArgumentException(n + " samples show no trend");
    }
    double[] slopes = new double[n * (n - 1) / 2];
    long up = 0;
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        slopes[at++] = (samples[j] - samples[i]) / (j - i);
        up += (long) Math.signum(samples[j] - samples[i]);
      }
    }
    double deviation = Math.sqrt((n * (n - 1.0) * (2 * n + 5) - ties(samples)) / 18);
    double z = up == 0 || deviation == 0 ? 0 : (up - Math.signum(up)) / deviation;
    int third = Math.max(1, n / 3);
    return new Trend(median(Arrays.copyOf(samples, third)), median(Arrays.copyOfRange(samples, n - third, n)), median(slopes) * (n - 1), z);
  }

  /** What samples of the same value take from the variance. */
  private static double ties(double[] samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    double sum = 0;
    for (int i = 0; i < sorted.length; ) {
      int same = i;
      while (same < sorted.length && sorted[same] == sorted[i]) {
        same++;
      }
      double t = same - i;
      sum += t * (t - 1) * (2 * t + 5);
      i = same;
    }
    return sum;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /** @param allowed how much the figure may grow, in its own unit */
  boolean leaks(double allowed) {
    return z > SURE && Math.max(growth, last - first) > allowed;
  }
}
