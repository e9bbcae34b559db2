package dev.mayfly.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.keyvalue.Stores.Operation;
import org.junit.jupiter.api.Test;

class MemoryStoresTest extends StoresContract {
  private final MemoryStores stores = new MemoryStores();

  @Override
  Stores stores() {
    return stores;
  }

  @Test
  void theStoresAreBounded() throws Exception {
    String large = "x".repeat(60_000);
    int kept = 0;
    while (call(Operation.SET, "k" + kept, large).ok()) {
      kept++;
      assertThat(kept).isLessThan(10_000);
    }
    assertThat(kept * 60_000L).isLessThan(MemoryStores.LIMIT);
    assertThat(call(Operation.SET, "k0", "small")).as("less than before always fits").isEqualTo(ok());
    assertThat(call(Operation.SET, "k" + kept, "x".repeat(50_000))).isEqualTo(ok());
    for (int i = 0; i <= kept; i++) {
      call(Operation.DELETE, "k" + i);
    }
    assertThat(call(Operation.SET, "k", large)).as("what is deleted makes room").isEqualTo(ok());
  }
}
