package dev.mayfly.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The benchmark's result, one row for each figure. Not thread-safe. */
final class Table {
  private record Row(String figure, String samples, String p50, String p99, String max, String wanted, String verdict) {
    String text(int width) {
      return String.format(Locale.ROOT, "| %-" + width + "s | %7s | %10s | %10s | %10s | %-26s | %-4s |%n", figure, samples, p50, p99, max, wanted, verdict);
    }
  }

  private final List<Row> rows = new ArrayList<>();

  /** Times in nanoseconds; the limits are in milliseconds, infinity for none. */
  void times(String figure, Histogram nanos, double p50Limit, double p99Limit) {
    double p50 = nanos.getValueAtPercentile(50) / 1e6;
    double p99 = nanos.getValueAtPercentile(99) / 1e6;
    String wanted = (p50Limit < Double.POSITIVE_INFINITY ? "p50 <= " + plain(p50Limit) + " ms" : "")
        + (p99Limit < Double.POSITIVE_INFINITY ? ", p99 <= " + plain(p99Limit) + " ms" : "");
    rows.add(new Row(figure, Long.toString(nanos.getTotalCount()), millis(p50), millis(p99), millis(nanos.getMaxValue() / 1e6), wanted,
        verdict(p50 <= p50Limit && p99 <= p99Limit)));
  }

  /** One time, in milliseconds. */
  void time(String figure, double millis, double limit) {
    mean(figure, 1, millis, limit);
  }

  /** A mean of so many, in milliseconds. */
  void mean(String figure, int samples, double millis, double limit) {
    rows.add(new Row(figure, Integer.toString(samples), millis(millis), "", "", limit < Double.POSITIVE_INFINITY ? "<= " + plain(limit) + " ms" : "", verdict(!(millis > limit))));
  }

  /** How fast a machine is, compared with an ordinary process: above 1 it is faster. */
  void ratio(String figure, int rounds, double ratio, double atLeast) {
    rows.add(new Row(figure, Integer.toString(rounds), String.format(Locale.ROOT, "%.3f", ratio), "", "", ">= " + plain(atLeast), verdict(ratio >= atLeast)));
  }

  String text() {
    int width = rows.stream().mapToInt(row -> row.figure.length()).max().orElse(10);
    StringBuilder text = new StringBuilder(new Row("", "samples", "p50, mean", "p99", "max", "wanted", "").text(width));
    text.append(new Row("", "", "", "", "", "", "").text(width).replace("| ", "|-").replace(" |", "-|").replace(' ', '-'));
    rows.forEach(row -> text.append(row.text(width)));
    return text.toString();
  }

  private static String verdict(boolean kept) {
    return kept ? "ok" : "OVER";
  }

  private static String millis(double millis) {
    return Double.isNaN(millis) ? "unknown" : String.format(Locale.ROOT, "%.3f ms", millis);
  }

  private static String plain(double limit) {
    return limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit);
  }
}
