package dev.mayfly.loadtest.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aConstantRateIsEvenAndBeginsAtOnce() {
    assertThat(all(Arrivals.even(Intensity.constant(4, 1)))).containsExactly(0L, SECOND / 4, SECOND / 2, 3 * SECOND / 4);
  }

  @Test
  void aConstantRateHoldsToTheEndOfALongRun() {
    Arrivals arrivals = Arrivals.even(Intensity.constant(5000, 600));
    long count = 0;
    long last = 0;
    for (long due = arrivals.next(); due != Arrivals.END; due = arrivals.next()) {
      assertThat(Math.abs(due - count * 200_000)).isLessThanOrEqualTo(1);
      last = due;
      count++;
    }
    assertThat(count).isEqualTo(3_000_000);
    assertThat(last).isLessThan(600 * SECOND);
  }

  @Test
  void aRampHasTheAreaUnderItsLineAndNeverGoesBack() {
    List<Long> due = all(Arrivals.even(new Intensity.Ramp(0, 200, 10)));
    assertThat(due).hasSize(1000).isSorted();
    assertThat(due.stream().filter(d -> d < 5 * SECOND)).as("a quarter of the area lies in the first half").hasSize(250);
  }

  @Test
  void aFallingRampEndsWithItsTime() {
    List<Long> due = all(Arrivals.even(new Intensity.Ramp(100, 0, 2)));
    assertThat(due).hasSize(100).isSorted();
    assertThat(due.getLast()).isBetween(SECOND, 2 * SECOND);
  }

  @Test
  void stepsFollowEachOtherAlsoOverAPauseBetween() {
    List<Long> due = all(Arrivals.even(new Intensity.Steps(List.of(10.0, 0.0, 100.0), 3)));
    assertThat(due).hasSize(110).isSorted();
    assertThat(due.stream().filter(d -> d < SECOND)).hasSize(10);
    assertThat(due.stream().filter(d -> d >= SECOND && d < 2 * SECOND)).isEmpty();
  }

  @Test
  void aBurstIsAtOneInstantAndComesAgain() {
    assertThat(all(Arrivals.bursts(3, SECOND, 2 * SECOND))).containsExactly(0L, 0L, 0L, SECOND, SECOND, SECOND);
  }

  @Test
  void aPoissonProcessHasExponentialGaps() {
    List<Long> due = all(Arrivals.poisson(Intensity.constant(1000, 100), 7));
    assertThat(due).isSorted();
    // Of a mean of 100,000 the standard deviation is 316.
    assertThat((double) due.size()).isCloseTo(100_000, within(2000.0));
    double[] gaps = new double[due.size() - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = due.get(i + 1) - due.get(i);
    }
    double mean = java.util.Arrays.stream(gaps).average().orElseThrow();
    double variance = java.util.Arrays.stream(gaps).map(g -> (g - mean) * (g - mean)).average().orElseThrow();
    assertThat(Math.sqrt(variance) / mean).as("an exponential's deviation is its mean").isCloseTo(1, within(0.03));
    double longer = java.util.Arrays.stream(gaps).filter(g -> g > mean).count() / (double) gaps.length;
    assertThat(longer).as("e^-1 of its gaps are longer than the mean").isCloseTo(Math.exp(-1), within(0.01));
  }

  @Test
  void aPoissonRampHasTheRampsShape() {
    List<Long> due = all(Arrivals.poisson(new Intensity.Ramp(0, 2000, 10), 3));
    assertThat((double) due.size()).isCloseTo(10_000, within(500.0));
    assertThat(due.stream().filter(d -> d < 5 * SECOND).count() / (double) due.size()).isCloseTo(0.25, within(0.03));
  }

  @Test
  void theSameSeedGivesTheSameArrivalsAndAnotherOthers() {
    Intensity intensity = Intensity.constant(50, 10);
    assertThat(all(Arrivals.poisson(intensity, 1))).isEqualTo(all(Arrivals.poisson(intensity, 1))).isNotEqualTo(all(Arrivals.poisson(intensity, 2)));
  }

  private static List<Long> all(Arrivals arrivals) {
    List<Long> all = new ArrayList<>();
    for (long due = arrivals.next(); due != Arrivals.END; due = arrivals.next()) {
      all.add(due);
    }
    return all;
  }
}
