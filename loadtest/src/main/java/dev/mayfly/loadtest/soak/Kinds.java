package dev.mayfly.loadtest.soak;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** What the soak sends: what goes well, what fails, and clients that leave. Any thread. */
final class Kinds implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final byte[] BODY = new byte[256 * 1024];
  private static final int LEAVES_AFTER_MS = 20;

  private final HttpClient http1 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
  private final AtomicInteger turn = new AtomicInteger();
  private final int port;

  Kinds(int port) {
    this.port = port;
  }

  /** The functions that they call, and their routes. */
  static String functions(Path home) {
    Path examples = home.toAbsolutePath().resolve("functions");
    Path tests = home.toAbsolutePath().resolve("gateway/src/test/resources");
    return """
        functions:
          hello: {wasm: '%1$s/hello-c/hello-c.wasm'}
          large: {wasm: '%1$s/hello-go/hello-go.wasm', warm: {max: 4}}
          fresh: {wasm: '%1$s/hello-c/hello-c.wasm', env: {A: b}, fresh: machine}
          guest: {wasm: '%2$s/component/guest.wasm', timeout: 60s, idle: 60s}
          kept: {wasm: '%2$s/component/guest.wasm', fresh: never, env: {A: b}}
          bad: {wasm: '%2$s/component/guest.wasm', timeout: 60s, env: {C: d}}
          trap: {wasm: '%2$s/contract/probe.wasm', args: [trap]}
          loop: {wasm: '%2$s/contract/probe.wasm', args: [loop], timeout: 300ms, concurrency: 2}
          hungry: {wasm: '%2$s/contract/probe.wasm', args: [hungry], memory: 32MiB, concurrency: 2}
          flood: {wasm: '%2$s/contract/probe.wasm', args: [flood], limits: {response: 1MiB}, concurrency: 2}
          busy: {wasm: '%2$s/contract/probe.wasm', args: [sleep, "100"], concurrency: 2, queue: {length: 4, timeout: 1s}}
        routes:
          - {path: '/hello/{name}', function: hello}
          - {path: '/large/{name}', function: large}
          - {path: '/fresh/{name}', function: fresh}
          - {path: '/guest/*', function: guest}
          - {path: '/kept/*', function: kept}
          - {path: '/bad/*', function: bad}
          - {path: /trap, function: trap}
          - {path: /loop, function: loop}
          - {path: /hungry, function: hungry}
          - {path: /flood, function: flood}
          - {path: /busy, function: busy}
          - {path: /limited, function: busy, limit: 1/s}
        """.formatted(examples, tests);
  }

  /** Names of functions that may be evicted. */
  static List<String> evicted() {
    return List.of("hello", "large", "guest", "kept", "hungry");
  }

  List<Kind> all() {
    return List.of(
        new Kind("a small function", 30, Set.of(200), () -> get(http1, "/hello/soak")),
        new Kind("the same over HTTP/2", 10, Set.of(200), () -> get(http2, "/hello/soak")),
        new Kind("a large function", 6, Set.of(200), () -> get(http1, "/large/soak")),
        new Kind("a machine for each", 6, Set.of(200), () -> get(http1, "/fresh/soak")),
        new Kind("a component", 12, Set.of(200), () -> get(http1, "/guest/hello")),
        new Kind("a component that is kept", 8, Set.of(200), () -> get(http2, "/kept/count")),
        new Kind("256 KiB echoed", 6, Set.of(200), this::echo),
        new Kind("memory up to the limit", 1, Set.of(200, 503), () -> get(http1, "/hungry")),
        new Kind("a trap", 5, Set.of(502, 503), () -> get(http1, "/trap")),
        new Kind("a trap in the midst of an answer", 3, Set.of(0, 503), () -> get(http1, "/bad/trap-half")),
        new Kind("no end", 1, Set.of(504, 503), () -> get(http1, "/loop")),
        new Kind("no end of output", 2, Set.of(502, 503), () -> get(http1, "/flood")),
        new Kind("over the rate", 2, Set.of(200, 429, 503), () -> get(http1, "/limited")),
        new Kind("clients that leave", 8, Set.of(0), this::leave));
  }

  /** More at one time than a function takes. */
  Kind flood() {
    return new Kind("a flood", 1, Set.of(200, 503), () -> get(http1, "/busy"));
  }

  private int get(HttpClient client, String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE).build();
    try {
      return client.send(request, BodyHandlers.ofByteArray()).statusCode();
    } catch (java.net.http.HttpTimeoutException e) {
      throw e;
    } catch (IOException e) {
      if (path.endsWith("half")) {
        return 0;
      }
      throw e;
    }
  }

  private int echo() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/guest/echo")).timeout(PATIENCE).POST(BodyPublishers.ofByteArray(BODY)).build();
    HttpResponse<byte[]> answer = http1.send(request, BodyHandlers.ofByteArray());
    if (answer.statusCode() == 200 && answer.body().length != BODY.length) {
      throw new IOException("of " + BODY.length + " bytes " + answer.body().length + " came back");
    }
    return answer.statusCode();
  }

  /** Before the answer, within it, within the request's body; with a reset or a close. */
  private int leave() throws IOException {
    int way = turn.getAndIncrement();
    String request = switch (way % 4) {
      case 0 -> "GET /guest/silent HTTP/1.1\r\nHost: a\r\n\r\n";
      case 1 -> "GET /guest/unbound HTTP/1.1\r\nHost: a\r\n\r\n";
      case 2 -> "POST /guest/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf";
      default -> "GET /hello/left HTTP/1.1\r\nHo";
    };
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(LEAVES_AFTER_MS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      try {
        socket.getInputStream().read();
      } catch (SocketTimeoutException e) {
        // nothing came, which is all the same
      }
      if (way % 3 == 0) {
        socket.setSoLinger(true, 0);
      }
    }
    return 0;
  }

  @Override
  public void close() {
    http1.shutdownNow();
    http2.shutdownNow();
  }
}
