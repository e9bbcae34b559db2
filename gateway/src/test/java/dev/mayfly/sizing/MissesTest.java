package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissesTest {
  @ParameterizedTest
  @CsvSource({"0.2, 3", "1, 5", "5, 11", "10, 18", "50, 64", "100, 117"})
  void machinesForOnePercentAreThoseOfErlangsTables(double busy, int machines) {
    assertThat(Misses.fewest(Misses.erlang(busy), 0.01, 1000)).isEqualTo(machines);
  }

  @Test
  void machinesThatServeOnceCoverTheArrivalsOfTheirRefill() {
    // Mean 5; P(N >= 11) = 0.0137, P(N >= 12) = 0.0055.
    assertThat(Misses.fewest(Misses.poisson(1000, 0.005), 0.01, 1000)).isEqualTo(12);
    Misses eleven = Misses.poisson(1000, 0.005);
    for (int i = 0; i < 11; i++) {
      eleven.next();
    }
    assertThat(eleven.miss()).isCloseTo(0.0137, within(0.0001));
  }

  @Test
  void eachMachineMakesFewerMissesAndAvoidsNoMoreThanTheOneBefore() {
    RandomGenerator random = RandomGenerator.of("SplittableRandom");
    for (int round = 0; round < 1000; round++) {
      double load = Math.pow(10, random.nextDouble(-6, 3));
      Misses erlang = Misses.erlang(load);
      Misses poisson = Misses.poisson(load, 1);
      double before = Double.MAX_VALUE;
      for (int c = 0; c < 200; c++) {
        double miss = erlang.miss();
        double misses = poisson.miss();
        erlang.next();
        poisson.next();
        assertThat(erlang.miss()).isBetween(0.0, miss);
        assertThat(poisson.miss()).isBetween(0.0, misses);
        assertThat(miss - erlang.miss()).as("load %s, machine %d", load, c).isLessThanOrEqualTo(before + 1e-12);
        before = miss - erlang.miss();
      }
    }
  }
}
