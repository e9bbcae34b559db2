package dev.mayfly.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void stepsAreRoundAndReachTheLargestValue() {
    Scale scale = Scale.fromZero(437, 4, Double::toString);
    assertThat(scale.ticks()).extracting(Scale.Tick::value).containsExactly(0.0, 200.0, 400.0, 600.0);
    assertThat(scale.place(300)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void nothingStillHasAnAxis() {
    assertThat(Scale.fromZero(0, 4, Double::toString).high()).isPositive();
  }

  @Test
  void logarithmicAxesAreAroundTheirValuesAndHaveAtLeastTwoTicks() {
    for (double[] range : new double[][] {{1e5, 1.6e5}, {1e5, 3e6}, {1, 1e10}, {2e5, 3e5}, {9.99e5, 1.001e6}}) {
      Scale scale = Scale.logarithmic(range[0], range[1], Double::toString);
      assertThat(scale.low()).isLessThanOrEqualTo(range[0] * 1.001);
      assertThat(scale.high()).isGreaterThanOrEqualTo(range[1] * 0.999);
      assertThat(scale.ticks()).hasSizeBetween(2, 14);
    }
  }

  @Test
  void percentilesAreAsFarApartAsTheirNines() {
    Scale scale = Scale.percentiles(10_000);
    assertThat(scale.ticks()).extracting(Scale.Tick::label).containsExactly("0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %");
    assertThat(scale.place(100)).isCloseTo(0.5, within(1e-9));
  }
}
