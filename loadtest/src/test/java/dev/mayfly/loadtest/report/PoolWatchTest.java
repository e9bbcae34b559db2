package dev.mayfly.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mayfly.loadtest.plan.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PoolWatchTest {
  private static Target target(String name, String admin) {
    return new Target(name, URI.create("http://localhost:1"), Optional.ofNullable(admin).map(URI::create));
  }

  @Test
  void itSamplesThePortsThatAnswerAndLeavesTheOthersOut() throws IOException, InterruptedException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/metrics", exchange -> {
      byte[] text = "mayfly_machines{function=\"a\",state=\"warm\"} 3\n".getBytes();
      exchange.sendResponseHeaders(200, text.length);
      exchange.getResponseBody().write(text);
      exchange.close();
    });
    server.start();
    String admin = "http://127.0.0.1:" + server.getAddress().getPort();
    PoolWatch watch = new PoolWatch(List.of(target("none", null), target("gone", "http://127.0.0.1:1"), target("t", admin)));
    try (watch) {
      while (watch.samples().size() < 2) {
        Thread.onSpinWait();
        Thread.sleep(10);
      }
    } finally {
      server.stop(0);
    }
    watch.close();
    assertThat(watch.samples()).allMatch(sample -> sample.target().equals("t") && sample.warm() == 3);
  }

  @Test
  void withNobodyToAskItIsClosedAtOnce() {
    try (PoolWatch watch = new PoolWatch(List.of(target("none", null)))) {
      assertThat(watch.samples()).isEmpty();
    }
  }
}
