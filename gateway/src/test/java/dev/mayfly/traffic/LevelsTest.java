package dev.mayfly.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LevelsTest {
  private final Levels levels = new Levels();

  @Test
  void eachNumberOfMachinesHasGapsOfItsOwn() {
    levels.reached(3, 1_000);
    levels.reached(1, 61_000);
    levels.reached(3, 121_000);
    assertThat(levels.count()).isEqualTo(3);
    assertThat(levels.gaps(0)).isEqualTo(IdleGaps.NONE.plus(60).plus(60));
    assertThat(levels.gaps(2)).isEqualTo(IdleGaps.NONE.plus(120));
    assertThat(levels.idleSeconds(0, 131_000)).isEqualTo(10);
  }

  @Test
  void whatIsInUseFromSecondToSecondHasNoGaps() {
    for (int second = 1; second <= 100; second++) {
      levels.reached(2, second * 1000L);
    }
    assertThat(levels.gaps(1)).isEqualTo(IdleGaps.NONE);
  }

  @Test
  void theFirstAreAllThereAndThousandsTakeFew() {
    levels.reached(1_000_000, 1);
    for (int i = 0; i < 5; i++) {
      assertThat(Levels.machines(i)).isEqualTo(i + 1);
    }
    for (int i = 1; i < levels.count(); i++) {
      assertThat(Levels.machines(i)).isBetween(Levels.machines(i - 1) + 1, Levels.machines(i - 1) + 1 + (int) (0.5 * Math.sqrt(Levels.machines(i - 1))));
    }
    assertThat(levels.count()).isLessThan(260);
    assertThat(Levels.machines(levels.count() - 1)).isGreaterThan(3_000);
  }

  @Test
  void itIsLearntHowSoonMoreAreWantedThanHalf() {
    for (int burst = 1; burst <= 3; burst++) {
      levels.reached(2, burst * 1_000_000L);
      levels.reached(2, burst * 1_000_000L + 1_000);
      levels.reached(4, burst * 1_000_000L + 2_000);
    }
    double price = 1.0 / 600;
    assertThat(levels.rises(3, 3_500_000, price)).as("nothing is in use").isFalse();
    levels.reached(1, 3_999_000);
    assertThat(levels.rises(3, 3_999_000, price)).as("less than half").isFalse();
    levels.reached(2, 4_000_000);
    assertThat(levels.rises(3, 4_000_000, price)).isTrue();
  }
}
