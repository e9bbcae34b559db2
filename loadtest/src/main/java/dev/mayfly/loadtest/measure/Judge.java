package dev.mayfly.loadtest.measure;

import dev.mayfly.loadtest.plan.Threshold;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Decides whether a result keeps its thresholds. Pure. */
public final class Judge {
  private final Result result;
  private final Times cold = Times.empty();
  private final Times warm = Times.empty();
  private final Times all = Times.empty();

  private Judge(Result result) {
    this.result = result;
    for (Series series : result.series()) {
      cold.add(series.of(Start.COLD));
      warm.add(series.of(Start.WARM));
      series.times().values().forEach(all::add);
    }
  }

  public static List<Verdict> verdicts(List<Threshold> thresholds, Result result) {
    Judge judge = new Judge(result);
    return thresholds.stream().map(judge::verdict).toList();
  }

  /** A figure of nothing is never kept: a run without one good answer says nothing good. */
  private Verdict verdict(Threshold t) {
    return switch (t.figure()) {
      case RESPONSE -> time(t, Times::response);
      case SERVICE -> time(t, Times::service);
      case LAG -> time(t, result.sender().lag());
      case ERRORS -> share(t, result.failed(), result.good() + result.failed());
      case UNSENT -> share(t, result.sender().unsent(), result.sender().planned());
      case COLD_SHARE -> share(t, cold.count(), result.good());
      case RATE -> value(t, result.countedNanos() > 0, of(t).count() * 1e9 / Math.max(1, result.countedNanos()), v -> String.format(Locale.ROOT, "%.1f/s", v));
    };
  }

  private Verdict time(Threshold t, Function<Times, Histogram> which) {
    return time(t, which.apply(of(t)));
  }

  private static Verdict time(Threshold t, Histogram histogram) {
    return value(t, histogram.getTotalCount() > 0, histogram.getValueAtPercentile(t.percentile()), v -> String.format(Locale.ROOT, "%.3f ms", v / 1e6));
  }

  private static Verdict share(Threshold t, long some, long of) {
    return value(t, of > 0, (double) some / Math.max(1, of), v -> String.format(Locale.ROOT, "%.3f%%", 100 * v));
  }

  private Times of(Threshold t) {
    return switch (t.part()) {
      case ALL -> all;
      case COLD -> cold;
      case WARM -> warm;
    };
  }

  private static Verdict value(Threshold t, boolean known, double value, Function<Double, String> text) {
    boolean kept = known && (t.less() ? value <= t.bound() : value >= t.bound());
    return new Verdict(t.text(), kept, known ? text.apply(value) : "nothing was measured");
  }
}
