package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunQueueTest {
  private final RunQueue<String> queue = new RunQueue<>();

  /** An item is named by its function and a number. */
  @ParameterizedTest
  @CsvSource({
      "a1, a1",
      "a1 a2 a3, a1 a2 a3",
      "a1 a2 b1, a1 b1 a2",
      "a1 a2 a3 a4 b1 b2 c1, a1 b1 c1 a2 b2 a3 a4",
      "b1 a1 b2 a2, b1 a1 b2 a2",
  })
  void functionsTakeTurnsAndWithinOneTheFirstComeIsFirst(String added, String served) {
    for (String item : added.split(" ")) {
      queue.add(item.charAt(0), item);
    }
    assertThat(String.join(" ", drain())).isEqualTo(served);
  }

  @Test
  void aRunWhoseSliceIsOverStandsBehindEveryOtherFunction() {
    queue.add('a', "spins");
    queue.add('b', "b1");
    queue.add('c', "c1");
    String spinning = queue.next();
    queue.add('a', spinning);
    assertThat(drain()).containsExactly("b1", "c1", "spins");
  }

  @Test
  void aRunWhoseSliceIsOverStandsBehindItsOwnFunctionsOthers() {
    queue.add('a', "spins");
    queue.add('a', "a2");
    queue.add('a', queue.next());
    assertThat(drain()).containsExactly("a2", "spins");
  }

  @Test
  void aloneItIsNextAtOnce() {
    queue.add('a', "spins");
    queue.add('a', queue.next());
    assertThat(queue.next()).isEqualTo("spins");
    assertThat(queue.next()).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void oneFunctionsThousandRunsDelayAnothersByOne() {
    for (int n = 0; n < 1_000; n++) {
      queue.add("many", "m" + n);
    }
    queue.next();
    queue.add("one", "o");
    queue.next();
    assertThat(queue.next()).isEqualTo("o");
  }

  private List<String> drain() {
    List<String> all = new ArrayList<>();
    for (String item = queue.next(); item != null; item = queue.next()) {
      all.add(item);
    }
    return all;
  }
}
