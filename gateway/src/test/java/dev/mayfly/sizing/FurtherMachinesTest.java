package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.traffic.Counts;
import dev.mayfly.traffic.FunctionTraffic;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FurtherMachinesTest {
  private static final Terms FREE = new Terms(0, 1000, OptionalDouble.empty(), false);
  private static final int PERIOD = 1_200_000;
  private final FunctionTraffic traffic = new FunctionTraffic();
  private final FunctionSizer sizer = new FunctionSizer(new PoolSizer());
  private long last;

  private Sizing at(long millis, Terms terms) {
    return sizer.size(traffic.window().after(millis - traffic.window().atMillis()), traffic.levels(), millis, terms, 0.005, 1);
  }

  private int machines(long millis) {
    Sizing sizing = at(millis, FREE);
    return Math.max(sizing.target(), sizing.further().machines());
  }

  private void burst(int machines) {
    last += PERIOD;
    traffic.add(new Counts(machines, machines * 500_000L, 0, 0, machines), 1, last);
  }

  @Test
  void aBurstThatComesAgainFindsItsMachinesMadeAhead() {
    for (int i = 0; i < 20; i++) {
      burst(4);
    }
    assertThat(machines(last + 1_000)).as("in use").isEqualTo(4);
    assertThat(machines(last + 300_000)).as("between").isZero();
    assertThat(machines(last + PERIOD - 5_000)).as("about to come").isEqualTo(4);
    assertThat(machines(last + 3 * PERIOD)).as("it did not come").isZero();
  }

  @Test
  void whatIsNeededSeldomIsNotMadeForEachRequest() {
    for (int i = 0; i < 60; i++) {
      burst(i % 20 == 0 ? 6 : 1);
    }
    assertThat(machines(last + PERIOD - 5_000)).isEqualTo(1);
  }

  @Test
  void aFirstBurstIsTakenToComeAgainAsItsFirstRequestDoes() {
    for (int i = 0; i < 20; i++) {
      burst(1);
    }
    burst(3);
    assertThat(machines(last + 300_000)).isZero();
    assertThat(machines(last + PERIOD - 5_000)).isEqualTo(3);
  }

  @Test
  void aBurstThatGrowsFindsItsMachinesWhenHalfAreInUse() {
    for (int i = 0; i < 10; i++) {
      last += PERIOD + i * 50_000L; // so irregular that gaps do not foretell it
      for (int second = 0; second < 4; second++) {
        traffic.add(new Counts(4, 4_000_000L, 0, 0, 4 * (second + 1)), 1, last + second * 1_000);
      }
    }
    last += 30 * PERIOD;
    traffic.add(new Counts(4, 4_000_000L, 0, 0, 4), 1, last);
    assertThat(machines(last)).as("half of eight are").isEqualTo(8);
    traffic.add(new Counts(4, 4_000_000L, 0, 0, 8), 1, last + 1_000);
    assertThat(machines(last + 1_000)).isGreaterThanOrEqualTo(14);
  }

  @Test
  void whereTheFileSaysHowLongOrMachinesServeOnceBurstsAreNot() {
    for (int i = 0; i < 20; i++) {
      burst(4);
    }
    assertThat(at(last + PERIOD - 5_000, new Terms(0, 10, OptionalDouble.of(30), false)).further()).isEqualTo(Further.NONE);
    assertThat(at(last + PERIOD - 5_000, new Terms(0, 10, OptionalDouble.empty(), true)).further()).isEqualTo(Further.NONE);
  }

  @Test
  void theAnswerHoldsAsLongAsItSays() {
    for (int i = 0; i < 30; i++) {
      burst(1 + i % 5);
    }
    for (long idle = 2_000; idle < 4 * PERIOD; idle += 7_919) {
      Further now = at(last + idle, FREE).further();
      long half = (long) (Math.min(now.changesInSeconds(), 1e5) * 500);
      assertThat(at(last + idle + half, FREE).further().machines()).as("idle for %d ms", idle).isEqualTo(now.machines());
    }
  }
}
