package dev.mayfly.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.pool.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryStoresTest {
  private final MemoryStores stores = new MemoryStores(Set.of("default", "other"));

  private Services.Answer call(String service, String... arguments) {
    List<Services.Answer> answers = new ArrayList<>();
    stores.call("key-value." + service, List.of(arguments), answers::add);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  private static Services.Answer ok(String... results) {
    return new Services.Answer(true, List.of(results));
  }

  private static void fails(Services.Answer answer, String name) {
    assertThat(answer.ok()).isFalse();
    assertThat(answer.results()).hasSize(2).first().isEqualTo(name);
  }

  @Test
  void whatIsSetIsFoundUntilItIsDeleted() {
    assertThat(call("open", "default")).isEqualTo(ok());
    assertThat(call("get", "default", "k")).isEqualTo(ok());
    assertThat(call("set", "default", "k", "")).isEqualTo(ok());
    assertThat(call("get", "default", "k")).isEqualTo(ok(""));
    assertThat(call("exists", "default", "k").results()).hasSize(1);
    assertThat(call("keys", "default")).isEqualTo(ok("k"));
    assertThat(call("delete", "default", "k")).isEqualTo(ok());
    assertThat(call("delete", "default", "k")).isEqualTo(ok());
    assertThat(call("exists", "default", "k")).isEqualTo(ok());
    assertThat(call("keys", "default")).isEqualTo(ok());
  }

  @Test
  void storesAreApart() {
    call("set", "default", "k", "1");
    assertThat(call("get", "other", "k")).isEqualTo(ok());
    fails(call("get", "third", "k"), "no-such-store");
    fails(call("open", "third"), "no-such-store");
  }

  @Test
  void aNumberIsCounted() {
    assertThat(call("increment", "default", "n", "5")).isEqualTo(ok("5"));
    assertThat(call("increment", "default", "n", "-7")).isEqualTo(ok("-2"));
    assertThat(call("get", "default", "n")).isEqualTo(ok("-2"));
    call("set", "default", "n", "x");
    fails(call("increment", "default", "n", "1"), "other");
    call("set", "default", "n", "9223372036854775807");
    fails(call("increment", "default", "n", "1"), "other");
  }

  @Test
  void theStoresAreBounded() {
    String large = "x".repeat(60_000);
    int kept = 0;
    while (call("set", "default", "k" + kept, large).ok()) {
      kept++;
      assertThat(kept).isLessThan(10_000);
    }
    assertThat(kept * 60_000L).isLessThan(MemoryStores.LIMIT);
    assertThat(call("set", "default", "k0", "small")).as("less than before always fits").isEqualTo(ok());
    assertThat(call("set", "default", "k" + kept, "x".repeat(50_000))).isEqualTo(ok());
    for (int i = 0; i <= kept; i++) {
      call("delete", "default", "k" + i);
    }
    assertThat(call("set", "other", "k", large)).as("what is deleted makes room").isEqualTo(ok());
  }

  @Test
  void keysThatDoNotFitIntoAnAnswerAreAnError() {
    for (int i = 0; i < 20_000; i++) {
      call("set", "default", "key number " + i, "");
    }
    fails(call("keys", "default"), "other");
  }

  @Test
  void whatIsNotThereIsAnError() {
    fails(call("nothing", "default"), "other");
    fails(call("get", "default"), "other");
    fails(call("get"), "no-such-store");
  }
}
