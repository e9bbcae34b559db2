package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PauseTest {
  private final Pause pause = new Pause();
  private long now;

  private long gaps(long nanos, int times) {
    long look = 0;
    for (int i = 0; i < times; i++) {
      look = pause.begin(now);
      now += nanos;
      pause.end(now);
    }
    return look;
  }

  @Test
  void aThreadWithoutWorkHardlyLooks() {
    assertThat(pause.begin(now)).isEqualTo(Pause.MIN);
    assertThat(gaps(10_000_000, 50)).isEqualTo(Pause.MIN);
  }

  @Test
  void whereWorkComesSoonItIsLookedForAndNotForLong() {
    assertThat(gaps(20_000, 50)).isBetween(30_000L, 50_000L);
    assertThat(gaps(60_000, 50)).isEqualTo(Pause.MAX);
  }

  @Test
  void oneLongGapAmongShortOnesDoesNotEndIt() {
    gaps(20_000, 50);
    gaps(1_000_000_000, 1);
    assertThat(gaps(20_000, 3)).isGreaterThan(Pause.MIN);
  }

  @Test
  void workThatStaysAwayEndsIt() {
    gaps(20_000, 50);
    assertThat(gaps(500_000, 10)).isEqualTo(Pause.MIN);
  }
}
