package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TogetherTest {
  @Test
  void theEntryGrowsWhileAllOfItIsServed() {
    Together together = new Together(6);
    int[] sizes = new int[5];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = together.size();
      together.ended(sizes[i], true);
    }
    assertThat(sizes).containsExactly(1, 2, 4, 6, 6);
  }

  @Test
  void anEntryThatWasNotFullSaysNothingOfALargerOne() {
    Together together = new Together(8);
    together.ended(1, true);
    together.ended(1, true);
    assertThat(together.size()).isEqualTo(2);
  }

  @Test
  void whereOneHeldUpOthersTheNextGoAlone() {
    Together together = new Together(8);
    together.ended(1, true);
    together.ended(2, false);
    for (int i = 0; i < Together.PAUSE; i++) {
      assertThat(together.size()).isEqualTo(1);
      together.ended(1, true);
    }
    together.ended(1, true);
    assertThat(together.size()).isEqualTo(2);
  }
}
