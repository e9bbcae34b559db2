package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mayfly.traffic.Counts;
import dev.mayfly.traffic.FunctionTraffic;
import dev.mayfly.traffic.IdleGaps;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class GapDensityTest {
  private final SplittableRandom random = new SplittableRandom(3);

  private static IdleGaps gaps(int count, DoubleSupplier seconds) {
    FunctionTraffic traffic = new FunctionTraffic();
    long now = 1;
    for (int i = 0; i <= count; i++) {
      traffic.add(new Counts(1, 1000, 0, 0, 1), 1, now);
      now += (long) (1000 * seconds.getAsDouble());
    }
    return traffic.window().gaps();
  }

  private double exponential(double mean) {
    return -mean * Math.log(1 - random.nextDouble());
  }

  private static double sum(GapDensity density, int from, int to) {
    double sum = 0;
    for (int bin = from; bin < to; bin++) {
      sum += density.share(bin);
    }
    return sum;
  }

  @Test
  void aTimersGapsStandForThemselvesAndThoseAtRandomForTheirNeighbours() {
    GapDensity timer = GapDensity.of(gaps(40, () -> 1800 + random.nextInt(-60, 60)), GapDensity.ANY);
    GapDensity chance = GapDensity.of(gaps(40, () -> exponential(1800)), GapDensity.ANY);
    assertThat(timer.shape()).isEqualTo("regular");
    assertThat(chance.shape()).isEqualTo("at random");
    int due = IdleGaps.bin(1800);
    assertThat(sum(timer, due - 2, due + 3)).isGreaterThan(0.9);
    assertThat(sum(chance, due - 2, due + 3)).isLessThan(0.4);
  }

  @Test
  void sharesAddUpToOne() {
    for (int count : new int[] {0, 1, 3, 10, 100}) {
      GapDensity density = GapDensity.of(gaps(count, () -> exponential(300)), GapDensity.ANY);
      assertThat(sum(density, 0, IdleGaps.BINS)).as(count + " gaps").isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void withoutGapsTheOtherEstimateStandsAndWithManyItDoesNot() {
    GapDensity other = GapDensity.of(gaps(40, () -> 100), GapDensity.ANY);
    assertThat(GapDensity.of(IdleGaps.NONE, other)).isSameAs(other);
    GapDensity own = GapDensity.of(gaps(40, () -> 1000), other);
    assertThat(own.share(IdleGaps.bin(1000))).isGreaterThan(10 * own.share(IdleGaps.bin(100)));
  }
}
