package dev.mayfly.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.RealGateway;
import dev.mayfly.component.Wire.Answer;
import dev.mayfly.component.Wire.End;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of a real component in a real machine to servers that behave in every way. */
@Timeout(60)
final class RealCallsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  @TempDir static Path folder;
  private static RawUpstream upstream;
  private static int closed;
  private static ServerSocket full;
  private static final List<Socket> FILLING = new ArrayList<>();
  private static RealGateway gateway;
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws Exception {
    upstream = new RawUpstream();
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = gone.getLocalPort();
    }
    full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    fill();
    gateway = RealGateway.start(folder, ", timeout: 15s, outbound: ['http://127.0.0.1:" + upstream.port() + "', 'http://127.0.0.1:" + closed
        + "', 'http://127.0.0.1:" + full.getLocalPort() + "', 'http://nowhere.invalid', 'http://localhost.localdomain:" + upstream.port() + "']");
  }

  /** Connects until the queue of those not yet accepted is full, and connections no longer come about. */
  private static void fill() throws IOException {
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = new Socket();
        FILLING.add(socket);
        socket.connect(full.getLocalSocketAddress(), 200);
      }
    } catch (java.net.SocketTimeoutException e) {
      return;
    }
    throw new AssertionError("a full server still takes connections");
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    upstream.close();
    full.close();
    for (Socket socket : FILLING) {
      socket.close();
    }
  }

  @AfterEach
  void allMachinesAreFree() {
    await().until(() -> gateway.busy() == 0);
  }

  private void answers(String octets) {
    upstream.does(c -> {
      seen.add(c.head());
      c.say(octets);
    });
  }

  private static Answer call(String... fields) {
    return Wire.get(gateway.port(), "/call", Stream.concat(Stream.of("x-authority: 127.0.0.1:" + upstream.port()), Stream.of(fields)).toArray(String[]::new));
  }

  private static String error(String... fields) {
    Answer answer = call(fields);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.field("x-error");
  }

  private String seen() throws InterruptedException {
    String head = seen.poll(10, TimeUnit.SECONDS);
    assertThat(head).as("what the server was sent").isNotNull();
    return head;
  }

  // What goes out.

  @Test
  void theRequestGoesOutAsTheComponentMadeIt() throws Exception {
    answers(OK + "Content-Length: 2\r\nX-A: 1\r\nx-a: 2\r\n\r\nhi");
    Answer answer = call("x-target: /p%20q?r=1", "x-with: X-One=1", "x-with: x-two=2", "x-with: x-two=3");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("x-up-status")).isEqualTo("200");
    assertThat(answer.fields()).contains("up-x-a: 1", "up-x-a: 2");
    assertThat(answer.body()).isEqualTo("hi");
    assertThat(seen().toLowerCase(java.util.Locale.ROOT)).startsWith("get /p%20q?r=1 http/1.1\r\n").contains("\r\nhost: 127.0.0.1:" + upstream.port() + "\r\n",
        "\r\nx-one: 1\r\n", "\r\nx-two: 2\r\n", "\r\nx-two: 3\r\n").doesNotContain("transfer-encoding", "content-length", "user-agent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "transfer-encoding", "upgrade", "host",
      "http2-settings"})
  void whatConcernsTheConnectionIsForbidden(String name) {
    answers(OK + "Content-Length: 0\r\n\r\n");
    assertThat(call("x-with: " + name + "=x").field("x-refused")).isEqualTo(name + ": forbidden");
  }

  @ParameterizedTest
  @CsvSource({"PUT,200", "PATCH,200", "DELETE,200", "OPTIONS,200", "PURGE,200"})
  void everyMethodGoesOut(String method) throws Exception {
    answers(OK + "Content-Length: 2\r\n\r\nhi");
    assertThat(call("x-method: " + method).body()).isEqualTo("hi");
    assertThat(seen()).startsWith(method + " / HTTP/1.1\r\n");
  }

  @Test
  void aBodyIsStreamedWithItsTrailers() throws Exception {
    upstream.does(c -> {
      c.head();
      seen.add(c.chunked());
      c.say(OK + "Content-Length: 0\r\n\r\n");
    });
    assertThat(call("x-method: POST", "x-send: hello", "x-send-trailer: late").field("x-up-status")).isEqualTo("200");
    assertThat(seen()).startsWith("5\r\nhello\r\n").endsWith("0\r\nx-t: late\r\n\r\n");
  }

  @Test
  void aBodyWithItsLengthIsNotChunked() throws Exception {
    upstream.does(c -> {
      seen.add(c.head() + c.read(5));
      c.say(OK + "Content-Length: 0\r\n\r\n");
    });
    assertThat(call("x-method: POST", "x-with: content-length=5", "x-send: hello").field("x-up-status")).isEqualTo("200");
    assertThat(seen().toLowerCase(java.util.Locale.ROOT)).endsWith("\r\n\r\nhello").contains("content-length: 5").doesNotContain("chunked");
  }

  @Test
  void lessBodyThanItsLengthIsNoRequestAndTakesItsConnectionWithIt() throws Exception {
    upstream.does(c -> {
      c.head();
      seen.add("then " + c.in.readAllBytes().length); // and not the head of another request, which could be taken for the rest
    });
    Answer answer = call("x-method: POST", "x-with: content-length=500000", "x-send-kib: 400");
    assertThat(answer.field("x-send-error")).isEqualTo("HTTP-request-body-size");
    assertThat(answer.field("x-error")).isNotNull();
    assertThat(seen()).isEqualTo("then " + (400 << 10));
  }

  @Test
  void moreBodyThanItsLengthIsNotSent() {
    upstream.does(c -> {
      c.head();
      seen.add(c.read(100));
    });
    Answer answer = call("x-method: POST", "x-with: content-length=3", "x-send: hello");
    assertThat(answer.field("x-send-error")).isEqualTo("HTTP-request-body-size");
    assertThat(answer.field("x-error")).isNotNull();
  }

  @Test
  void theFunctionsOwnRequestIsPassedOnPieceByPiece() throws Exception {
    upstream.does(c -> {
      c.head();
      seen.add(c.chunked());
      c.say(OK + "Content-Length: 2\r\n\r\nok");
    });
    Answer answer = Wire.send(gateway.port(), "POST", "/call", "x".repeat(300_000), "content-length: 300000", "x-method: POST", "x-send-own: 1",
        "x-authority: 127.0.0.1:" + upstream.port());
    assertThat(answer.body()).isEqualTo("ok");
    assertThat(seen().chars().filter(c -> c == 'x').count()).isEqualTo(300_000);
  }

  @Test
  void aBodyThatIsGivenUpBreaksTheRequest() throws Exception {
    upstream.does(c -> {
      c.head();
      try {
        seen.add("whole " + c.chunked());
      } catch (IOException e) {
        seen.add("broken");
      }
    });
    call("x-method: POST", "x-send-kib: 400", "x-give-up: 1");
    assertThat(seen()).isEqualTo("broken");
  }

  @Test
  void anAnswerBeforeTheRequestIsWholeTakesTheConnectionWithIt() throws Exception {
    upstream.does(c -> {
      c.head();
      c.say(OK + "Content-Length: 2\r\n\r\nhi");
      seen.add("then " + c.in.readAllBytes().length);
    });
    Answer answer = Wire.send(gateway.port(), "POST", "/call", "half", "content-length: 4", "x-method: POST",
        "x-authority: 127.0.0.1:" + upstream.port(), "x-early: 1");
    assertThat(answer.body()).isEqualTo("hi");
    assertThat(seen()).startsWith("then ");
  }

  // What cannot be called.

  @Test
  void aServerThatIsNotInTheListIsDenied() {
    assertThat(error("x-authority: 127.0.0.1:" + upstream.port(), "x-scheme: https")).isEqualTo("HTTP-request-denied");
    assertThat(Wire.get(gateway.port(), "/call", "x-authority: 127.0.0.1:1").field("x-error")).isEqualTo("HTTP-request-denied");
    assertThat(Wire.get(gateway.port(), "/call", "x-authority: example.com").field("x-error")).isEqualTo("HTTP-request-denied");
  }

  @Test
  void nobodyThereIsRefused() {
    assertThat(Wire.get(gateway.port(), "/call", "x-authority: 127.0.0.1:" + closed).field("x-error")).isEqualTo("connection-refused");
  }

  @Test
  void aNameThatDoesNotExistIsAnErrorOfTheNamesService() {
    assertThat(Wire.get(gateway.port(), "/call", "x-authority: nowhere.invalid").field("x-error")).isEqualTo("DNS-error");
  }

  @Test
  void aServerThatTakesNoConnectionIsGivenUpInTheTimeThatTheComponentSets() {
    Answer answer = Wire.get(gateway.port(), "/call", "x-authority: 127.0.0.1:" + full.getLocalPort(), "x-connect-ms: 200");
    assertThat(answer.field("x-error")).isEqualTo("connection-timeout");
  }

  @Test
  void aCallWithoutAServerIsNoUri() {
    assertThat(Wire.get(gateway.port(), "/call").field("x-error")).isEqualTo("HTTP-request-URI-invalid");
  }

  // Servers that behave badly.

  @Test
  void aServerThatNeverAnswersIsGivenUpInTheTimeThatTheComponentSets() {
    upstream.does(c -> {
      c.head();
      c.awaitEnd();
    });
    assertThat(error("x-first-ms: 200")).isEqualTo("connection-read-timeout");
    await().untilAsserted(() -> assertThat(upstream.over).as("the connection is closed").hasValue(1));
  }

  @Test
  void aServerThatFallsSilentIsGivenUpInTheTimeThatTheComponentSets() {
    upstream.does(c -> {
      c.head();
      c.say(OK + "Content-Length: 10\r\n\r\nhalf");
      c.awaitEnd();
    });
    assertThat(call("x-between-ms: 200").body()).isEqualTo("half!connection-read-timeout");
    await().untilAsserted(() -> assertThat(upstream.over).as("the connection is closed").hasValue(1));
  }

  @Test
  void aServerThatNeverAnswersEndsWithTheFunctionsOwnTimeOut(@TempDir Path other) throws Exception {
    upstream.does(c -> {
      c.head();
      c.awaitEnd();
    });
    try (RealGateway hasty = RealGateway.start(other, ", timeout: 500ms, outbound: ['http://127.0.0.1:" + upstream.port() + "']")) {
      Answer answer = Wire.get(hasty.port(), "/call", "x-authority: 127.0.0.1:" + upstream.port());
      assertThat(answer.status()).isEqualTo(504);
      await().untilAsserted(() -> assertThat(upstream.over).as("the connection is closed").hasValue(1));
      await().until(() -> hasty.busy() == 0);
      assertThat(Wire.get(hasty.port(), "/hello").body()).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nConte"})
  void aServerThatClosesBeforeItsHeadHasTerminatedTheConnection(String octets) {
    answers(octets);
    assertThat(error()).isEqualTo("connection-terminated");
  }

  @Test
  void aResetBeforeTheHeadHasTerminatedTheConnection() {
    upstream.does(c -> {
      c.head();
      c.reset();
    });
    assertThat(error()).isEqualTo("connection-terminated");
  }

  @Test
  void aResetHalfWayIsAnIncompleteAnswer() {
    upstream.does(c -> {
      c.head();
      c.say(OK + "Content-Length: 10\r\n\r\nhalf");
      Thread.sleep(100); // or the reset overtakes the bytes
      c.reset();
    });
    assertThat(call().body()).isIn("half!HTTP-response-incomplete", "half!connection-terminated");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"})
  void fewerBytesThanSaidAreAnIncompleteAnswer(String octets) {
    answers(OK + octets);
    assertThat(call().body()).isEqualTo("half!HTTP-response-incomplete");
  }

  @Test
  void moreBytesThanSaidAreNotOfTheAnswer() {
    answers(OK + "Content-Length: 4\r\n\r\nhalf and more");
    Answer answer = call();
    assertThat(answer.body()).isEqualTo("half");
    assertThat(answer.trailers()).containsExactly("x-up-trailers: none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello there\r\n\r\n", "SMTP ready\r\n\r\n", "HTTP/1.1 abc\r\n\r\n"})
  void whatIsNotHttpIsAProtocolError(String octets) {
    answers(octets);
    assertThat(error()).isEqualTo("HTTP-protocol-error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n"})
  void brokenChunksAreAProtocolError(String octets) {
    answers(OK + octets);
    assertThat(call().body()).endsWith("!HTTP-protocol-error");
  }

  @Test
  void aHeadWithoutEndIsTooLarge() {
    upstream.does(c -> {
      c.head();
      c.say(OK);
      while (true) {
        c.say("x-wide: " + "x".repeat(1000) + "\r\n");
      }
    });
    assertThat(error()).isEqualTo("HTTP-response-header-section-size");
  }

  @Test
  void aServerThatAnswersForEverIsHeldWithinBoundsAndStopsWhenTheClientLeaves() throws Exception {
    upstream.does(c -> {
      c.head();
      c.say(OK + "Transfer-Encoding: chunked\r\n\r\n");
      while (true) {
        c.say("2710\r\n" + "x".repeat(10_000) + "\r\n");
      }
    });
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      socket.getOutputStream().write(("GET /call HTTP/1.1\r\nHost: a\r\nx-authority: 127.0.0.1:" + upstream.port() + "\r\n\r\n").getBytes());
      long[] last = {-1};
      await().during(500, TimeUnit.MILLISECONDS).until(() -> {
        long now = upstream.said.get();
        boolean stands = now == last[0] && now > 0;
        last[0] = now;
        return stands;
      });
      assertThat(upstream.said).as("what nobody reads is not fetched").hasValueLessThan(64 << 20);
    }
    await().untilAsserted(() -> assertThat(upstream.over).hasValue(1));
  }

  @Test
  void anAnswerThatTheComponentDropsIsNotReadOn() {
    upstream.does(c -> {
      c.head();
      c.say(OK + "Transfer-Encoding: chunked\r\n\r\n");
      while (true) {
        c.say("2710\r\n" + "x".repeat(10_000) + "\r\n");
      }
    });
    assertThat(call("x-take: 10").body()).endsWith("!dropped");
    await().untilAsserted(() -> assertThat(upstream.over).hasValue(1));
  }

  // Answers of all kinds.

  @Test
  void trailersOfTheAnswerArrive() {
    answers(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx-t: late\r\n\r\n");
    Answer answer = call();
    assertThat(answer.body()).isEqualTo("hi");
    assertThat(answer.trailers()).containsExactlyInAnyOrder("up-x-t: late", "x-up-trailers: some");
  }

  @Test
  void interimAnswersArePassedOver() {
    answers("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK + "Content-Length: 2\r\n\r\nhi");
    Answer answer = call();
    assertThat(answer.field("x-up-status")).isEqualTo("200");
    assertThat(answer.body()).isEqualTo("hi");
  }

  @ParameterizedTest
  @CsvSource({"204,''", "304,'Content-Length: 5'", "204,'Content-Length: 0'"})
  void anAnswerWithoutBodyHasNone(int status, String field) {
    answers("HTTP/1.1 " + status + " X\r\n" + (field.isEmpty() ? "" : field + "\r\n") + "\r\n");
    Answer answer = call();
    assertThat(answer.field("x-up-status")).isEqualTo("" + status);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.end()).isEqualTo(End.WHOLE);
  }

  @Test
  void theAnswerToHeadHasItsLengthAndNoBody() {
    answers(OK + "Content-Length: 5\r\n\r\n");
    Answer answer = call("x-method: HEAD");
    assertThat(answer.field("up-content-length")).isEqualTo("5");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void aRedirectIsNotFollowed() {
    answers("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + upstream.port() + "/other\r\nContent-Length: 0\r\n\r\n");
    Answer answer = call();
    assertThat(answer.field("x-up-status")).isEqualTo("302");
    assertThat(answer.field("up-location")).endsWith("/other");
    assertThat(upstream.requests).hasValue(1);
  }

  @Test
  void anAnswerUpToTheCloseIsWhole() {
    answers("HTTP/1.0 200 OK\r\n\r\nuntil the end");
    Answer answer = call();
    assertThat(answer.body()).isEqualTo("until the end");
    assertThat(answer.trailers()).containsExactly("x-up-trailers: none");
  }

  @Test
  void aCompressedAnswerIsLeftAsItIs() {
    answers(OK + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc");
    Answer answer = call();
    assertThat(answer.field("up-content-encoding")).isEqualTo("gzip");
    assertThat(answer.body()).isEqualTo("abc");
  }
}
