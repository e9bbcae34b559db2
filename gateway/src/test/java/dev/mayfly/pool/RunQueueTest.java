package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunQueueTest {
  private static final long SLICE = 5_000_000;

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
    String spinning = next(SLICE);
    queue.addLong('a', spinning);
    assertThat(drain()).containsExactly("b1", "c1", "spins");
  }

  @Test
  void aRunWhoseSliceIsOverStandsBehindItsOwnFunctionsOthers() {
    queue.addShort('a', "spins");
    queue.addShort('a', "a2");
    queue.addLong('a', next(SLICE));
    assertThat(drain()).containsExactly("a2", "spins");
  }

  @Test
  void aloneItIsNextAtOnce() {
    queue.addShort('a', "spins");
    queue.addLong('a', next(SLICE));
    assertThat(next(SLICE)).isEqualTo("spins");
    assertThat(queue.next()).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void oneFunctionsThousandRunsDelayAnothersByOne() {
    for (int n = 0; n < 1_000; n++) {
      queue.addShort("many", "m" + n);
    }
    next(1);
    queue.addShort("one", "o");
    assertThat(next(1)).isEqualTo("o");
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

  /** A function that spins in many machines, beside one that does so in one. */
  @Test
  void functionsThatSpinHaveEqualPartsHoweverManyMachinesTheyHave() {
    for (int n = 0; n < 64; n++) {
      queue.addLong("many", "many");
    }
    queue.addLong("one", "one");
    Map<String, Long> had = serve(1_000, item -> SLICE);
    assertThat(had.get("many")).isCloseTo(had.get("one"), Offset.offset(SLICE));
  }

  @Test
  void shortRunsAndEndlessOnesHaveEqualPartsOfTheTime() {
    for (int n = 0; n < 64; n++) {
      queue.addShort("floods", "floods");
    }
    queue.addLong("computes", "computes");
    Map<String, Long> had = serve(10_000, item -> item.equals("floods") ? SLICE / 10 : SLICE);
    assertThat(had.get("floods")).isCloseTo(had.get("computes"), Offset.offset(SLICE));
  }

  /** Its restore, its run, its reset. */
  @Test
  void whoWantsLittleWaitsForNobodyThatSpins() {
    for (int f = 0; f < 100; f++) {
      queue.addLong("spins" + f, "spins" + f);
    }
    serve(1_234, item -> SLICE);
    for (int request = 0; request < 1_000; request++) {
      queue.addLong("modest", "modest");
      assertThat(next(SLICE / 5)).isEqualTo("modest");
      queue.addShort("modest", "modest");
      assertThat(next(SLICE / 50)).isEqualTo("modest");
      queue.addShort("modest", "modest");
      assertThat(next(SLICE / 50)).isEqualTo("modest");
      serve(200, item -> SLICE);
    }
  }

  @Test
  void ofManyThatWakeAtOnceEachRunsWhenItsMachineIsMade() {
    for (int f = 0; f < 500; f++) {
      queue.addLong(f, "make " + f);
    }
    for (int f = 0; f < 500; f++) {
      assertThat(next(SLICE)).isEqualTo("make " + f);
      queue.addShort(f, "run " + f);
      assertThat(next(SLICE / 10)).isEqualTo("run " + f);
      queue.addShort(f, "reset " + f);
    }
    assertThat(next(1)).isEqualTo("reset 0");
  }

  @Test
  void functionsThatAreGoneAreForgottenThoughOthersNeverRest() {
    queue.addLong("spins", "spins");
    for (int f = 0; f < 10_000; f++) {
      queue.addShort("once" + f, "once" + f);
      for (String item = next(SLICE); !item.equals("spins"); item = next(SLICE)) {
        continue;
      }
      queue.addLong("spins", "spins");
    }
    assertThat(queue.known()).isLessThan(300);
  }

  @Test
  void nobodySavesUpTime() {
    queue.addLong("spins", "spins");
    serve(10_000, item -> SLICE);
    queue.addShort("late", "late");
    Map<String, Long> had = serve(100, item -> SLICE);
    assertThat(had.get("late")).isCloseTo(had.get("spins"), Offset.offset(2 * SLICE));
  }

  @Test
  void whoIsGoneForAMomentKeepsWhatItHasHad() {
    queue.addLong("spins", "spins");
    queue.addShort("returns", "returns");
    assertThat(next(SLICE)).isEqualTo("spins");
    queue.addLong("spins", "spins");
    assertThat(next(3 * SLICE)).isEqualTo("returns");
    queue.addShort("returns", "returns");
    Map<String, Long> had = serve(3, item -> SLICE);
    assertThat(had).as("until both have had three slices").containsOnly(Map.entry("spins", 2 * SLICE), Map.entry("returns", SLICE));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatIsServedIsWhatWasAddedAndNobodyIsMoreThanTwoSlicesBehind(long seed) {
    Random random = new Random(seed);
    Map<String, Long> had = new HashMap<>();
    List<String> functions = List.of("a", "b", "c", "d", "e");
    functions.forEach(f -> had.put(f, 0L));
    for (String function : functions) { // each always wants more, in items of its own length and kind
      queue.addLong(function, function);
      queue.addShort(function, function);
    }
    for (int step = 0; step < 20_000; step++) {
      String item = queue.next();
      long nanos = 1 + random.nextLong(SLICE);
      had.merge(item, nanos, Long::sum);
      queue.ran(nanos);
      if (random.nextBoolean()) {
        queue.addLong(item, item);
      } else {
        queue.addShort(item, item);
      }
      assertThat(had.values().stream().mapToLong(v -> v).max().getAsLong() - had.values().stream().mapToLong(v -> v).min().getAsLong()).isLessThanOrEqualTo(2 * SLICE);
    }
    assertThat(drain()).hasSize(2 * functions.size());
  }

  /** Serves so many items, each of which comes back behind the others of its function; what each function has had of it, in nanoseconds. */
  private Map<String, Long> serve(int items, ToLongFunction<String> nanos) {
    Map<String, Long> had = new HashMap<>();
    for (int i = 0; i < items; i++) {
      String item = queue.next();
      long took = nanos.applyAsLong(item);
      had.merge(item, took, Long::sum);
      queue.ran(took);
      queue.addLong(item, item);
    }
    return had;
  }

  private String next(long nanos) {
    String item = queue.next();
    queue.ran(nanos);
    return item;
  }

  private List<String> drain() {
    List<String> all = new ArrayList<>();
    for (String item = queue.next(); item != null; item = queue.next()) {
      all.add(item);
      queue.ran(0);
    }
    return all;
  }
}
