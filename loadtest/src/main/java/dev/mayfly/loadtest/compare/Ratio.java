package dev.mayfly.loadtest.compare;

import java.util.Arrays;

/**
 * How many times larger one thing is than another, and between which bounds that lies with 95 % confidence.
 *
 * <p>Ratios of times are skewed, their logarithms are not: so means and intervals are taken of logarithms, with Student's t as there are few of them.
 * That is the procedure for few measurements of Georges, Buytaert and Eeckhout, "Statistically Rigorous Java Performance Evaluation" (OOPSLA 2007,
 * sections 3.2 and 3.3), on logarithms.
 *
 * @param low NaN, like high, where there are too few measurements for an interval
 */
public record Ratio(double estimate, double low, double high) {
  public static final Ratio UNKNOWN = new Ratio(Double.NaN, Double.NaN, Double.NaN);

  /** What an interval says. */
  public enum Says { LARGER, SMALLER, NO_DIFFERENCE, NOTHING }

  /** The interval decides: where it holds 1, no difference was seen. */
  public Says says() {
    if (Double.isNaN(low)) {
      return Says.NOTHING;
    }
    return low > 1 ? Says.LARGER : high < 1 ? Says.SMALLER : Says.NO_DIFFERENCE;
  }

  /**
   * Of measurements that belong together in pairs, as those of one round do: what both have in common, a busy machine say, is not in it.
   *
   * @param ours as long as the others; a pair with a value that is not above 0 is left out
   */
  public static Ratio paired(double[] ours, double[] others) {
    if (ours.length != others.length) {
      throw new IllegalArgumentException(ours.length + " measurements do not pair with " + others.length);
    }
    double[] logs = new double[ours.length];
    int n = 0;
    for (int i = 0; i < ours.length; i++) {
      if (ours[i] > 0 && others[i] > 0) {
        logs[n++] = Math.log(ours[i] / others[i]);
      }
    }
    double[] used = Arrays.copyOf(logs, n);
    return n == 0 ? UNKNOWN : of(mean(used), Math.sqrt(variance(used) / n), n - 1);
  }

  /** Of measurements that have nothing to do with each other; Welch's interval, as their spreads may differ. Values not above 0 are left out. */
  public static Ratio independent(double[] ours, double[] others) {
    double[] a = Arrays.stream(ours).filter(v -> v > 0).map(Math::log).toArray();
    double[] b = Arrays.stream(others).filter(v -> v > 0).map(Math::log).toArray();
    if (a.length == 0 || b.length == 0) {
      return UNKNOWN;
    }
    double difference = mean(a) - mean(b);
    if (a.length == 1 || b.length == 1) {
      return of(difference, Double.NaN, 0);
    }
    double va = variance(a) / a.length;
    double vb = variance(b) / b.length;
    double freedom = va + vb == 0 ? a.length + b.length - 2 : (va + vb) * (va + vb) / (va * va / (a.length - 1) + vb * vb / (b.length - 1));
    return of(difference, Math.sqrt(va + vb), freedom);
  }

  private static Ratio of(double log, double error, double freedom) {
    double half = freedom < 1 ? Double.NaN : Student.quantile975(freedom) * error;
    return new Ratio(Math.exp(log), Math.exp(log - half), Math.exp(log + half));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return values.length < 2 ? 0 : Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }
}
