package dev.mayfly.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticTraceTest {
  private static final Path SHIPPED = Path.of(System.getProperty("mayfly.home", "../.."), "loadtest", "traces");
  @TempDir Path folder;

  @Test
  void theShippedTraceIsWhatTheGeneratorWrites() throws IOException {
    assertThat(SyntheticTrace.run(new String[] {folder.toString()}, System.err)).isZero();
    for (String file : List.of("2019/invocations_per_function_md.anon.d01.csv", "2019/function_durations_percentiles.anon.d01.csv",
        "2021/AzureFunctionsInvocationTrace.txt")) {
      assertThat(folder.resolve(file)).hasSameTextualContentAs(SHIPPED.resolve(file));
    }
  }

  @Test
  void bothFormatsAreReadWithoutABadRowAndAgreeOnTheFirstHour() throws IOException {
    SyntheticTrace.run(new String[] {folder.toString(), "2", "40", "20", "7"}, System.err);
    Map<String, Long> counted = invocations(folder.resolve("2019"));
    assertThat(invocations(folder.resolve("2021"))).isEqualTo(counted).isNotEmpty();
    assertThat(Files.list(folder.resolve("2019"))).hasSize(4);
  }

  private static Map<String, Long> invocations(Path trace) {
    Map<String, Long> counts = new TreeMap<>();
    Replay hour = Replay.WHOLE.withWindow(java.time.Duration.ZERO, java.time.Duration.ofHours(1));
    try (Arrivals arrivals = Trace.of(List.of(trace)).replay(hour, BadRows.refused())) {
      arrivals.forEachRemaining(arrival -> counts.merge(arrival.function().app(), 1L, Long::sum));
    }
    return counts;
  }

  @Test
  void ratesAndTriggersFollowThePublishedShares() {
    SplittableRandom dice = new SplittableRandom(5);
    List<SyntheticFunction> functions = IntStream.range(0, 20_000).mapToObj(_ -> SyntheticFunction.draw(dice, 600)).toList();
    assertThat(functions.stream().filter(f -> f.perMinute() <= 1 / 60.0).count() / 20_000.0).isBetween(0.43, 0.47);
    assertThat(functions.stream().filter(f -> f.perMinute() < 1).count() / 20_000.0).isBetween(0.79, 0.83);
    assertThat(functions.stream().filter(f -> f.function().trigger().equals("http")).count() / 20_000.0).isBetween(0.53, 0.57);
    assertThat(functions.stream().filter(f -> f.meanMillis() < 1000).count() / 20_000.0).as("half run for less than a second").isBetween(0.5, 0.6);
  }

  @Test
  void wrongArgumentsGetTheUsage() {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    assertThat(SyntheticTrace.run(new String[] {}, new PrintStream(errors))).isEqualTo(2);
    assertThat(SyntheticTrace.run(new String[] {"x", "many"}, new PrintStream(errors))).isEqualTo(2);
    assertThat(errors.toString()).contains("usage: DIRECTORY");
  }
}
