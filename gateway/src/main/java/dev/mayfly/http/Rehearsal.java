package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import dev.mayfly.metrics.Metrics;
import dev.mayfly.pool.Result;
import dev.mayfly.route.RouteTable;
import dev.mayfly.vm.Isolation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers some hundred requests before the first real one, so that that one does not pay for what a JVM does the first time it runs code (60 ms and more, and where many
 * come at once, all of them wait for it). They come from this process over loopback, to a server on a port of its own, with the real handlers, a function that is made
 * up, and metrics that nobody sees.
 */
public final class Rehearsal {
  /** On one connection, sent ahead. */
  static final int REQUESTS = 100;
  static final int CONNECTIONS = 4;
  private static final int PATIENCE_MILLIS = 500;
  private static final String REQUEST = "GET /rehearsal/%d HTTP/1.1\r\nHost: localhost\r\nUser-Agent: mayfly\r\nAccept: */*\r\n%s\r\n";
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  private Rehearsal() {}

  /**
   * Begins, and ends within a few seconds. Never fails: where it cannot be done the first requests are slow.
   *
   * @param vertx the one that real requests will be served with
   */
  public static Future<Void> of(Vertx vertx) {
    return answers(vertx).<Void>mapEmpty().recover(failure -> {
      LOG.debug("no rehearsal: {}", failure.toString());
      return Future.succeededFuture();
    });
  }

  /** All that was answered, head and body. */
  static Future<String> answers(Vertx vertx) {
    Gateway gateway = new Gateway(vertx, new Connections(2 * CONNECTIONS), Duration.ZERO);
    Configuration configuration = configuration();
    String name = configuration.routes().getFirst().function();
    Result result = new Result(Result.Verdict.EXITED, 0, "", Buffer.buffer("rehearsed\n"), false, new Result.Timings(0, 0, 0));
    return gateway.start(configuration, RouteTable.of(configuration.routes()), Map.of(name, i -> Future.succeededFuture(result)), Isolation.KVM, new Metrics())
        .compose(x -> vertx.executeBlocking(() -> ask(gateway.actualPort())))
        .eventually(() -> gateway.stop(Duration.ZERO));
  }

  private static Configuration configuration() {
    Configuration.Function function = Configuration.Function.program(Path.of("rehearsal.wasm"), 0, List.of(), Map.of(), Map.of(), Map.of(), List.of());
    Configuration.Route route = new Configuration.Route("/rehearsal/{name}", List.of(), Optional.empty(), function.name(), Optional.empty());
    Configuration.Address anywhere = new Configuration.Address(InetAddress.getLoopbackAddress().getHostAddress(), 0);
    return new Configuration(anywhere, Optional.empty(), anywhere, Configuration.EngineChoice.AUTO, Optional.empty(), 0, Duration.ZERO, List.of(),
        Map.of(function.name(), function), List.of(route));
  }

  private static String ask(int port) throws IOException {
    StringBuilder answers = new StringBuilder();
    for (int i = 0; i < CONNECTIONS; i++) {
      try (Socket socket = new Socket()) {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        StringBuilder requests = new StringBuilder();
        for (int n = 1; n <= REQUESTS; n++) {
          requests.append(REQUEST.formatted(n, n == REQUESTS ? "Connection: close\r\n" : ""));
        }
        socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
        answers.append(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
      }
    }
    return answers.toString();
  }
}
