package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.config.Configuration;
import dev.mayfly.pool.ComponentPool;
import dev.mayfly.pool.ComponentScript;
import dev.mayfly.pool.FunctionPool;
import dev.mayfly.pool.HttpInvocation;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.HttpHandOver;
import dev.mayfly.vm.Outcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Components over HTTP, from the socket to machines without a guest. */
@Timeout(60)
final class ComponentTest {
  private static final String GET = "GET /c/x?q=%41 HTTP/1.1\r\nHost: A.example:81\r\n";
  private final GatewayFixture gateway = new GatewayFixture();
  private final LinkedBlockingQueue<HandOver> handOvers = new LinkedBlockingQueue<>();
  private ComponentPool pool;
  private FunctionPool functions;

  @AfterEach
  void stop() throws Exception {
    gateway.gateway.stop(Duration.ofSeconds(1)).await();
    pool.close();
    gateway.close();
    assertThat(pool.wrong()).isEmpty();
    assertThat(pool.memory.used()).isZero();
  }

  private RawClient start(ComponentScript.Guest guest) {
    return start(new ComponentPool(guest));
  }

  private RawClient start(ComponentPool made) {
    return start(made, GatewayFixture.route("/c/*", "c"));
  }

  private RawClient start(ComponentPool made, Configuration.Route route) {
    pool = made;
    functions = made.start(gateway.vertx);
    gateway.component(made.function(), route, FunctionInvoker.component(this::serve)).start();
    return gateway.raw();
  }

  private dev.mayfly.pool.HttpServing serve(HttpInvocation invocation) {
    handOvers.add(invocation.handOver());
    return functions.serve(invocation);
  }

  @Test
  void aWholeAnswerHasItsLengthAndOurFields() {
    try (RawClient client = start(ComponentScript.says("hello", "Content-Type", "text/x", "Connection", "close", "X-Mayfly-Start", "forged"))) {
      RawClient.Reply reply = client.send(GET + "\r\n").reply();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo("hello");
      assertThat(reply.field("content-type")).isEqualTo("text/x");
      assertThat(reply.field("connection")).isNull();
      assertThat(reply.fields()).contains("x-mayfly-start: cold").doesNotContain("x-mayfly-start: forged");
      assertThat(reply.field("x-mayfly-isolation")).isEqualTo("kvm");
      assertThat(reply.field("server-timing")).startsWith("queue;dur=");
      assertThat(reply.count("date")).isEqualTo(1);
      assertThat(reply.count("server")).isEqualTo(1);
      assertThat(client.send(GET + "\r\n").reply().body()).as("the connection goes on").isEqualTo("hello");
    }
  }

  @Test
  void theRequestIsHandedOverAsItCame() throws Exception {
    try (RawClient client = start(ComponentScript.says("x"))) {
      client.send(GET + "X-A: 1\r\nx-a: \u00fc\r\nConnection: keep-alive\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nTE: trailers\r\n\r\n").reply();
    }
    HttpHandOver given = HttpHandOver.of(handOvers.take());
    assertThat(given.request()).containsExactly("GET", "http", "A.example:81", "/c/x?q=%41");
    assertThat(given.fields()).containsExactly("X-A: 1", "x-a: \u00fc", "TE: trailers");
  }

  @Test
  void whatSpinSaysOfARequestIsTheGatewaysWordAlone() throws Exception {
    Configuration.SpinTrigger trigger = new Configuration.SpinTrigger("/c/...", "/c/...");
    try (RawClient client = start(new ComponentPool(ComponentScript.says("x")),
        new Configuration.Route("/c/*", List.of(), Optional.empty(), "c", Optional.empty(), Optional.of(trigger)))) {
      client.send(GET + "Spin-Client-Addr: 6.6.6.6:1\r\nSPIN-PATH-MATCH-ID: 1\r\nSpin-Else: 1\r\n\r\n").reply();
    }
    assertThat(HttpHandOver.of(handOvers.take()).fields()).contains("spin-path-info: /x", "spin-full-url: http://A.example:81/c/x?q=%41", "Spin-Else: 1")
        .anyMatch(field -> field.matches("spin-client-addr: 127\\.0\\.0\\.1:[0-9]+")).noneMatch(field -> field.contains("6.6.6.6") || field.contains("PATH-MATCH"));
  }

