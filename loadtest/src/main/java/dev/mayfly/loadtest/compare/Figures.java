package dev.mayfly.loadtest.compare;

import dev.mayfly.loadtest.compare.Comparison.Figure;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Second;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Times;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What is compared, of a whole run or of stretches of it; 0 where there is nothing, which {@link Ratio} leaves out. */
final class Figures {
  /** Stretches into which a single run is cut: enough for an interval, and each long enough that neighbours have little to do with each other. */
  private static final int STRETCHES = 10;

  private Figures() {}

  static double of(Figure figure, Result result) {
    if (figure == Figure.RATE) {
      return result.countedNanos() == 0 ? 0 : result.good() / (result.countedNanos() / 1e9);
    }
    Times all = Times.empty();
    result.series().stream().map(Series::all).forEach(all::add);
    double percentile = figure == Figure.P50 ? 50 : figure == Figure.P90 ? 90 : 99;
    return all.count() == 0 ? 0 : all.response().getValueAtPercentile(percentile);
  }

  /**
   * The same for stretches of a run: the method of batch means (Law and Kelton, "Simulation Modeling and Analysis", section 9.5.3), as seconds that
   * follow each other are alike. A stretch's figure is the geometric mean of its seconds', weighted by their answers.
   *
   * @return as many as there are stretches of at least a second
   */
  static double[] stretches(Figure figure, Result result) {
    List<Second> seconds = result.seconds().stream().filter(Second::counted).toList();
    int first = seconds.isEmpty() ? 0 : seconds.getFirst().index();
    int length = seconds.isEmpty() ? 0 : seconds.getLast().index() - first + 1;
    int stretches = Math.min(STRETCHES, length);
    double[] figures = new double[stretches];
    for (int i = 0; i < stretches; i++) {
      int from = first + i * length / stretches;
      int to = first + (i + 1) * length / stretches;
      List<Second> part = seconds.stream().filter(s -> s.index() >= from && s.index() < to).toList();
      figures[i] = figure == Figure.RATE ? part.stream().mapToLong(Second::good).sum() / (double) (to - from)
          : weighted(part, s -> figure == Figure.P50 ? s.response().p50() : figure == Figure.P90 ? s.response().p90() : s.response().p99());
    }
    return figures;
  }

  private static double weighted(List<Second> seconds, ToDoubleFunction<Second> value) {
    double logs = 0;
    long answers = 0;
    for (Second second : seconds) {
      if (value.applyAsDouble(second) > 0) {
        logs += second.good() * Math.log(value.applyAsDouble(second));
        answers += second.good();
      }
    }
    return answers == 0 ? 0 : Math.exp(logs / answers);
  }

  static double geometricMean(double[] values) {
    return Math.exp(Arrays.stream(values).filter(v -> v > 0).map(Math::log).average().orElse(Double.NaN));
  }
}
