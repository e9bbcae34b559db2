package dev.mayfly.loadtest.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.measure.Failure;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.plan.Plan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against servers that do not behave: each in its own way, each told by its cause, and none holds the run up. */
class BadServerTest {
  /** Only for what ends by time: a busy machine is not a bad server. */
  private static final Limits HASTY = new Limits(Duration.ofMillis(500), Duration.ofMillis(300), 16, 100, 10_000, Duration.ofMillis(10), 1);
  private static final Limits PATIENT = new Limits(Duration.ofSeconds(20), Duration.ofSeconds(60), 16, 100, 10_000, Duration.ofMillis(10), 1);

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertAll(URI.create("http://127.0.0.1:" + port), Cause.UNREACHABLE, "refused");
  }

  @Test
  void theNameIsNotKnown() {
    assertAll(URI.create("http://no-such-host.invalid"), Cause.WRONG_NAME, "no-such-host.invalid");
  }

  @Test
  void nobodyAccepts() throws IOException {
    // A backlog that is full: the kernel answers no further attempt.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Socket[] waiting = new Socket[8];
      for (int i = 0; i < waiting.length; i++) {
        waiting[i] = new Socket();
        try {
          waiting[i].connect(full.getLocalSocketAddress(), 100);
        } catch (java.net.SocketTimeoutException _) {
          // It is full now.
        }
      }
      assertAll(URI.create("http://127.0.0.1:" + full.getLocalPort()), Cause.CONNECT_TIMEOUT, "");
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void neverAnswers() {
    assertAll(new Server((request, number, out, socket) -> { }), Cause.RESPONSE_TIMEOUT, "no answer");
  }

  @Test
  void neverEnds() {
    assertAll(new Server((request, number, out, socket) -> out.write(Server.bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"))), Cause.RESPONSE_TIMEOUT, "without an end: 3 bytes");
  }

  @Test
  void resets() {
    assertAll(new Server((request, number, out, socket) -> {
      socket.setSoLinger(true, 0);
      socket.close();
    }), Cause.RESET, "");
  }

  @Test
  void closesInTheMiddle() {
    assertAll(new Server((request, number, out, socket) -> {
      out.write(Server.bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"));
      socket.close();
    }), Cause.RESET, "after 3 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
      "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n"})
  void talksGarbage(String garbage) {
    assertAll(Server.always(garbage), Cause.GARBAGE, "");
  }

  @Test
  void sendsHeadersWithoutEnd() {
    assertAll(new Server((request, number, out, socket) -> {
      out.write(Server.bytes("HTTP/1.1 200 OK\r\n"));
      for (int i = 0; i < 100_000; i++) {
        out.write(Server.bytes("X-" + i + ": 0123456789\r\n"));
      }
    }), Cause.GARBAGE, "");
  }

  @Test
  void sendsABodyWithoutEnd() {
    assertAll(new Server((request, number, out, socket) -> {
      out.write(Server.bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
      while (true) {
        out.write(Server.bytes("a\r\n0123456789\r\n"));
      }
    }), Cause.TOO_LONG, "10000");
  }

  @Test
  void answersWithAnotherStatus() {
    assertAll(Server.always("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"), Cause.STATUS, "503");
  }

  @Test
  void answersWithAnotherBody() {
    try (Server server = Server.always(Server.ok("", "other"))) {
      Expectation hello = new Expectation(Set.of(), Optional.of("hello"), Optional.empty(), Optional.empty());
      assertFailures(Plans.run(plan(server.url(), hello)), Cause.BODY, "other");
    }
  }

  @Test
  void startsWarmWhereColdWasExpected() {
    try (Server server = Server.always(Server.ok("X-Mayfly-Start: warm\r\n", "x"))) {
      Expectation cold = new Expectation(Set.of(), Optional.empty(), Optional.empty(), Optional.of("cold"));
      assertFailures(Plans.run(plan(server.url(), cold)), Cause.BODY, "warm start");
    }
  }

  @Test
  void moreThanWasAskedForIsNoAnswerToTheNextRequest() {
    try (Server server = Server.always(Server.ok("", "x") + Server.ok("", "y"))) {
      Expectation x = new Expectation(Set.of(), Optional.of("x"), Optional.empty(), Optional.empty());
      Result result = Plans.run(plan(server.url(), x));
      assertThat(result.series().getFirst().failures()).doesNotContainKey(Cause.BODY);
    }
  }

  @Test
  void whatHasNoPlaceIsCountedAsUnsent() {
    Limits narrow = new Limits(Duration.ofMillis(500), Duration.ofMillis(300), 1, 5, 10_000, Duration.ofMillis(10), 1);
    try (Server server = new Server((request, number, out, socket) -> { })) {
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/", Expectation.SUCCESS), narrow, Plans.open(200, 0.2), 0.2));
      assertThat(result.sender().planned()).isEqualTo(40);
      assertThat(result.sender().unsent()).isPositive();
      assertThat(result.sender().sent() + result.sender().unsent()).isEqualTo(40);
      assertThat(result.sender().spoiled()).isTrue();
      assertThat(result.series().getFirst().unsent()).isEqualTo(result.sender().unsent());
    }
  }

  private static void assertAll(Server bad, Cause cause, String example) {
    try (bad) {
      assertAll(bad.url(), cause, example);
    }
  }

  private static void assertAll(URI url, Cause cause, String example) {
    Limits limits = Set.of(Cause.CONNECT_TIMEOUT, Cause.RESPONSE_TIMEOUT).contains(cause) ? HASTY : PATIENT;
    assertFailures(Plans.run(Plans.one(url, Plans.get("/", Expectation.SUCCESS), limits, Plans.open(50, 0.2), 0.2)), cause, example);
  }

  private static void assertFailures(Result result, Cause cause, String example) {
    Map<Cause, Failure> failures = result.series().getFirst().failures();
    assertThat(result.good()).isZero();
    assertThat(failures).containsOnlyKeys(cause);
    assertThat(failures.get(cause).count()).isEqualTo(10);
    assertThat(failures.get(cause).example()).containsIgnoringCase(example);
  }

  private static Plan plan(URI url, Expectation expectation) {
    return Plans.one(url, Plans.get("/", expectation), PATIENT, Plans.open(50, 0.2), 0.2);
  }
}
