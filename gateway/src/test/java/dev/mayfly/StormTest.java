package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** First requests to functions that have no machine, all at the same instant; {@code loadtest/storm} sends more. Each test has functions of its own. */
@Timeout(120)
final class StormTest {
  private static final int CLIENTS = 200;
  private static final int FUNCTIONS = 60;
  private static final int OTHERS = 3;
  private static final int PATIENCE_MS = 60_000;

  @TempDir
  static Path folder;

  private static RealGateway gateway;

  @BeforeAll
  static void serve() throws Exception {
    StringBuilder functions = new StringBuilder("functions:\n");
    StringBuilder routes = new StringBuilder("routes:\n");
    IntStream.range(0, FUNCTIONS).forEach(i -> function(functions, routes, "many-" + i, ""));
    function(functions, routes, "one", "");
    function(functions, routes, "narrow", ", concurrency: 2");
    function(functions, routes, "slow", "");
    gateway = RealGateway.serve(folder, functions.toString() + routes);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** With an environment, and so an image, of its own. */
  private static void function(StringBuilder functions, StringBuilder routes, String name, String settings) {
    functions.append("  %s: {wasm: '%s', env: {NAME: %1$s}%s}%n".formatted(name, RealGateway.example("hello-c"), settings));
    routes.append("  - {path: '/%s/{name}', function: %1$s}%n".formatted(name));
  }

  @Test
  void manyFirstRequestsToOneFunctionAreAnswered() throws Exception {
    assertAllAreAnswered(CLIENTS, i -> "/one/n" + i + "x", 0);
    assertThat(gateway.metric("mayfly_starts_total", "function=\"one\"")).isEqualTo(CLIENTS);
    assertThat(gateway.metric("mayfly_machines", "function=\"one\"")).isBetween(1.0, 64.0);
  }

  @Test
  void aFirstRequestToEachOfManyFunctionsIsAnswered() throws Exception {
    assertAllAreAnswered(FUNCTIONS, i -> "/many-" + i + "/n" + i + "x", 0);
    for (int i = 0; i < FUNCTIONS; i++) {
      assertThat(gateway.metric("mayfly_starts_total", "function=\"many-" + i + "\"", "start=\"cold\"")).isEqualTo(1);
    }
  }

  @Test
  void twoMachinesAnswerThemAllWhereThereMayBeNoMore() throws Exception {
    assertAllAreAnswered(CLIENTS, i -> "/narrow/n" + i + "x", 0);
    assertThat(gateway.metric("mayfly_machines", "function=\"narrow\"")).isBetween(1.0, 2.0);
  }

  @Test
  void clientsThatSendSlowlyAreAnswered() throws Exception {
    assertAllAreAnswered(CLIENTS / 4, i -> "/slow/n" + i + "x", 1_000_000);
  }

  /** And no image is read: each was when its function was deployed. */
  private static void assertAllAreAnswered(int clients, IntFunction<String> path, long pauseNanos) throws Exception {
    CountDownLatch ready = new CountDownLatch(clients);
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients; i++) {
        String asked = path.apply(i);
        answers.add(threads.submit(() -> ask(asked, ready, pauseNanos)));
      }
    }
    for (int i = 0; i < clients; i++) {
      assertThat(answers.get(i).get()).startsWith("HTTP/1.1 200 ").contains("Hello, n" + i + "x");
    }
    assertThat(gateway.metric("mayfly_image_loads_total")).isEqualTo(FUNCTIONS + OTHERS);
    assertThat(gateway.metric("mayfly_refusals_total")).isZero();
  }

  /** Nobody asks before all are there. @param pauseNanos between two octets; 0: all at once */
  private static String ask(String path, CountDownLatch ready, long pauseNanos) throws IOException, InterruptedException {
    byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      socket.setSoTimeout(PATIENCE_MS);
      ready.countDown();
      ready.await();
      OutputStream out = socket.getOutputStream();
      if (pauseNanos == 0) {
        out.write(request);
      } else {
        for (byte octet : request) {
          out.write(octet);
          LockSupport.parkNanos(pauseNanos);
        }
      }
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
