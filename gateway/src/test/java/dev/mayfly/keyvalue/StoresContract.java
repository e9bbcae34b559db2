package dev.mayfly.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.keyvalue.Stores.Operation;
import dev.mayfly.pool.Services.Answer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What stores do, wherever they are kept. */
abstract class StoresContract {
  /** Fresh ones. */
  abstract Stores stores() throws Exception;

  final Answer call(Operation operation, String... arguments) throws Exception {
    return in("app/default", operation, arguments).get(10, TimeUnit.SECONDS);
  }

  final CompletableFuture<Answer> in(String store, Operation operation, String... arguments) throws Exception {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    stores().operate(store, operation, List.of(arguments), a -> assertThat(answer.complete(a)).as("answered once").isTrue());
    return answer;
  }

  static Answer ok(String... results) {
    return new Answer(true, List.of(results));
  }

  static void fails(Answer answer, String detail) {
    assertThat(answer.ok()).isFalse();
    assertThat(answer.results()).hasSize(2).first().isEqualTo("other");
    assertThat(answer.results().get(1)).contains(detail);
  }

  @Test
  void whatIsSetIsFoundUntilItIsDeleted() throws Exception {
    assertThat(call(Operation.OPEN)).isEqualTo(ok());
    assertThat(call(Operation.GET, "k")).isEqualTo(ok());
    assertThat(call(Operation.SET, "k", "")).isEqualTo(ok());
    assertThat(call(Operation.GET, "k")).isEqualTo(ok(""));
    assertThat(call(Operation.EXISTS, "k").results()).hasSize(1);
    assertThat(call(Operation.KEYS)).isEqualTo(ok("k"));
    assertThat(call(Operation.DELETE, "k")).isEqualTo(ok());
    assertThat(call(Operation.DELETE, "k")).isEqualTo(ok());
    assertThat(call(Operation.EXISTS, "k")).isEqualTo(ok());
    assertThat(call(Operation.KEYS)).isEqualTo(ok());
  }

  @Test
  void keysAndValuesAreOctets() throws Exception {
    StringBuilder all = new StringBuilder();
    IntStream.range(0, 256).forEach(octet -> all.append((char) octet));
    call(Operation.SET, all.toString(), all.toString());
    assertThat(call(Operation.GET, all.toString())).isEqualTo(ok(all.toString()));
    assertThat(call(Operation.KEYS)).isEqualTo(ok(all.toString()));
  }

  @Test
  void storesAreApart() throws Exception {
    call(Operation.SET, "k", "1");
    assertThat(in("app/other", Operation.GET, "k").get(10, TimeUnit.SECONDS)).isEqualTo(ok());
    assertThat(in("other/default", Operation.GET, "k").get(10, TimeUnit.SECONDS)).isEqualTo(ok());
  }

  @Test
  void aNumberIsCounted() throws Exception {
    assertThat(call(Operation.INCREMENT, "n", "5")).isEqualTo(ok("5"));
    assertThat(call(Operation.INCREMENT, "n", "-7")).isEqualTo(ok("-2"));
    assertThat(call(Operation.GET, "n")).isEqualTo(ok("-2"));
    call(Operation.SET, "n", "x");
    fails(call(Operation.INCREMENT, "n", "1"), "not an integer");
    call(Operation.SET, "n", "9223372036854775807");
    fails(call(Operation.INCREMENT, "n", "1"), "");
    assertThat(call(Operation.GET, "n")).isEqualTo(ok("9223372036854775807"));
  }

  @Test
  void increasesAtTheSameTimeAllCount() throws Exception {
    List<CompletableFuture<Answer>> all = new java.util.ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(in("app/default", Operation.INCREMENT, "n", "1"));
    }
    for (CompletableFuture<Answer> each : all) {
      assertThat(each.get(10, TimeUnit.SECONDS).ok()).isTrue();
    }
    assertThat(call(Operation.GET, "n")).isEqualTo(ok("200"));
  }

  @Test
  void aValueIsSwappedOnlyForTheExpectedOne() throws Exception {
    assertThat(call(Operation.SWAP, "k", "1", "", "a")).as("none is not an empty one").isEqualTo(ok());
    assertThat(call(Operation.SWAP, "k", "0", "", "a")).isEqualTo(ok("1"));
    assertThat(call(Operation.SWAP, "k", "0", "", "b")).isEqualTo(ok());
    assertThat(call(Operation.SWAP, "k", "1", "b", "c")).isEqualTo(ok());
    assertThat(call(Operation.SWAP, "k", "1", "a", "\0ÿ")).isEqualTo(ok("1"));
    assertThat(call(Operation.GET, "k")).isEqualTo(ok("\0ÿ"));
  }

  @Test
  void keysThatDoNotFitIntoAnAnswerAreAnError() throws Exception {
    CompletableFuture<Answer> last = null;
    for (int i = 0; i < 20; i++) {
      last = in("app/default", Operation.SET, i + "x".repeat(8000), "");
      last.get(10, TimeUnit.SECONDS);
    }
    fails(call(Operation.KEYS), "too many");
  }
}
