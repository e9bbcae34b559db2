package dev.mayfly.loadtest.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class WrkTest {
  private static final String SAID = """
      Running 3s test @ http://127.0.0.1:8080/hello
        1 threads and 32 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency     1.17ms  402.71us  10.13ms   82.99%%
        83642 requests in 3.00s, 12.3MB read
      %sRequests/sec:  27928.30
      Transfer/sec:      4.10MB
      """;

  @Test
  void theRateIsRead() throws IOException {
    assertThat(Wrk.read(SAID.formatted(""))).isEqualTo(new Freshness.Throughput(27928.30, 0));
  }

  @Test
  void whatFailedIsAddedUp() throws IOException {
    String failed = "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 30\n";
    assertThat(Wrk.read(SAID.formatted(failed)).failed()).isEqualTo(40);
  }

  @Test
  void withoutARateThereIsNothing() {
    assertThatThrownBy(() -> Wrk.read("unable to connect to 127.0.0.1:1 Connection refused")).isInstanceOf(IOException.class).hasMessageContaining("refused");
  }
}
