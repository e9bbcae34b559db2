package dev.mayfly.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.loadtest.plan.Threshold;
import dev.mayfly.loadtest.plan.Threshold.Figure;
import dev.mayfly.loadtest.plan.Threshold.Part;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class JudgeTest {
  @Test
  void judgesEveryFigure() {
    Result result = result(10, 90, 1);
    assertThat(kept(result, new Threshold("", Part.COLD, Figure.RESPONSE, 50, true, 21e6))).isTrue();
    assertThat(kept(result, new Threshold("", Part.COLD, Figure.RESPONSE, 50, true, 19e6))).isFalse();
    assertThat(kept(result, new Threshold("", Part.WARM, Figure.SERVICE, 99, true, 1.1e6))).isTrue();
    assertThat(kept(result, new Threshold("", Part.ALL, Figure.SERVICE, 99, true, 1.1e6))).as("the cold ones are among all").isFalse();
    assertThat(kept(result, new Threshold("", Part.ALL, Figure.ERRORS, 0, true, 0.01))).isTrue();
    assertThat(kept(result, new Threshold("", Part.ALL, Figure.ERRORS, 0, true, 0.009))).isFalse();
    assertThat(kept(result, new Threshold("", Part.ALL, Figure.RATE, 0, false, 50))).isTrue();
    assertThat(kept(result, new Threshold("", Part.ALL, Figure.RATE, 0, false, 51))).isFalse();
    assertThat(kept(result, new Threshold("", Part.ALL, Figure.COLD_SHARE, 0, true, 0.1))).isTrue();
    assertThat(kept(result, new Threshold("", Part.ALL, Figure.UNSENT, 0, true, 0.005))).isFalse();
    assertThat(kept(result, new Threshold("", Part.ALL, Figure.LAG, 99, true, 1e6))).isTrue();
  }

  @Test
  void nothingMeasuredIsNothingKept() {
    Result nothing = result(0, 0, 0);
    for (Figure figure : Figure.values()) {
      assertThat(kept(nothing, new Threshold("", Part.ALL, figure, 50, true, 1e12))).as(figure.name()).isEqualTo(List.of(Figure.LAG, Figure.UNSENT, Figure.RATE).contains(figure));
    }
  }

  private static boolean kept(Result result, Threshold threshold) {
    return Judge.verdicts(List.of(threshold), result).getFirst().kept();
  }

  private static Result result(int cold, int warm, int failed) {
    Series series = new Series("t", "c", Map.of(Start.COLD, times(cold, 20_000_000), Start.WARM, times(warm, 1_000_000)), Map.of(Cause.STATUS, new Failure(failed, "")), 0, 0, 1);
    Histogram lag = new Histogram(3);
    lag.recordValueWithCount(50_000, 100);
    return new Result("t", Instant.EPOCH, false, List.of(new PhaseSpan("p", true, 0, 2_000_000_000L, 2_000_000_000L)), List.of(series), List.of(),
        new SenderFigures(102, 101, 1, 0, 0, lag, 1));
  }

  private static Times times(int count, long nanos) {
    Times times = Times.empty();
    times.service().recordValueWithCount(nanos, count);
    times.response().recordValueWithCount(nanos, count);
    return times;
  }
}
