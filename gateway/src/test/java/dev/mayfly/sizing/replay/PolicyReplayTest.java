package dev.mayfly.sizing.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mayfly.sizing.replay.PolicyReplay.Outcome;
import dev.mayfly.trace.Arrival;
import dev.mayfly.trace.Arrivals;
import dev.mayfly.trace.TraceFunction;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PolicyReplayTest {
  private static final TraceFunction F = new TraceFunction("o", "a", "f", "http");

  private static List<Outcome> run(Stream<Arrival> arrivals) {
    Iterator<Arrival> all = arrivals.iterator();
    return PolicyReplay.ofAll().run(new Arrivals() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public Arrival next() {
        return all.next();
      }

      @Override
      public void close() {}
    });
  }

  /** One request of a second in each period. */
  private static Stream<Arrival> every(int seconds, int times) {
    return IntStream.range(0, times).mapToObj(i -> new Arrival(i * seconds * 1_000_000_000L, F, 1_000_000_000L));
  }

  @Test
  void aFixedKeepAliveIsCountedExactly() {
    Outcome fixed = run(every(300, 10)).get(PolicyReplay.FIXED);
    assertThat(fixed.requests()).isEqualTo(10);
    assertThat(fixed.cold()).isEqualTo(1);
    assertThat(fixed.machineHours() * 3600).isCloseTo(2701, within(1e-6));
    assertThat(fixed.idleHours() * 3600).isCloseTo(2691, within(1e-6));
    assertThat(run(every(700, 10)).get(PolicyReplay.FIXED).cold()).isEqualTo(10);
  }

  @Test
  void aTimerThatTenMinutesAlwaysMissAreWarmForLess() {
    List<Outcome> outcomes = run(every(1800, 500));
    Outcome mayfly = outcomes.getFirst();
    Outcome fixed = outcomes.get(PolicyReplay.FIXED);
    assertThat(fixed.cold()).isEqualTo(500);
    assertThat(mayfly.cold()).isLessThan(10);
    assertThat(mayfly.machineHours()).isLessThan(0.5 * fixed.machineHours());
  }

  /** Four requests of two seconds at one time in each period. */
  private static Stream<Arrival> fourEvery(int seconds, int times) {
    return IntStream.range(0, 4 * times).mapToObj(i -> new Arrival((i / 4 * seconds * 10L + i % 4) * 100_000_000L, F, 2_000_000_000L));
  }

  @Test
  void theFurtherMachinesOfABurstAreMadeAheadAsTheFirstIs() {
    List<Outcome> outcomes = run(fourEvery(1800, 300));
    Outcome mayfly = outcomes.getFirst();
    Outcome fixed = outcomes.get(PolicyReplay.FIXED);
    assertThat(fixed.cold()).isEqualTo(1200);
    assertThat(mayfly.cold()).isLessThan(60);
    assertThat(mayfly.idleHours()).isLessThan(0.5 * fixed.idleHours());
  }

  @Test
  void theHybridHistogramMakesATimersMachineAheadToo() {
    Outcome hybrid = run(every(1800, 500)).getLast();
    assertThat(hybrid.cold()).isLessThan(30);
    assertThat(hybrid.machineHours()).isLessThan(60);
  }

  @Test
  void knativesRuleIsAtZeroNinetySecondsAfterTheLastRequest() {
    Outcome often = run(every(80, 100)).get(2);
    Outcome seldom = run(every(200, 100)).get(2);
    assertThat(often.cold()).isEqualTo(1);
    assertThat(seldom.cold()).isEqualTo(100);
    assertThat(seldom.machineHours() * 3600 / 100).isBetween(85.0, 100.0);
  }

  @Test
  void steadyTrafficIsWarmUnderEveryRule() {
    for (Outcome outcome : run(every(2, 2000))) {
      assertThat(outcome.cold()).as(outcome.policy()).isLessThan(5);
    }
  }
}
