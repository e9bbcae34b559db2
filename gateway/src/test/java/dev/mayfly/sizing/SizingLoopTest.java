package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SizingLoopTest {
  @Test
  void roundsThatWereMissedAreNotMadeUpFor() {
    try (SizingLoop loop = new SizingLoop(() -> 0)) {
      assertThat(loop.isDue(1)).isTrue();
      assertThat(loop.isDue(1_001)).isTrue();
      assertThat(loop.isDue(600_000)).as("after ten minutes in which the process stood still").isTrue();
      assertThat(loop.isDue(600_001)).isFalse();
      assertThat(loop.isDue(600_002)).isFalse();
      assertThat(loop.isDue(600_900)).as("a little early").isTrue();
    }
  }
}
