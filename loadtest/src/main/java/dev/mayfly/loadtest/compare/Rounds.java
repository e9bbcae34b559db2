package dev.mayfly.loadtest.compare;

import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.measure.Failure;
import dev.mayfly.loadtest.measure.PhaseSpan;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Second;
import dev.mayfly.loadtest.measure.SenderFigures;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Start;
import dev.mayfly.loadtest.measure.Times;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The rounds of one target as one result: what was counted is added up, seconds and phases stand one after the other. */
final class Rounds {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private Rounds() {}

  /** @param rounds at least one, of the same plan */
  static Result together(List<Result> rounds) {
    List<PhaseSpan> phases = new ArrayList<>();
    List<Second> seconds = new ArrayList<>();
    int offset = 0;
    for (int round = 0; round < rounds.size(); round++) {
      Result result = rounds.get(round);
      int begin = offset;
      int number = round + 1;
      result.phases().forEach(p -> phases.add(new PhaseSpan(p.name() + " " + number, p.counted(), p.beginNanos() + begin * SECOND_NANOS,
          p.endNanos() + begin * SECOND_NANOS, p.sendNanos())));
      result.seconds().forEach(s -> seconds.add(shifted(s, begin)));
      offset += result.seconds().stream().mapToInt(Second::index).max().orElse(-1) + 1;
    }
    Result first = rounds.getFirst();
    return new Result(first.title(), first.begun(), rounds.stream().anyMatch(Result::interrupted), phases, series(rounds), seconds, sender(rounds));
  }

  private static Second shifted(Second s, int by) {
    return new Second(s.index() + by, s.target(), s.phase(), s.counted(), s.sent(), s.good(), s.failed(), s.cold(), s.warm(), s.unsent(), s.late(),
        s.inFlight(), s.connections(), s.service(), s.response(), s.lag());
  }

  private static List<Series> series(List<Result> rounds) {
    List<Series> sums = new ArrayList<>();
    for (Result result : rounds) {
      for (Series series : result.series()) {
        int known = 0;
        while (known < sums.size() && !(sums.get(known).call().equals(series.call()) && sums.get(known).target().equals(series.target()))) {
          known++;
        }
        if (known == sums.size()) {
          sums.add(new Series(series.target(), series.call(), new EnumMap<>(Start.class), new EnumMap<>(Cause.class), 0, 0, 0));
        }
        sums.set(known, sum(sums.get(known), series));
      }
    }
    return sums;
  }

  private static Series sum(Series sum, Series more) {
    Map<Start, Times> times = sum.times();
    more.times().forEach((start, of) -> times.computeIfAbsent(start, _ -> Times.empty()).add(of));
    Map<Cause, Failure> failures = sum.failures();
    more.failures().forEach((cause, failure) -> failures.merge(cause, failure, (a, b) -> new Failure(a.count() + b.count(), a.example())));
    return new Series(sum.target(), sum.call(), times, failures, sum.bytes() + more.bytes(), sum.late() + more.late(), sum.unsent() + more.unsent());
  }

  private static SenderFigures sender(List<Result> rounds) {
    Histogram lag = new Histogram(3);
    long[] sums = new long[6];
    for (Result result : rounds) {
      SenderFigures s = result.sender();
      lag.add(s.lag());
      long[] own = {s.planned(), s.sent(), s.unsent(), s.late(), s.waited(), s.connections()};
      for (int i = 0; i < sums.length; i++) {
        sums[i] += own[i];
      }
    }
    return new SenderFigures(sums[0], sums[1], sums[2], sums[3], sums[4], lag, sums[5]);
  }
}
