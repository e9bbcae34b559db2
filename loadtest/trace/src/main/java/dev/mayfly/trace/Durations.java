package dev.mayfly.trace;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How long one function's invocations took, as the seven percentiles of the trace of 2019. They are percentiles of means over 30 seconds, weighted
 * by their invocations (the data set's note 7), so they are a little narrower than those of single invocations. Immutable.
 */
final class Durations {
  private static final double[] SHARES = {0, 0.01, 0.25, 0.5, 0.75, 0.99, 1};
  /** A week: more than any function may run, so an error in the file. */
  private static final double LONGEST_MILLIS = 7 * 24 * 3600e3;
  private final double[] millis;

  private Durations(double[] millis) {
    this.millis = millis;
  }

  /**
   * The duration below which this share of the invocations lies. Between two percentiles it is interpolated on a logarithmic scale, as
   * execution times are close to log-normal (Shahrad et al., "Serverless in the Wild", ATC 2020, figure 7); linearly where one of them is 0.
   *
   * @param share from 0 to 1
   */
  long nanosAt(double share) {
    int i = 1;
    while (i < SHARES.length - 1 && share > SHARES[i]) {
      i++;
    }
    double part = (share - SHARES[i - 1]) / (SHARES[i] - SHARES[i - 1]);
    double low = millis[i - 1];
    double high = millis[i];
    double between = low > 0 ? low * Math.pow(high / low, part) : low + (high - low) * part;
    return Math.round(between * 1e6);
  }

  /** A day's functions, by {@link TraceFunction#id}; of a function that comes again the first row counts, the others are bad. */
  static Map<String, Durations> read(Path file, BadRows bad) {
    Map<String, Durations> all = new HashMap<>();
    try (Lines lines = new Lines(file)) {
      Format.header(lines);
      for (String line = lines.next(); line != null; line = lines.next()) {
        add(line, lines, bad, all);
      }
    }
    return all;
  }

  private static void add(String line, Lines lines, BadRows bad, Map<String, Durations> all) {
    try {
      Row row = new Row(line, Format.DURATIONS_HEADER);
      String id = row.name() + "/" + row.name() + "/" + row.name();
      row.skip(4);
      double[] millis = new double[SHARES.length];
      for (int i = 0; i < millis.length; i++) {
        millis[i] = row.number(0, LONGEST_MILLIS);
      }
      row.end();
      double[] sorted = millis.clone();
      Arrays.sort(sorted);
      if (!Arrays.equals(sorted, millis)) {
        throw new Row.Wrong("its percentiles do not rise");
      }
      if (all.putIfAbsent(id, new Durations(millis)) != null) {
        throw new Row.Wrong("the function stands in the file already");
      }
    } catch (Row.Wrong e) {
      lines.bad(e.getMessage(), bad);
    }
  }
}
