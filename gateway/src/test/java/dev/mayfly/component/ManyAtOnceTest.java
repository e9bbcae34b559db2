package dev.mayfly.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.RealGateway;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real component in hundreds of machines, and thousands of clients that leave. */
@Timeout(300)
final class ManyAtOnceTest {
  private static final int WAITING = 500;
  private static final int LEAVING = 10_000;
  /** At one time: connections, not machines. */
  private static final int ABREAST = 32;

  @TempDir Path folder;

  @Test
  void fiveHundredThatWaitForAServerWaitTogetherAndHoldNoThread() throws Exception {
    CountDownLatch all = new CountDownLatch(WAITING);
    AtomicInteger threads = new AtomicInteger();
    try (RawUpstream upstream = new RawUpstream(); ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      upstream.does(c -> {
        c.head();
        all.countDown();
        all.await(); // nobody is answered before all have asked
        c.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
      });
      try (RealGateway gateway = RealGateway.start(folder, ", memory: 1MiB, concurrency: " + WAITING + ", timeout: 200s, outbound: ['http://127.0.0.1:"
          + upstream.port() + "']")) {
        int before = machineThreads();
        List<Future<String>> bodies = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
          bodies.add(clients.submit(() -> Wire.get(gateway.port(), "/call", "x-authority: 127.0.0.1:" + upstream.port()).body()));
        }
        all.await();
        threads.set(machineThreads());
        for (Future<String> body : bodies) {
          assertThat(body.get()).isEqualTo("hi");
        }
        assertThat(threads.get()).as("threads that run machines, while %d wait", WAITING).isEqualTo(before);
        assertThat(upstream.requests).hasValue(WAITING);
      }
    }
  }

  private static int machineThreads() {
    return (int) Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("mayfly-vcpu")).count();
  }

  @Test
  void tenThousandClientsThatLeaveLeaveNothingBehind() throws Exception {
    try (RawUpstream upstream = new RawUpstream()) {
      upstream.does(RawUpstream.Conversation::awaitEnd);
      try (RealGateway gateway = RealGateway.start(folder, ", concurrency: " + ABREAST + ", timeout: 200s, idle: 200s, outbound: ['http://127.0.0.1:"
          + upstream.port() + "']")) {
        leave(gateway.port(), upstream.port(), 10 * ABREAST); // connections, machines and classes come to be
        await().atMost(Duration.ofMinutes(1)).until(() -> gateway.busy() == 0 && upstream.connections() == 0);
        long descriptors = descriptors();
        double machines = gateway.metric("mayfly_machines");
        leave(gateway.port(), upstream.port(), LEAVING);
        await().atMost(Duration.ofMinutes(1)).until(() -> gateway.busy() == 0 && upstream.connections() == 0);
        assertThat(gateway.metric("mayfly_machines")).isLessThanOrEqualTo(Math.max(machines, ABREAST));
        assertThat(gateway.metric("mayfly_queued_requests")).isZero();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(descriptors()).isLessThan(descriptors + 3L * ABREAST));
        for (int i = 0; i < ABREAST; i++) {
          assertThat(Wire.get(gateway.port(), "/hello").body()).isEqualTo("hello");
        }
      }
    }
  }

  /** Each in one of six ways: before the answer, within it, within a request's body, while it does not read, within a call; with a reset or a close. */
  private static void leave(int port, int upstream, int clients) throws InterruptedException {
    List<String> requests = List.of("GET /silent HTTP/1.1\r\nHost: a\r\n\r\n", "GET /silent-head HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf", "GET /unbound HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /call HTTP/1.1\r\nHost: a\r\nx-authority: 127.0.0.1:" + upstream + "\r\n\r\n", "POST /silent HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
    Semaphore abreast = new Semaphore(ABREAST);
    for (int i = 0; i < clients; i++) {
      int number = i;
      abreast.acquire();
      Thread.ofVirtual().start(() -> {
        try {
          leave(port, requests.get(number % requests.size()), number % 3);
        } finally {
          abreast.release();
        }
      });
    }
    abreast.acquire(ABREAST);
  }

  /** @param how 0: at once; 1: when something came or soon; 2: with a reset */
  private static void leave(int port, String request, int how) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      if (how > 0) {
        socket.setSoTimeout(5);
        try {
          socket.getInputStream().read();
        } catch (java.net.SocketTimeoutException e) {
          // it says nothing, which is all the same
        }
      }
      if (how == 2) {
        socket.setSoLinger(true, 0);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(Objects::nonNull).count();
    }
  }
}
