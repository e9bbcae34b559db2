package dev.mayfly.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mayfly.RealGateway;
import dev.mayfly.component.Wire.Answer;
import dev.mayfly.component.Wire.End;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same component in Mayfly and in {@code wasmtime serve}, side by side. Needs {@code wasmtime} in the PATH, or where the environment variable
 * WASMTIME says ({@code cargo install wasmtime-cli}).
 */
@Timeout(60)
final class BesideWasmtimeTest {
  /** What each server says of itself and of the connection. */
  private static final Set<String> THEIR_OWN = Set.of("date", "server", "server-timing", "x-mayfly-start", "x-mayfly-isolation", "connection", "transfer-encoding",
      "content-length");

  @TempDir static Path folder;
  private static RealGateway mayfly;
  private static Process wasmtime;
  private static int beside;
  private static int closed;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = program();
    assumeTrue(program.isPresent(), "no wasmtime at hand: it is neither in the PATH nor named by WASMTIME");
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = gone.getLocalPort();
    }
    mayfly = RealGateway.start(folder, ", timeout: 10s, outbound: ['http://127.0.0.1:" + closed + "', 'http://nowhere.invalid']");
    wasmtime = new ProcessBuilder(program.get().toString(), "serve", "--addr", "127.0.0.1:0", "-S", "cli", "-S", "inherit-network",
        RealGateway.guest().toString()).redirectErrorStream(true).start();
    BufferedReader said = wasmtime.inputReader();
    String line = said.readLine();
    assertThat(line).startsWith("Serving HTTP on http://127.0.0.1:");
    beside = Integer.parseInt(line.replaceFirst(".*:([0-9]+)/.*", "$1"));
    Thread.ofVirtual().start(() -> said.lines().forEach(x -> {}));
  }

  private static Optional<Path> program() {
    String named = System.getenv("WASMTIME");
    Stream<Path> places = named != null ? Stream.of(Path.of(named))
        : Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, "wasmtime"));
    return places.filter(Files::isExecutable).findFirst();
  }

  @AfterAll
  static void stop() throws IOException {
    if (wasmtime != null) {
      wasmtime.destroy();
    }
    if (mayfly != null) {
      mayfly.close();
    }
  }

  private static List<String> kept(Answer answer) {
    return answer.fields().stream().filter(f -> !THEIR_OWN.contains(f.substring(0, f.indexOf(':')))).toList();
  }

  private static void same(IntFunction<Answer> ask) {
    Answer ours = ask.apply(mayfly.port());
    Answer theirs = ask.apply(beside);
    assertThat(ours.status()).isEqualTo(theirs.status());
    assertThat(kept(ours)).containsExactlyElementsOf(kept(theirs));
    assertThat(ours.body()).isEqualTo(theirs.body());
    assertThat(ours.end()).isEqualTo(theirs.end());
    assertThat(ours.end()).isNotEqualTo(End.NO_HEAD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "nowhere", "a/../hello", "hello?a=%41&b", "no-body", "no-bytes", "length", "length-zero", "returned", "names",
      "twice-whole", "trap-end", "exit-half", "exit-end", "ask", "ask?x=1", "%61sk", "no-number", "two-lengths", "past-end"})
  void theSame(String path) {
    same(port -> Wire.get(port, "/" + path));
  }

  @Test
  void theSameFieldsOfAnAnswer() {
    String[] asked = {"X-Upper: 1", "x-many: 1", "x-many: 2", "x-empty:", "TE: trailers", "Keep-Alive: 5", "Cookie: a=1"};
    assertThat(Wire.get(mayfly.port(), "/ask", asked).body().lines()).containsExactlyInAnyOrderElementsOf(Wire.get(beside, "/ask", asked).body().lines().toList());
    Answer ours = Wire.get(mayfly.port(), "/odd-fields");
    Answer theirs = Wire.get(beside, "/odd-fields");
    assertThat(ours.fields()).containsAll(kept(theirs)).contains("date: then", "server: me");
  }

  @Test
  void theSameBodies() {
    same(port -> Wire.send(port, "POST", "/echo", "x".repeat(200_000), "content-length: 200000"));
    same(port -> Wire.send(port, "POST", "/echo", "2\r\nhi\r\n3\r\n ho\r\n0\r\n\r\n", "transfer-encoding: chunked"));
    same(port -> Wire.send(port, "POST", "/past-end", "hello", "content-length: 5"));
    same(port -> Wire.send(port, "POST", "/past-end", "2\r\nhi\r\n0\r\nx-t: late\r\n\r\n", "transfer-encoding: chunked"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"length", "no-body", "hello", "nowhere"})
  void theSameAnswerToHead(String path) {
    same(port -> Wire.send(port, "HEAD", "/" + path, ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 99, 200, 201, 404, 418, 500, 599, 600, 999, 1000, 65_535})
  void theSameStatus(int status) {
    same(port -> Wire.get(port, "/status", "x-status: " + status));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "PURGE"})
  void theSameMethods(String method) {
    same(port -> Wire.send(port, method, "/hello", ""));
  }

  @Test
  void theSameErrorsOfCalls() {
    same(port -> Wire.get(port, "/call", "x-authority: 127.0.0.1:" + closed));
    same(port -> Wire.get(port, "/call", "x-authority: nowhere.invalid"));
    same(port -> Wire.get(port, "/call"));
    same(port -> Wire.get(port, "/call", "x-authority: a b"));
    same(port -> Wire.get(port, "/call", "x-authority: a", "x-target: a b"));
    same(port -> Wire.get(port, "/call", "x-authority: a", "x-method: A B"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"never", "error", "trap", "exit-ok", "exit-failed", "interim"})
  void aFailureIsABadGatewayWhereTheirsIsAnInternalServerError(String path) {
    assertThat(Wire.get(beside, "/" + path).status()).isEqualTo(500);
    Answer ours = Wire.get(mayfly.port(), "/" + path);
    assertThat(ours.status()).isEqualTo(502);
    assertThat(ours.field("content-type")).isEqualTo("application/problem+json");
  }

  /** Theirs at times before its head is out. */
  @ParameterizedTest
  @ValueSource(strings = {"dropped", "dropped-length", "dropped-empty", "too-short"})
  void aBodyThatIsNotFinishedBreaksOffInBoth(String path) {
    assertThat(Wire.get(beside, "/" + path).end()).isNotEqualTo(End.WHOLE);
    assertThat(Wire.get(mayfly.port(), "/" + path).end()).isEqualTo(End.BROKEN);
  }

  /** What the README's table has. */
  @ParameterizedTest
  @CsvSource({"twice,200 BROKEN one,200 WHOLE one", "trap-head,200 BROKEN,200 WHOLE", "trap-half,200 BROKEN half,200 WHOLE half",
      "too-long,200 BROKEN,200 WHOLE hal"})
  void knownDifferences(String path, String ours, String theirs) {
    assertThat(brief(Wire.get(mayfly.port(), "/" + path))).isEqualTo(ours);
    assertThat(brief(Wire.get(beside, "/" + path))).isEqualTo(theirs);
  }

  private static String brief(Answer answer) {
    return (answer.status() + " " + answer.end() + " " + answer.body()).strip();
  }

  @Test
  void trailersGoOutWhetherTheClientSaysThatItTakesThemOrNot() {
    assertThat(Wire.get(mayfly.port(), "/trailers").trailers()).containsExactly("x-t: v");
    assertThat(Wire.get(beside, "/trailers").trailers()).isEmpty();
  }
}
