package dev.mayfly.component;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.RealGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The request that {@code warmup:} sends through a component before its snapshot; {@code /count} answers with the number of requests that its instance has had. */
@Timeout(60)
final class WarmupTest {
  @TempDir Path folder;

  private static String count(RealGateway gateway) {
    Wire.Answer answer = Wire.get(gateway.port(), "/count");
    assertThat(answer.status()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void everyMachineStartsAfterTheWarmUp() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/dev/kvm")), "there is no /dev/kvm");
    try (RealGateway gateway = RealGateway.start(folder, ", warmup: {path: /count}")) {
      assertThat(count(gateway)).isEqualTo("2");
      assertThat(count(gateway)).isEqualTo("2");
    }
    try (RealGateway again = RealGateway.start(folder, ", warmup: {path: /count}")) {
      assertThat(count(again)).as("from the snapshot on disk").isEqualTo("2");
    }
  }

  @Test
  void aWarmUpThatFailsIsLeftOut() throws Exception {
    try (RealGateway gateway = RealGateway.start(folder, ", warmup: {path: /trap}")) {
      assertThat(count(gateway)).isEqualTo("1");
    }
  }

  @Test
  void withoutOneTheSnapshotIsBeforeTheFirstRequest() throws Exception {
    try (RealGateway gateway = RealGateway.start(folder, "")) {
      assertThat(count(gateway)).isEqualTo("1");
    }
  }
}
