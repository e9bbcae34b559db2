package dev.mayfly.loadtest.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class TrendTest {
  private static final int SAMPLES = 45;

  private static double[] samples(double slope, double noise, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, SAMPLES).mapToDouble(i -> 1000 + slope * i + noise * random.nextGaussian()).toArray();
  }

  @Test
  void whatRisesByMuchLeaks() {
    Trend trend = Trend.of(samples(2, 0, 0));
    assertThat(trend.growth()).isEqualTo(2.0 * (SAMPLES - 1));
    assertThat(trend.first()).isEqualTo(1000 + 2 * 7);
    assertThat(trend.last()).isEqualTo(1000 + 2 * 37);
    assertThat(trend.leaks(80)).isTrue();
    assertThat(trend.leaks(90)).isFalse();
  }

  @Test
  void aRiseShowsThroughNoise() {
    for (long seed = 0; seed < 50; seed++) {
      assertThat(Trend.of(samples(2, 15, seed)).leaks(40)).as("seed %d", seed).isTrue();
    }
  }

  @Test
  void noiseAloneIsNoLeak() {
    for (long seed = 0; seed < 200; seed++) {
      assertThat(Trend.of(samples(0, 50, seed)).leaks(60)).as("seed %d", seed).isFalse();
    }
  }

  @Test
  void whatFallsIsNoLeak() {
    assertThat(Trend.of(samples(-2, 1, 1)).leaks(0)).isFalse();
  }

  @Test
  void whatStandsStillIsNoLeak() {
    Trend trend = Trend.of(samples(0, 0, 0));
    assertThat(trend.z()).isZero();
    assertThat(trend.leaks(0)).isFalse();
  }

  @Test
  void oneOutlierAtTheEndIsNoLeak() {
    double[] samples = samples(0, 3, 2);
    samples[SAMPLES - 1] = 100_000;
    assertThat(Trend.of(samples).leaks(10)).isFalse();
  }

  @Test
  void aSawIsJudgedByItsRise() {
    double[] flat = IntStream.range(0, SAMPLES).mapToDouble(i -> 100 + i % 10 * 10).toArray();
    assertThat(Trend.of(flat).leaks(50)).isFalse();
    double[] rising = IntStream.range(0, SAMPLES).mapToDouble(i -> 100 + i % 10 * 10 + 5 * i).toArray();
    assertThat(Trend.of(rising).leaks(50)).isTrue();
  }

  @Test
  void fewSamplesAreNoTrend() {
    assertThatThrownBy(() -> Trend.of(new double[] {1})).isInstanceOf(IllegalArgumentException.class);
    assertThat(Trend.of(new double[] {1, 2}).growth()).isCloseTo(1, Offset.offset(1e-9));
  }
}
