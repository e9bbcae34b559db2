package dev.mayfly.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.pool.Services.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may open which store. */
class KeyValuesTest {
  private final Stores stores = new MemoryStores();
  private final KeyValues first = new KeyValues(stores, "app", List.of("default", "extra"));
  private final KeyValues second = new KeyValues(stores, "app", List.of("default"));
  private final KeyValues foreign = new KeyValues(stores, "other", List.of("default"));

  private static Answer call(KeyValues of, String service, String... arguments) {
    List<Answer> answers = new ArrayList<>();
    of.call(service, List.of(arguments), answers::add);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  @Test
  void functionsOfAnApplicationShareItsStores() {
    call(first, "key-value.set", "default", "k", "v");
    assertThat(call(second, "key-value.get", "default", "k").results()).containsExactly("v");
    assertThat(call(foreign, "key-value.get", "default", "k").results()).isEmpty();
  }

  @Test
  void aStoreThatIsNotTheirsIsDenied() {
    assertThat(call(first, "key-value.open", "extra").ok()).isTrue();
    for (String operation : List.of("open", "keys")) {
      assertThat(call(second, "key-value." + operation, "extra").results()).first().isEqualTo("access-denied");
    }
  }

  @Test
  void whatIsNotThereIsAnError() {
    assertThat(call(first, "key-value.nothing", "default").results()).first().isEqualTo("other");
    assertThat(call(first, "key-value.get", "default").results()).first().isEqualTo("other");
    assertThat(call(first, "key-value.get").results()).first().isEqualTo("other");
    assertThat(call(first, "nothing").results()).first().isEqualTo("other");
  }
}
