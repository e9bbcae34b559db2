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
      queue.addShort(item.charAt(0), item);
    }
    assertThat(String.join(" ", drain())).isEqualTo(served);
  }

  @Test
  void aRunWhoseSliceIsOverStandsBehindEveryOtherFunction() {
    queue.addShort('a', "spins");
    queue.addShort('b', "b1");
    queue.addShort('c', "c1");
    String spinning = queue.next();
    queue.addLong('a', spinning);
    assertThat(drain()).containsExactly("b1", "c1", "spins");
  }

  @Test
  void aRunWhoseSliceIsOverStandsBehindItsOwnFunctionsOthers() {
    queue.addShort('a', "spins");
    queue.addShort('a', "a2");
    queue.addLong('a', queue.next());
    assertThat(drain()).containsExactly("a2", "spins");
  }

  @Test
  void aloneItIsNextAtOnce() {
    queue.addShort('a', "spins");
    queue.addLong('a', queue.next());
    assertThat(queue.next()).isEqualTo("spins");
    assertThat(queue.next()).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void oneFunctionsThousandRunsDelayAnothersByOne() {
    for (int n = 0; n < 1_000; n++) {
      queue.addShort("many", "m" + n);
    }
    queue.next();
    queue.addShort("one", "o");
    queue.next();
    assertThat(queue.next()).isEqualTo("o");
  }

  @Test
  void whatIsShortGoesBeforeWhatIsLongButNotForEver() {
    queue.addLong('a', "L1");
    queue.addLong('a', "L2");
    for (int n = 1; n <= 7; n++) {
      queue.addShort('a', "s" + n);
    }
    assertThat(drain()).containsExactly("s1", "s2", "s3", "s4", "L1", "s5", "s6", "s7", "L2");
  }

  @Test
  void whatIsShortDoesNotGoBeforeAnotherFunctionsTurn() {
    queue.addLong('b', "bL");
    queue.addShort('a', "a1");
    queue.addShort('a', "a2");
    assertThat(drain()).containsExactly("bL", "a1", "a2");
  }

  private List<String> drain() {
    List<String> all = new ArrayList<>();
    for (String item = queue.next(); item != null; item = queue.next()) {
      all.add(item);
    }
    return all;
  }
}