  @Test
  void withoutSpinNobodySaysIt() throws Exception {
    try (RawClient client = start(ComponentScript.says("x"))) {
      client.send(GET + "Spin-Full-Url: http://forged/\r\n\r\n").reply();
    }
    assertThat(HttpHandOver.of(handOvers.take()).fields()).isEmpty();
  }

  @Test
  void aHeadWithoutABodyYetGoesOutAtOnceAndChunksFollowOneByOne() {
    AtomicInteger turn = new AtomicInteger();
    ComponentScript.Guest ticks = guest -> {
      if (guest.entry == 1) {
        guest.head(200, "content-type", "text/event-stream").want();
        return null;
      }
      for (ComponentScript.Given given : guest.read()) {
        if (given.kind() == 65) {
          guest.end("x-t", "v");
          return ComponentScript.EXITED;
        }
        guest.body("event " + turn.incrementAndGet()).want();
      }
      return null;
    };
    try (RawClient client = start(ticks)) {
      client.send("POST /c/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      RawClient.Reply head = client.reply();
      assertThat(head.field("transfer-encoding")).isEqualTo("chunked");
      for (int i = 1; i <= 3; i++) {
        client.send("1\r\nx\r\n");
        assertThat(client.chunk()).isEqualTo("event " + i);
      }
      client.send("0\r\n\r\n");
      assertThat(client.chunk()).isEmpty();
      assertThat(client.lines()).containsExactly("x-t: v");
      assertThat(client.send(GET + "\r\n").reply().status()).as("the connection goes on").isEqualTo(200);
    }
  }

  @Test
  void theAnswerToHeadHasNoBodyAndTheLengthThatTheComponentSays() {
    try (RawClient client = start(ComponentScript.says("hello", "content-length", "5"))) {
      RawClient.Reply reply = client.send("HEAD /c/ HTTP/1.1\r\nHost: a\r\n\r\n").reply(false);
      assertThat(reply.field("content-length")).isEqualTo("5");
      assertThat(client.send(GET + "\r\n").reply().body()).isEqualTo("hello");
    }
  }

  @Test
  void theAnswerToHeadInventsNoLength() {
    try (RawClient client = start(ComponentScript.says("hello"))) {
      RawClient.Reply reply = client.send("HEAD /c/ HTTP/1.1\r\nHost: a\r\n\r\n").reply(false);
      assertThat(reply.field("content-length")).isNull();
      assertThat(client.send(GET + "\r\n").reply().body()).isEqualTo("hello");
    }
  }

  @Test
  void aStatusWithoutBodyHasNone() {
    try (RawClient client = start(guest -> {
      guest.head(204, "content-length", "3").body("abc").end();
      return ComponentScript.EXITED;
    })) {
      RawClient.Reply reply = client.send(GET + "\r\n").reply(false);
      assertThat(reply.status()).isEqualTo(204);
      assertThat(reply.fields()).noneMatch(f -> f.startsWith("content-length") || f.startsWith("transfer-encoding"));
      assertThat(client.send(GET + "\r\n").reply(false).status()).isEqualTo(204);
    }
  }

  @Test
  void anHttp10ClientIsAnsweredUpToTheClose() {
    try (RawClient client = start(guest -> {
      if (guest.entry == 1) {
        guest.head(200).body("one ");
        return new Outcome.Waiting(5_000_000, false);
      }
      guest.body("two").end();
      return ComponentScript.EXITED;
    })) {
      client.send("GET /c/ HTTP/1.0\r\n\r\n");
      RawClient.Reply reply = client.reply();
      assertThat(reply.field("transfer-encoding")).isNull();
      assertThat(client.rest()).isEqualTo("one two");
    }
  }

  @Test
  void anHttp10ClientSeesAnAnswerThatBrokeOffAsAReset() {
    try (RawClient client = start(guest -> {
      guest.head(200).body("half").abort();
      return ComponentScript.EXITED;
    })) {
      client.send("GET /c/ HTTP/1.0\r\n\r\n");
      String rest;
      try {
        client.reply();
        rest = client.rest();
      } catch (java.io.UncheckedIOException e) {
        rest = null;
      }
      assertThat(rest).isNull();
    }
  }

  @Test
  void whatBreaksOffHasNoLastChunk() {
    try (RawClient client = start(guest -> {
      guest.head(200).body("half").abort();
      return ComponentScript.EXITED;
    })) {
      client.send(GET + "\r\n");
      assertThat(client.reply().status()).isEqualTo(200);
      assertThat(client.rest()).isEqualTo("4\r\nhalf\r\n");
    }
  }

  @Test
  void aTrapAfterTheHeadBreaksOffToo() {
    try (RawClient client = start(guest -> {
      guest.head(200);
      return new Outcome.Trapped("secret");
    })) {
      client.send(GET + "\r\n");
      assertThat(client.reply().status()).isEqualTo(200);
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void failuresBeforeTheHeadAreProblems() {
    problem(guest -> new Outcome.Trapped("secret"), 502, "trap");
  }

  @Test
  void noAnswerIsAProblem() {
    problem(guest -> ComponentScript.EXITED, 502, "no-response");
  }

  @Test
  void anErrorInsteadOfAnAnswerIsAProblem() {
    problem(guest -> {
      guest.error("internal-error", "secret");
      return ComponentScript.EXITED;
    }, 502, "error-response");
  }

  @Test
  void aFieldThatCannotBeSentIsAProblem() {
    problem(ComponentScript.says("x", "x-a", "1\r\nx-b: 2"), 502, "bad-response");
  }

  @Test
  void aNameThatCannotBeSentIsAProblem() {
    problem(ComponentScript.says("x", "x a", "1"), 502, "bad-response");
  }

  @Test
  void anInterimStatusIsAProblem() {
    problem(guest -> {
      guest.head(103).end();
      return ComponentScript.EXITED;
    }, 502, "bad-response");
  }

  @Test
  void twoLengthsAreAProblem() {
    problem(ComponentScript.says("x", "content-length", "1", "Content-Length", "2"), 502, "bad-response");
  }

  private void problem(ComponentScript.Guest guest, int status, String kind) {
    try (RawClient client = start(guest)) {
      for (int i = 0; i < 2; i++) {
        RawClient.Reply reply = client.send(GET + "\r\n").reply();
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.field("content-type")).isEqualTo("application/problem+json");
        assertThat(reply.field("x-mayfly-isolation")).isEqualTo("kvm");
        assertThat(reply.body()).contains("urn:mayfly:problem:" + kind).doesNotContain("secret");
      }
    }
  }

  @Test
  void fewerBytesThanSaidBreakTheConnection() {
    try (RawClient client = start(ComponentScript.says("abc", "content-length", "5"))) {
      assertThat(client.send(GET + "\r\n").rest()).contains("200 OK").doesNotContain("abcxx");
    }
  }

  @Test
  void moreBytesThanSaidBreakTheConnection() {
    try (RawClient client = start(ComponentScript.says("abcdef", "content-length", "5"))) {
      assertThat(client.send(GET + "\r\n").rest()).contains("200 OK").doesNotContain("abcde");
    }
  }

  @Test
  void theLengthThatTheComponentSaysIsKept() {
    try (RawClient client = start(guest -> {
      if (guest.entry == 1) {
        guest.head(200, "Content-Length", "6").body("abc");
        return new Outcome.Waiting(1_000_000, false);
      }
      guest.body("def").end();
      return ComponentScript.EXITED;
    })) {
      RawClient.Reply reply = client.send(GET + "\r\n").reply();
      assertThat(reply.body()).isEqualTo("abcdef");
      assertThat(reply.field("transfer-encoding")).isNull();
    }
  }

  @Test
  void aLargeBodyIsEchoedWithBoundedMemory() throws Exception {
    start(ComponentScript.echo()).close();
    Echoed echoed = echo(gateway.vertx.createHttpClient(), 64 << 20);
    assertThat(echoed.bytes).isEqualTo(64 << 20);
  }

  @Test
  void aLargeBodyIsEchoedOverHttp2() throws Exception {
    start(ComponentScript.echo()).close();
    assertThat(echo(http2(), 16 << 20).bytes).isEqualTo(16 << 20);
  }

  private HttpClient http2() {
    return gateway.vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
  }

  private static final class Echoed {
    private long bytes;
  }

  private Echoed echo(HttpClient client, long size) throws Exception {
    Echoed echoed = new Echoed();
    HttpClientRequest request = client.request(HttpMethod.POST, gateway.port(), "127.0.0.1", "/c/").await();
    request.setChunked(request.version() == HttpVersion.HTTP_1_1);
    Buffer piece = Buffer.buffer(new byte[64 * 1024]);
    long[] left = {size};
    Runnable[] more = {null};
    more[0] = () -> {
      while (left[0] > 0 && !request.writeQueueFull()) {
        left[0] -= piece.length();
        request.write(piece);
      }
      if (left[0] == 0) {
        left[0] = -1;
        request.end();
      }
    };
    request.drainHandler(x -> more[0].run());
    var whole = request.response().compose(response -> {
      response.handler(b -> echoed.bytes += b.length());
      return response.end();
    });
    gateway.vertx.runOnContext(x -> more[0].run());
    whole.toCompletionStage().toCompletableFuture().get(50, java.util.concurrent.TimeUnit.SECONDS);
    return echoed;
  }

  @Test
  void trailersAndLateFailuresOverHttp2() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    start(guest -> {
      boolean first = requests.incrementAndGet() == 1;
      guest.head(200).body("half");
      if (first) {
        guest.end("x-t", "v");
      } else {
        guest.abort();
      }
      return ComponentScript.EXITED;
    }).close();
    HttpClient client = http2();
    HttpClientResponse whole = client.request(HttpMethod.GET, gateway.port(), "127.0.0.1", "/c/")
        .compose(request -> request.send().compose(r -> r.body().map(b -> r))).await();
    assertThat(whole.getTrailer("x-t")).isEqualTo("v");
    var broken = client.request(HttpMethod.GET, gateway.port(), "127.0.0.1", "/c/")
        .compose(request -> request.send().compose(HttpClientResponse::body));
    await().until(broken::isComplete);
    assertThat(broken.cause()).isInstanceOf(StreamResetException.class);
  }

  @Test
  void aBodyThatNobodyReadsEndsTheConnectionAfterTheAnswer() {
    try (RawClient client = start(ComponentScript.says("no thanks"))) {
      client.send("POST /c/ HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n" + "x".repeat(1000));
      RawClient.Reply reply = client.reply();
      assertThat(reply.body()).isEqualTo("no thanks");
      assertThat(reply.field("connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void aSmallBodyThatNobodyReadsIsDropped() {
    try (RawClient client = start(ComponentScript.says("no thanks"))) {
      client.send("POST /c/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1000));
      assertThat(client.reply().body()).isEqualTo("no thanks");
      assertThat(client.send(GET + "\r\n").reply().body()).isEqualTo("no thanks");
    }
  }

  @Test
  void aClientThatExpectsToBeAskedIsAskedWhenTheComponentReads() {
    try (RawClient client = start(ComponentScript.echo())) {
      client.send("POST /c/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      RawClient.Reply first = client.reply();
      if (first.status() == 100) {
        client.send("abc");
        assertThat(client.reply().status()).isEqualTo(200);
      } else {
        client.send("abc");
      }
      assertThat(client.chunk()).isEqualTo("abc");
    }
  }

  @Test
  void brokenChunksAreRefusedWhereTheHeadIsNotOut() {
    try (RawClient client = start(guest -> {
      guest.want();
      return null;
    })) {
      client.send("POST /c/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
      assertThat(client.reply().status()).isEqualTo(400);
      await().until(() -> functions.stats().busy() == 0);
    }
  }

  @Test
  void aWrittenLimitOfTheRequestHolds() {
    ComponentPool made = new ComponentPool(ComponentScript.echo());
    made.limits = new Configuration.Limits(10, 1 << 20, 65_536, 65_536, Duration.ofSeconds(10), true, false);
    try (RawClient client = start(made)) {
      assertThat(client.send("POST /c/ HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n").reply().status()).isEqualTo(413);
    }
  }

  @Test
  void clientsThatLeaveFreeTheirMachines() throws Exception {
    start(ComponentScript.echo()).close();
    for (int i = 0; i < 200; i++) {
      try (RawClient client = gateway.raw()) {
        client.send("POST /c/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
        assertThat(client.reply().status()).isEqualTo(200);
      }
    }
    await().until(() -> functions.stats().busy() == 0 && functions.stats().queued() == 0);
  }

  @Test
  void aClientThatStopsReadingHoldsTheProgram() throws Exception {
    AtomicInteger written = new AtomicInteger();
    ComponentPool made = new ComponentPool(guest -> {
      if (guest.entry == 1) {
        guest.head(200);
      }
      guest.read();
      if (!guest.isHeld()) {
        guest.body(new byte[60_000]);
        written.incrementAndGet();
      }
      return guest.isHeld() ? null : new Outcome.Waiting(0, false);
    });
    made.idle = Duration.ofMillis(300);
    try (RawClient client = start(made)) {
      client.send(GET + "\r\n");
      client.reply();
      await("silence ends it").until(() -> functions.stats().busy() == 0);
      assertThat(written.get()).isBetween(2, 1000);
    }
  }
}
