package dev.mayfly.loadtest.report;

import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.measure.Failure;
import dev.mayfly.loadtest.measure.Percentiles;
import dev.mayfly.loadtest.measure.PhaseSpan;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Second;
import dev.mayfly.loadtest.measure.SenderFigures;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Start;
import dev.mayfly.loadtest.measure.Times;
import dev.mayfly.loadtest.measure.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** Results as a run makes them, with times that are drawn. */
public final class Results {
  static final Instant BEGUN = Instant.parse("2026-01-02T03:04:05Z");
  static final Environment ENVIRONMENT = new Environment("CPU <of> test", 2, "Linux 6", "kvm_test", "VM 25", "abc1234");
  private static final long SECOND = 1_000_000_000L;

  private Results() {}

  /** A run of one call, half a second of warm-up first; one in fifty cold. */
  public static Result run(String target, int seconds, int perSecond, double medianMillis, long seed) {
    SplittableRandom dice = new SplittableRandom(seed);
    Map<Start, Times> times = new EnumMap<>(Start.class);
    List<Second> list = new ArrayList<>();
    Histogram lag = new Histogram(3);
    for (int second = 0; second < seconds; second++) {
      Times of = Times.empty();
      long cold = 0;
      for (int i = 0; i < perSecond; i++) {
        boolean isCold = dice.nextInt(50) == 0;
        cold += isCold ? 1 : 0;
        long service = (long) ((isCold ? 4 : 1) * medianMillis * 1e6 * Math.exp(0.3 * dice.nextGaussian()));
        Times one = times(service, service + dice.nextLong(20_000), isCold);
        of.add(one);
        lag.recordValue(dice.nextLong(30_000));
        if (second > 0) {
          times.computeIfAbsent(isCold ? Start.COLD : Start.WARM, _ -> Times.empty()).add(one);
        }
      }
      list.add(new Second(second, target, second == 0 ? "warm-up" : "load", second > 0, perSecond, perSecond, 0, cold, perSecond - cold, 0, 0, 1, 8,
          Percentiles.of(of.service()), Percentiles.of(of.response()), Percentiles.of(lag)));
    }
    long counted = (long) (seconds - 1) * perSecond;
    return new Result(target, BEGUN, false, List.of(new PhaseSpan("warm-up", false, 0, SECOND, SECOND),
        new PhaseSpan("load", true, SECOND, seconds * SECOND, (seconds - 1) * SECOND)), List.of(new Series(target, "/hello", times, Map.of(), counted * 14, 0, 0)),
        list, new SenderFigures(counted, counted, 0, 0, 3, lag, 8));
  }

  private static Times times(long service, long response, boolean cold) {
    Times times = Times.empty();
    times.service().recordValue(service);
    times.response().recordValue(response);
    times.queue().recordValue(cold ? 20_000 : 0);
    times.run().recordValue(service / 3);
    if (cold) {
      times.restore().recordValue(service / 2);
    }
    return times;
  }

  /** The same with errors, arrivals that were not sent, and a name that would be markup. */
  public static Result bad(Result run) {
    Series series = run.series().getFirst();
    Series failed = new Series("<script>alert(1)</script>", series.call(), series.times(),
        Map.of(Cause.RESET, new Failure(7, "Connection reset & <b>gone</b>"), Cause.STATUS, new Failure(2, "503 \"busy\"")), series.bytes(), 900, 500);
    SenderFigures sender = run.sender();
    List<Second> seconds = run.seconds().stream().map(s -> new Second(s.index(), failed.target(), s.phase(), s.counted(), s.sent(), s.good(), s.failed(), s.cold(), s.warm(),
        s.unsent(), s.late(), s.inFlight(), s.connections(), s.service(), s.response(), s.lag())).toList();
    return new Result("<i>title</i>", run.begun(), true, run.phases(), List.of(failed), seconds,
        new SenderFigures(sender.planned(), sender.sent() - 500, 500, 900, sender.waited(), sender.lag(), sender.connections()));
  }

  /** Nothing was answered at all. */
  public static Result nothing() {
    return new Result("unreachable", BEGUN, false, List.of(new PhaseSpan("load", true, 0, SECOND, SECOND)),
        List.of(new Series("t", "/", Map.of(), Map.of(Cause.UNREACHABLE, new Failure(10, "connection refused")), 0, 0, 0)), List.of(),
        new SenderFigures(10, 0, 0, 0, 0, new Histogram(3), 0));
  }

  static List<PoolSample> pools(String target, int seconds) {
    return IntStream.range(0, seconds).mapToObj(second -> new PoolSample(BEGUN.plusSeconds(second), target, 3 + second % 4, second % 3, second % 2, 0, 0, 8)).toList();
  }

  static Report report(Result... results) {
    return new Report("A run", List.of("load", "--rate", "200/s"), ENVIRONMENT, List.of(results),
        List.of(new Verdict("p99 < 20ms", true, "1.2 ms"), new Verdict("errors < 1%", false, "3 %")), Optional.empty(),
        pools(results[0].series().getFirst().target(), 10));
  }
}
