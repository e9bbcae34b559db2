package dev.mayfly.http;

import static dev.mayfly.http.GatewayFixture.exited;
import static dev.mayfly.http.GatewayFixture.failed;
import static dev.mayfly.http.GatewayFixture.function;
import static dev.mayfly.http.GatewayFixture.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Handler;
import dev.mayfly.http.RawClient.Reply;
import dev.mayfly.pool.Result;
import dev.mayfly.pool.Result.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as a client meets it, with functions that a test makes up. */
final class GatewayTest {
  private static final String HOST = "Host: a.example\r\n";
  private final GatewayFixture gateway = new GatewayFixture();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Reply ask(String head) {
    try (RawClient client = gateway.raw()) {
      return client.send(head + "\r\n" + HOST + "\r\n").reply(!head.startsWith("HEAD"));
    }
  }

  private static String post(String path, String fields, String body) {
    return "POST " + path + " HTTP/1.1\r\n" + HOST + fields + "\r\n" + body;
  }

  private static JsonObject problem(Reply reply, int status) {
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.field("content-type")).isEqualTo("application/problem+json");
    JsonObject document = new JsonObject(reply.body());
    assertThat(document.getInteger("status")).isEqualTo(status);
    assertThat(document.fieldNames()).contains("type", "title", "detail", "instance");
    return document;
  }

  @Test
  void anAnswerCarriesItsStartItsIsolationAndItsTimings() {
    Reply reply = gateway.echo().start().raw().send(post("/echo", "Content-Length: 3\r\n", "abc")).reply();
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("<abc>");
    assertThat(reply.field("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(reply.field("x-mayfly-start")).isEqualTo("warm");
    assertThat(reply.field("x-mayfly-isolation")).isEqualTo("kvm");
    assertThat(reply.field("server-timing")).isEqualTo("queue;dur=0.001, restore;dur=0, run;dur=2.346");
    assertThat(reply.field("date")).matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT");
    assertThat(reply.count("date")).isEqualTo(1);
  }

  @Test
  void aChunkedBodyIsItsChunksTogether() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      client.send(post("/echo", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n"));
      client.send("4 ; name = \"a\\\";\" ;b\r\ndefg\r\n000\r\nTrailer: x\r\n\r\n");
      assertThat(client.reply().body()).isEqualTo("<abcdefg>");
      assertThat(client.send("GET /echo HTTP/1.1\r\n" + HOST + "\r\n").reply().body()).isEqualTo("<>");
    }
  }

  @Test
  void requestsSentAheadAreAnsweredInTheirOrder() {
    Map<String, Promise<Result>> waiting = new ConcurrentHashMap<>();
    gateway.function("slow", Handler.STDOUT, i -> waiting.computeIfAbsent(i.body().toString(), b -> Promise.promise()).future()).start();
    try (RawClient client = gateway.raw()) {
      client.send(post("/slow", "Content-Length: 1\r\n", "1") + post("/slow", "Content-Length: 1\r\n", "2"));
      await().until(() -> waiting.containsKey("1"));
      waiting.computeIfAbsent("2", b -> Promise.promise()).complete(exited(0, "second"));
      waiting.get("1").complete(exited(0, "first"));
      assertThat(client.reply().body()).isEqualTo("first");
      assertThat(client.reply().body()).isEqualTo("second");
    }
  }

  @Test
  void aHeadIsAnsweredAsAGetWithoutItsBody() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      Reply reply = client.send("HEAD /echo HTTP/1.1\r\n" + HOST + "\r\n").reply(false);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.field("content-length")).isEqualTo("2");
      assertThat(client.send("HEAD /nothing HTTP/1.1\r\n" + HOST + "\r\n").reply(false).status()).isEqualTo(404);
      assertThat(client.send("GET /echo HTTP/1.1\r\n" + HOST + "\r\n").reply().body()).isEqualTo("<>");
    }
  }

  @Test
  void theAnswerToHeadInventsNoLength() {
    gateway.function("quiet", Handler.WAGI, i -> Future.succeededFuture(exited(0, "Content-Type: text/plain\n\n"))).start();
    try (RawClient client = gateway.raw()) {
      assertThat(client.send("HEAD /quiet HTTP/1.1\r\n" + HOST + "\r\n").reply(false).field("content-length")).isNull();
      assertThat(client.send("GET /quiet HTTP/1.1\r\n" + HOST + "\r\n").reply().field("content-length")).isEqualTo("0");
    }
  }

  @Test
  void whatNoRouteMatchesIsAProblem() {
    gateway.function(function("f", Handler.STDOUT, List.of(), Map.of(), GatewayFixture.LIMITS), route("/f", "f", "GET", "POST"),
        i -> Future.succeededFuture(exited(0, ""))).start();
    problem(ask("GET /g HTTP/1.1"), 404);
    Reply reply = ask("DELETE /f HTTP/1.1");
    problem(reply, 405);
    assertThat(reply.field("allow").split(", ")).containsExactlyInAnyOrder("GET", "HEAD", "POST", "OPTIONS");
    problem(ask("BREW /f HTTP/1.1"), 501);
    problem(ask("TRACE /f HTTP/1.1"), 405);
    problem(ask("GET /%zz HTTP/1.1"), 400);
    problem(ask("GET /../f HTTP/1.1"), 400);
    assertThat(gateway.invocations).isEmpty();
  }

  @Test
  void optionsAreAnsweredUnlessARouteTakesThem() {
    gateway.function(function("f", Handler.STDOUT, List.of(), Map.of(), GatewayFixture.LIMITS), route("/f", "f", "GET"),
        i -> Future.succeededFuture(exited(0, "f"))).echo().start();
    Reply reply = ask("OPTIONS /f HTTP/1.1");
    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.field("allow").split(", ")).containsExactlyInAnyOrder("GET", "HEAD", "OPTIONS");
    assertThat(reply.field("content-length")).isNull();
    assertThat(ask("OPTIONS * HTTP/1.1").status()).isEqualTo(204);
    assertThat(ask("OPTIONS http://a.example HTTP/1.1").status()).isEqualTo(204);
    assertThat(ask("OPTIONS /echo HTTP/1.1").body()).isEqualTo("<>");
  }

  @Test
  void traceIsRefusedThoughARouteTakesAllMethods() {
    gateway.echo().start();
    Reply reply = ask("TRACE /echo HTTP/1.1");
    problem(reply, 405);
    assertThat(reply.field("allow")).contains("GET").doesNotContain("TRACE");
  }

  @Test
  void aWholeUriCountsBeforeTheHost() {
    Configuration.Route onB = new Configuration.Route("/f", List.of(), Optional.of("b.example"), "f", Optional.empty());
    gateway.function(function("f", Handler.STDOUT, List.of(), Map.of(), GatewayFixture.LIMITS), onB, i -> Future.succeededFuture(exited(0, "f"))).start();
    assertThat(ask("GET http://B.example:81/f?q HTTP/1.1").status()).isEqualTo(200);
    assertThat(ask("GET /f HTTP/1.1").status()).isEqualTo(404);
  }

  @Test
  void aRequestLineOfEightThousandOctetsIsTaken() {
    gateway.echo().start();
    assertThat(ask("GET /echo?" + "q".repeat(7_981) + " HTTP/1.1").status()).isEqualTo(200);
  }

  @Test
  void emptyLinesBeforeARequestAreSkipped() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.send("\r\n\r\nGET /echo HTTP/1.1\r\n" + HOST + "\r\n").reply().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aRequestMayComeAnOctetAtATime() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      post("/echo", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n").chars().forEach(c -> client.send(Character.toString(c)));
      assertThat(client.reply().body()).isEqualTo("<abc>");
    }
  }

  @Test
  void versionsAboveOneOneAreAnsweredAsOneOne() {
    gateway.echo().start();
    assertThat(ask("GET /echo HTTP/1.2").status()).isEqualTo(200);
  }

  @Test
  void aConnectionIsKeptAndClosedAsTheVersionHasIt() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      assertThat(client.send("GET /echo HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n").reply().field("connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
    try (RawClient client = gateway.raw()) {
      assertThat(client.send("GET /echo HTTP/1.0\r\n\r\n").reply().status()).isEqualTo(200);
      assertThat(client.isClosed()).isTrue();
    }
    try (RawClient client = gateway.raw()) {
      assertThat(client.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").reply().field("connection")).isEqualTo("keep-alive");
      assertThat(client.send("GET /echo HTTP/1.0\r\n\r\n").reply().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Connection: te, Close\r\n", "Connection: te\r\nConnection: close\r\n",
      "Connection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n"})
  void aCloseAmongOtherOptionsCounts(String fields) {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      Reply reply = client.send("GET /echo HTTP/1.1\r\n" + HOST + fields + "\r\n").reply();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.field("connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void anOldClientsWishToKeepTheConnectionCountsAmongOtherOptions() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      client.send("GET /echo HTTP/1.0\r\nConnection: te, Keep-Alive\r\n\r\n").reply();
      assertThat(client.send("GET /echo HTTP/1.0\r\n\r\n").reply().status()).isEqualTo(200);
    }
  }

  @Test
  void aBodyWaitedForIsAskedFor() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      client.send(post("/echo", "Content-Length: 3\r\nExpect: 100-continue\r\n", ""));
      assertThat(client.reply().status()).isEqualTo(100);
      assertThat(client.send("abc").reply().body()).isEqualTo("<abc>");
    }
    try (RawClient client = gateway.raw()) {
      client.send(post("/nothing", "Content-Length: 3\r\nExpect: 100-continue\r\n", ""));
      assertThat(client.reply().status()).isEqualTo(404);
      assertThat(client.isClosed()).isTrue();
    }
    try (RawClient client = gateway.raw()) {
      problem(client.send(post("/echo", "Content-Length: 3\r\nExpect: tea\r\n", "")).reply(), 417);
    }
  }

  @Test
  void aBodyTooLargeIsRefusedByItsLengthBeforeItComes() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      problem(client.send(post("/echo", "Content-Length: 100001\r\nExpect: 100-continue\r\n", "")).reply(), 413);
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(gateway.invocations).isEmpty();
  }

  @Test
  void aBodyTooLargeIsRefusedAsItComes() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      client.send(post("/echo", "Transfer-Encoding: chunked\r\n", "186a1\r\n" + "a".repeat(100_001)));
      problem(client.reply(), 413);
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(gateway.invocations).isEmpty();
  }

  @Test
  void aClientThatSendsAllBeforeItReadsGetsTheRefusal() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      problem(client.send(post("/echo", "Content-Length: 20000000\r\n", "a".repeat(20_000_000))).reply(), 413);
    }
  }

  @Test
  void aBodyAtItsLimitIsTaken() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      assertThat(client.send(post("/echo", "Content-Length: 100000\r\n", "a".repeat(100_000))).reply().body()).hasSize(100_002);
    }
  }

  @Test
  void headersTooLongForTheFunctionAreRefused() {
    Configuration.Limits limits = new Configuration.Limits(1000, 1000, 200, 1000, Duration.ofSeconds(1));
    gateway.function(function("f", Handler.STDOUT, List.of(), Map.of(), limits), route("/f", "f"), i -> Future.succeededFuture(exited(0, "f"))).start();
    try (RawClient client = gateway.raw()) {
      problem(client.send("GET /f HTTP/1.1\r\n" + HOST + "A: " + "a".repeat(200) + "\r\n\r\n").reply(), 431);
      assertThat(client.send("GET /f HTTP/1.1\r\n" + HOST + "A: " + "a".repeat(100) + "\r\n\r\n").reply().status()).isEqualTo(200);
    }
  }

  @Test
  void aHeadThatCannotBeHandedOverIsRefused() {
    Configuration.Limits limits = new Configuration.Limits(1000, 1000, 1 << 20, 1000, Duration.ofSeconds(1));
    gateway.function(function("f", Handler.WAGI, List.of(), Map.of("BIG", "b".repeat(200_000)), limits), route("/f", "f"), i -> Future.succeededFuture(exited(0, "f")))
        .start();
    try (RawClient client = gateway.raw()) {
      problem(client.send("GET /f HTTP/1.1\r\n" + HOST + "A: " + "a".repeat(100_000) + "\r\n\r\n").reply(), 431);
    }
    assertThat(gateway.invocations).isEmpty();
  }

  @Test
  void anExitStatusIsAMember() {
    gateway.function("f", Handler.STDOUT, i -> Future.succeededFuture(exited(3, "not shown"))).start();
    Reply reply = ask("GET /f HTTP/1.1");
    JsonObject document = problem(reply, 502);
    assertThat(document.getInteger("exit")).isEqualTo(3);
    assertThat(document.getString("function")).isEqualTo("f");
    assertThat(reply.body()).doesNotContain("not shown");
    assertThat(reply.field("x-mayfly-start")).isEqualTo("warm");
  }

  @ParameterizedTest
  @CsvSource({"TRAPPED,502", "BROKEN,502", "CANNOT_START,502", "OUTPUT_TOO_LARGE,502", "TIMED_OUT,504", "CPU_EXCEEDED,504"})
  void aFailureIsToldWithoutItsReason(Verdict verdict, int status) {
    gateway.function("f", Handler.STDOUT, i -> Future.succeededFuture(failed(verdict))).start();
    Reply reply = ask("GET /f HTTP/1.1");
    problem(reply, status);
    assertThat(reply.body()).doesNotContain("secret");
    assertThat(reply.field("x-mayfly-start")).isEqualTo("cold");
    assertThat(reply.field("x-mayfly-isolation")).isEqualTo("kvm");
    assertThat(reply.field("server-timing")).isEqualTo("queue;dur=0, restore;dur=3, run;dur=0");
    assertThat(gateway.metrics.text()).contains("mayfly_requests_total{function=\"f\",status=\"" + status + "\"} 1.0");
  }

  @ParameterizedTest
  @EnumSource(value = Verdict.class, names = {"QUEUE_FULL", "QUEUE_TIMEOUT", "CIRCUIT_OPEN", "STOPPING"})
  void aRefusalSaysWhenToComeBack(Verdict verdict) {
    gateway.function("f", Handler.STDOUT, i -> Future.succeededFuture(failed(verdict))).start();
    Reply reply = ask("GET /f HTTP/1.1");
    problem(reply, 503);
    assertThat(Integer.parseInt(reply.field("retry-after"))).isPositive();
    assertThat(reply.field("x-mayfly-start")).isNull();
    assertThat(gateway.metrics.text()).doesNotContain("mayfly_starts_total{function=\"f\",start=\"cold\"} 1.0");
  }

  @Test
  void aGatewayThatFailsSaysSoAndGoesOn() {
    gateway.function("f", Handler.STDOUT, i -> {
      throw new IllegalStateException("secret");
    }).echo().start();
    Reply reply = ask("GET /f HTTP/1.1");
    problem(reply, 500);
    assertThat(reply.body()).doesNotContain("secret");
    assertThat(ask("GET /echo HTTP/1.1").status()).isEqualTo(200);
  }

  @Test
  void aRouteAboveItsLimitSaysWhenToComeBack() {
    Configuration.Route limited = new Configuration.Route("/f", List.of(), Optional.empty(), "f", Optional.of(0.001));
    gateway.function(function("f", Handler.STDOUT, List.of(), Map.of(), GatewayFixture.LIMITS), limited, i -> Future.succeededFuture(exited(0, "f"))).start();
    assertThat(ask("GET /f HTTP/1.1").status()).isEqualTo(200);
    Reply reply = ask("GET /f HTTP/1.1");
    problem(reply, 429);
    assertThat(Integer.parseInt(reply.field("retry-after"))).isBetween(900, 1000);
  }

  @Test
  void anAnswerFromAnotherThreadIsWritten() {
    gateway.function("f", Handler.STDOUT, i -> {
      Promise<Result> promise = Promise.promise();
      Thread.ofPlatform().start(() -> promise.complete(exited(0, "elsewhere")));
      return promise.future();
    }).start();
    assertThat(ask("GET /f HTTP/1.1").body()).isEqualTo("elsewhere");
  }

  @Test
  void aClientThatLeavesHarmsNobody() throws InterruptedException {
    Promise<Result> result = Promise.promise();
    gateway.function("f", Handler.STDOUT, i -> result.future()).echo().start();
    RawClient client = gateway.raw().send("GET /f HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(gateway.invocations.poll(10, TimeUnit.SECONDS)).isNotNull();
    client.close();
    result.complete(exited(0, "too late"));
    assertThat(ask("GET /echo HTTP/1.1").status()).isEqualTo(200);
  }

  @Test
  void aCgiResponseIsTheAnswer() {
    String output = "Content-Type: application/json\nStatus: 201 Made\nX-Probe: yes\nConnection: close\nContent-Length: 99\nSet-Cookie: a\nSet-Cookie: b\n\n{}";
    gateway.function("f", Handler.WAGI, i -> Future.succeededFuture(exited(0, output))).start();
    Reply reply = ask("GET /f HTTP/1.1");
    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.body()).isEqualTo("{}");
    assertThat(reply.field("content-type")).isEqualTo("application/json");
    assertThat(reply.field("x-probe")).isEqualTo("yes");
    assertThat(reply.field("connection")).isNull();
    assertThat(reply.count("set-cookie")).isEqualTo(2);
    assertThat(reply.count("content-length")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no headers at all", "X-Only: this\n\nbody", "Content-Type: a\nnot a header\n\n", "Status: 99\n\n", "Status: 101\n\n"})
  void outputThatIsNoCgiResponseIsAProblem(String output) {
    gateway.function("f", Handler.WAGI, i -> Future.succeededFuture(exited(0, output))).start();
    problem(ask("GET /f HTTP/1.1"), 502);
  }

  @Test
  void aStatusWithoutBodyHasNone() {
    gateway.function("f", Handler.WAGI, i -> Future.succeededFuture(exited(0, "Status: 204\n\nignored"))).start();
    try (RawClient client = gateway.raw()) {
      for (int i = 0; i < 2; i++) {
        Reply reply = client.send("GET /f HTTP/1.1\r\n" + HOST + "\r\n").reply();
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.field("content-length")).isNull();
      }
    }
  }

  @Test
  void aPortThatIsTakenIsSaidInOneLine() {
    gateway.echo().start();
    try (GatewayFixture second = new GatewayFixture().echo().listen(gateway.port())) {
      assertThatThrownBy(second::start).isInstanceOf(PortTaken.class)
          .hasMessageStartingWith("port " + gateway.port() + " is taken: ").hasMessageContaining("'listen:'").hasMessageNotContaining("\n");
    }
  }

  @Test
  void aRequestInFlightIsAnsweredWhenTheGatewayStops() throws InterruptedException {
    Promise<Result> result = Promise.promise();
    gateway.function("f", Handler.STDOUT, i -> result.future()).start();
    try (RawClient client = gateway.raw().send("GET /f HTTP/1.1\r\n" + HOST + "\r\n")) {
      assertThat(gateway.invocations.poll(10, TimeUnit.SECONDS)).isNotNull();
      Future<Void> stopped = gateway.gateway.stop(Duration.ofSeconds(30));
      assertThat(gateway.gateway.serving()).isFalse();
      assertThat(stopped.isComplete()).isFalse();
      result.complete(exited(0, "late"));
      assertThat(client.reply().body()).isEqualTo("late");
      assertThat(client.isClosed()).isTrue();
      stopped.await(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("the gateway does not stop", e);
    }
  }

  @Test
  void whatIsNotAnsweredWithinTheGraceIsCutOff() throws Exception {
    gateway.function("f", Handler.STDOUT, i -> Promise.<Result>promise().future()).start();
    try (RawClient client = gateway.raw().send("GET /f HTTP/1.1\r\n" + HOST + "\r\n")) {
      assertThat(gateway.invocations.poll(10, TimeUnit.SECONDS)).isNotNull();
      gateway.gateway.stop(Duration.ofMillis(50)).await(10, TimeUnit.SECONDS);
      assertThat(client.isClosed()).isTrue();
    }
  }
}
