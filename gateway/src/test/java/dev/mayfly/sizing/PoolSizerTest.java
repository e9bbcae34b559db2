package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.traffic.Counts;
import dev.mayfly.traffic.FunctionTraffic;
import dev.mayfly.traffic.Window;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolSizerTest {
  private static final Terms FREE = new Terms(0, 1000, OptionalDouble.empty(), false);
  private static final double REFILL = 0.005;
  private final PoolSizer sizer = new PoolSizer();

  /** Steady traffic for ten minutes, a reading a second. */
  private static FunctionTraffic steady(double perSecond, double busy) {
    FunctionTraffic traffic = new FunctionTraffic();
    double sent = 0;
    for (int second = 1; second <= 600; second++) {
      long arrivals = (long) (perSecond * second) - (long) sent;
      sent += arrivals;
      traffic.add(new Counts(arrivals, (long) (busy * 1e6), 0, 0), 1, second * 1000L);
    }
    return traffic;
  }

  private int target(Window window) {
    return sizer.size(window, FREE, REFILL, 1).target();
  }

  @Test
  void aFunctionThatWasNeverInUseHasNothing() {
    assertThat(target(Window.EMPTY)).isZero();
    assertThat(sizer.size(Window.EMPTY, FREE, REFILL, 1).changesInSeconds()).isInfinite();
  }

  @ParameterizedTest
  @CsvSource({"1000, 10, 27, 29", "1000, 1, 8, 10", "100, 50, 78, 82", "10, 0.2, 4, 5"})
  void steadyTrafficGetsWhatErlangSays(double perSecond, double busy, int least, int most) {
    assertThat(target(steady(perSecond, busy).window())).isBetween(least, most);
  }

  @Test
  void machinesThatServeOnceCoverTheirRefillOnly() {
    Terms once = new Terms(0, 1000, OptionalDouble.empty(), true);
    assertThat(sizer.size(steady(1000, 10).window(), once, REFILL, 1).target()).isBetween(18, 20);
  }

  @Test
  void aBurstIsFollowedWithinSecondsAndForgottenInMinutes() {
    FunctionTraffic traffic = steady(10, 0.1);
    int before = target(traffic.window());
    for (int second = 601; second <= 605; second++) {
      traffic.add(new Counts(1000, 10_000_000, 0, 0), 1, second * 1000L);
    }
    int burst = target(traffic.window());
    assertThat(before).isLessThanOrEqualTo(4);
    assertThat(burst).isBetween(9, 29);
    for (int second = 606; second <= 900; second++) {
      traffic.add(new Counts(10, 100_000, 0, 0), 1, second * 1000L);
    }
    assertThat(target(traffic.window())).isLessThanOrEqualTo(before + 1);
  }

  @Test
  void aFunctionOfWhichLittleIsKnownKeepsItsMachineForHalfAMinute() {
    FunctionTraffic traffic = new FunctionTraffic();
    traffic.add(new Counts(1, 1000, 1, 0), 1, 1000);
    assertThat(target(traffic.window())).isEqualTo(1);
    assertThat(target(traffic.window().after(29_000))).isEqualTo(1);
    assertThat(target(traffic.window().after(31_000))).isZero();
  }

  @Test
  void aTimerHasItsMachineMadeAheadAndLetGoBetween() {
    FunctionTraffic traffic = new FunctionTraffic();
    for (int i = 0; i < 20; i++) {
      traffic.add(new Counts(1, 1000, 1, 0), 1, 1000 + i * 1_800_000L);
    }
    Window last = traffic.window();
    assertThat(target(last.after(120_000))).as("two minutes on").isZero();
    assertThat(target(last.after(1_795_000))).as("five seconds before it is due").isEqualTo(1);
    assertThat(target(last.after(3_000_000))).as("it did not come").isZero();
  }

  @Test
  void theIdleTimeOfTheFileIsKept() {
    Terms fixed = new Terms(0, 10, OptionalDouble.of(100), false);
    FunctionTraffic traffic = new FunctionTraffic();
    for (int i = 0; i < 20; i++) {
      traffic.add(new Counts(1, 1000, 1, 0), 1, 1000 + i * 1_800_000L);
    }
    Sizing used = sizer.size(traffic.window(), fixed, REFILL, 1);
    assertThat(used.target()).isEqualTo(1);
    assertThat(used.spareSeconds()).isEqualTo(100);
    assertThat(sizer.size(traffic.window().after(99_000), fixed, REFILL, 1).target()).isEqualTo(1);
    assertThat(sizer.size(traffic.window().after(101_000), fixed, REFILL, 1).target()).isZero();
    assertThat(sizer.size(traffic.window().after(1_795_000), fixed, REFILL, 1).target()).isZero();
  }

  @Test
  void aLargeMachineIsKeptForAShorterTime() {
    FunctionTraffic traffic = new FunctionTraffic();
    SplittableRandom random = new SplittableRandom(1);
    long at = 1000;
    for (int i = 0; i < 60; i++) {
      at += (long) (-Math.log(1 - random.nextDouble()) * 300_000);
      traffic.add(new Counts(1, 1000, 1, 0), 1, at);
    }
    Window minute = traffic.window().after(60_000);
    assertThat(sizer.size(minute, FREE, REFILL, 0.25).target()).isEqualTo(1);
    assertThat(sizer.size(minute, FREE, REFILL, 16).target()).isZero();
  }

  @Test
  void whateverTheTrafficTheAnswerIsWithinBoundsTheSameTwiceAndHoldsAsLongAsItSays() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 300; round++) {
      int min = random.nextInt(4);
      boolean fixed = random.nextInt(4) == 0;
      Terms terms = new Terms(min, min + random.nextInt(40), fixed ? OptionalDouble.of(random.nextDouble() * 100) : OptionalDouble.empty(), random.nextBoolean());
      FunctionTraffic traffic = new FunctionTraffic();
      long now = 1;
      for (int i = 0; i < 50; i++) {
        now += (long) (1000 * Math.pow(10, random.nextDouble(0, 5)));
        traffic.add(new Counts(random.nextInt(2000), random.nextInt(5_000_000), random.nextInt(5), random.nextInt(100_000)), 1, now);
        Window later = traffic.window().after(random.nextInt(4) == 0 ? 0 : random.nextInt(4_000_000));
        Sizing sizing = sizer.size(later, terms, REFILL, 1);
        assertThat(sizing.target()).isBetween(terms.min(), terms.max());
        assertThat(sizer.size(later, terms, REFILL, 1)).usingRecursiveComparison().isEqualTo(sizing);
        assertThat(sizing.benefits()).hasSizeLessThanOrEqualTo(sizing.target());
        assertThat(sizing.changesInSeconds()).isPositive();
        double halfway = Math.min(sizing.changesInSeconds(), 1e6) / 2;
        if (sizing.forFast() <= 1 && sizing.forSlow() <= 1) {
          assertThat(sizer.size(later.after((long) (halfway * 1000)), terms, REFILL, 1).target()).isEqualTo(sizing.target());
        }
      }
    }
  }
}
