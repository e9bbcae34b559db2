package dev.mayfly.loadtest.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MixTest {
  @Test
  void equalCallsTakeTurns() {
    assertThat(first(Mix.even(List.of(4, 2, 7)), 6)).containsExactly(4, 2, 7, 4, 2, 7);
  }

  @Test
  void everyCallHasItsShareToWithinOneAtAnyTime() {
    Mix mix = new Mix(List.of(new Mix.Share(0, 6), new Mix.Share(1, 3), new Mix.Share(2, 1)));
    int[] counts = new int[3];
    List<Integer> calls = first(mix, 1000);
    for (int i = 0; i < calls.size(); i++) {
      counts[calls.get(i)]++;
      assertThat(Math.abs(counts[0] - 0.6 * (i + 1))).isLessThanOrEqualTo(1);
      assertThat(Math.abs(counts[2] - 0.1 * (i + 1))).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void theScheduleEndsWithItsArrivals() {
    Schedule schedule = Mix.even(List.of(0)).schedule(Arrivals.bursts(2, 10, 20));
    List<Long> due = new ArrayList<>();
    while (schedule.next()) {
      due.add(schedule.dueNanos());
    }
    assertThat(due).containsExactly(0L, 0L, 10L, 10L);
  }

  @Test
  void aMixOfNothingOrOfWeightZeroIsRefused() {
    assertThatThrownBy(() -> new Mix(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Mix(List.of(new Mix.Share(0, 0)))).isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Integer> first(Mix mix, int count) {
    Schedule choices = mix.choices();
    List<Integer> calls = new ArrayList<>();
    for (int i = 0; i < count && choices.next(); i++) {
      calls.add(choices.call());
    }
    return calls;
  }
}
