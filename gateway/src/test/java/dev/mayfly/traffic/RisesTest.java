package dev.mayfly.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RisesTest {
  private static final double PRICE = 1.0 / 600;
  private final Rises rises = new Rises();

  private void rise(long millis, long reachedAfter) {
    rises.began(millis);
    rises.reached(millis + reachedAfter);
  }

  @Test
  void nothingWaitsForWhatWasNeverSeen() {
    rises.began(1_000);
    assertThat(rises.waits(2_000, PRICE)).isFalse();
  }

  @Test
  void whatCameSoonIsAwaitedForAsLongAsItTook() {
    rise(1_000, 10_000);
    rises.began(100_000);
    assertThat(rises.waits(101_000, PRICE)).isTrue();
    assertThat(rises.waits(114_000, PRICE)).isTrue();
    assertThat(rises.waits(116_000, PRICE)).as("later than ever").isFalse();
  }

  @Test
  void whatSeldomComesIsNotAwaited() {
    rise(1_000, 10_000);
    for (int i = 1; i <= 100; i++) {
      rises.began(i * 1_000_000L);
      rises.vain(i * 1_000_000L + 300_000);
    }
    rises.began(200_000_000);
    assertThat(rises.waits(200_001_000, PRICE)).isFalse();
  }

  @Test
  void aLowerPriceWaitsLonger() {
    rise(1_000, 200_000);
    for (int i = 1; i <= 9; i++) {
      rises.began(i * 1_000_000L);
      rises.vain(i * 1_000_000L + 300_000);
    }
    rises.began(20_000_000);
    assertThat(rises.waits(20_001_000, PRICE)).isFalse();
    assertThat(rises.waits(20_001_000, PRICE / 100)).isTrue();
  }

  @Test
  void nothingIsAwaitedOnceItCame() {
    rise(1_000, 10_000);
    rise(100_000, 2_000);
    assertThat(rises.waits(103_000, PRICE)).isFalse();
  }
}
