package dev.mayfly.sizing.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimesTest {
  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void asAHeapItGivesTheEarliestFirst() {
    Times times = new Times();
    PriorityQueue<Double> expected = new PriorityQueue<>();
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(i < 10_000 ? 3 : 2) > 0 || expected.isEmpty()) {
        double time = random.nextInt(1000);
        times.push(time);
        expected.add(time);
      } else {
        assertThat(times.peek()).isEqualTo(expected.poll());
        times.pop();
      }
      assertThat(times.size()).isEqualTo(expected.size());
    }
  }

  @Test
  void asARowItGivesEitherEnd() {
    Times times = new Times();
    ArrayDeque<Double> expected = new ArrayDeque<>();
    for (int i = 0; i < 20_000; i++) {
      int what = expected.isEmpty() ? 0 : random.nextInt(4);
      if (what <= 1) {
        times.add(i);
        expected.addLast((double) i);
      } else if (what == 2) {
        times.removeFirst();
        expected.pollFirst();
      } else {
        times.removeLast();
        expected.pollLast();
      }
      assertThat(times.isEmpty()).isEqualTo(expected.isEmpty());
      if (!expected.isEmpty()) {
        assertThat(times.peek()).isEqualTo(expected.peekFirst());
      }
    }
  }
}
