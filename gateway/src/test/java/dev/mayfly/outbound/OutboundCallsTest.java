package dev.mayfly.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.pool.Outgoing;
import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageReader;
import dev.mayfly.vm.MessageWriter;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls to servers on the loopback. */
@Timeout(60)
class OutboundCallsTest {
  private static final int ID = 7;
  private static Vertx vertx;

  private final BlockingQueue<byte[]> given = new LinkedBlockingQueue<>();
  private final AtomicInteger credit = new AtomicInteger(Message.CALL_CREDIT);
  private HttpServer server;
  private int port = 9;
  private Outgoing.Calls calls;

  @BeforeAll
  static void begin() {
    vertx = Vertx.vertx(new VertxOptions().setAddressResolverOptions(new AddressResolverOptions().addServer("127.0.0.1:9").setQueryTimeout(200)
        .setHostsValue(Buffer.buffer("127.0.0.1 inside.example a.inside.example\n"))));
  }

  @AfterAll
  static void end() {
    vertx.close().await();
  }

  @AfterEach
  void close() {
    if (calls != null) {
      calls.close();
    }
    if (server != null) {
      server.close().await();
    }
  }

  private void serve(Handler<HttpServerRequest> handler) {
    server = vertx.createHttpServer().requestHandler(handler);
    port = server.listen(0, "127.0.0.1").await().actualPort();
    open("http://127.0.0.1:" + port);
  }

  private void open(String... origins) {
    Context context = vertx.getOrCreateContext();
    calls = new Outbound(vertx).to(List.of(origins)).open(new Outgoing.Guest() {
      @Override
      public Context context() {
        return context;
      }

      @Override
      public void give(byte[] record) {
        given.add(record);
      }

      @Override
      public void credit(int id, int bytes) {
        assertThat(id).isEqualTo(ID);
        credit.addAndGet(bytes);
      }
    });
  }

  private void record(MessageWriter writer) {
    ByteBuffer record = ByteBuffer.wrap(writer.record()).order(ByteOrder.LITTLE_ENDIAN);
    int kind = record.getInt();
    record.getInt();
    calls.record(kind, new MessageReader(kind, record.slice()));
  }

  private static MessageWriter timed(long connect, long firstByte, long between) {
    MessageWriter call = new MessageWriter(Message.CALL).u32(ID);
    for (long nanos : new long[] {connect, firstByte, between}) {
      call.u32((int) nanos).u32((int) (nanos >>> 32));
    }
    return call;
  }

  private void call(String method, String target, String... fields) {
    record(timed(0, 0, 0).list(List.of(method, "http", "127.0.0.1:" + port, target)).list(List.of(fields)));
  }

  /** As a component does: no more than it has credit for. */
  private void body(String text) {
    if (credit.get() < text.length()) {
      await().pollDelay(Duration.ZERO).until(() -> credit.get() >= text.length());
    }
    credit.addAndGet(-text.length());
    record(new MessageWriter(Message.CALL_BODY).u32(ID).raw(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private void bodyEnd() {
    record(new MessageWriter(Message.CALL_END).u32(ID).list(List.of()));
  }

  private void want() {
    record(new MessageWriter(Message.CALL_WANT).u32(ID));
  }

  private MessageReader next(int kind) throws InterruptedException {
    byte[] record = given.poll(20, TimeUnit.SECONDS);
    assertThat(record).as("a record of kind " + kind).isNotNull();
    ByteBuffer in = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(in.getInt()).isEqualTo(kind);
    assertThat(in.getInt()).isEqualTo(in.remaining());
    MessageReader reader = new MessageReader(kind, in.slice());
    assertThat(reader.u32()).isEqualTo(ID);
    return reader;
  }

  private String error() throws InterruptedException {
    return next(Message.CALL_ERROR).string();
  }

  private static String text(MessageReader reader) {
    return StandardCharsets.ISO_8859_1.decode(reader.rest()).toString();
  }

  @Test
  void aCallIsAnsweredPieceByPieceAsWanted() throws Exception {
    AtomicLong host = new AtomicLong();
    serve(request -> {
      host.set(request.authority().port());
      request.response().setStatusCode(201).putHeader("x-a", "1").end(request.method() + " " + request.uri() + " " + request.getHeader("x-b"));
    });
    call("GET", "/p?q", "x-b", "2", "connection", "close");
    bodyEnd();
    MessageReader head = next(Message.CALL_RESPONSE);
    assertThat(head.u16()).isEqualTo(201);
    assertThat(head.list()).containsSubsequence("x-a", "1");
    assertThat(given).isEmpty();
    want();
    assertThat(text(next(Message.CALL_RESPONSE_BODY))).isEqualTo("GET /p?q 2");
    want();
    assertThat(next(Message.CALL_RESPONSE_END).list()).isEmpty();
    assertThat(host).hasValue(port);
  }

  @Test
  void aBodyIsStreamed() throws Exception {
    serve(request -> request.body().onSuccess(b -> request.response().end(b.length() + " " + request.getHeader("transfer-encoding"))));
    call("POST", "/");
    for (int i = 0; i < 100; i++) {
      body("x".repeat(10_000));
    }
    bodyEnd();
    next(Message.CALL_RESPONSE);
    want();
    assertThat(text(next(Message.CALL_RESPONSE_BODY))).isEqualTo("1000000 chunked");
    await().untilAsserted(() -> assertThat(calls.behind()).isFalse());
  }

  /** Its framing: an empty chunked body of a GET is more than many servers expect. */
  @ParameterizedTest
  @CsvSource({"GET,", "HEAD,", "DELETE,chunked", "OPTIONS,chunked", "POST,chunked"})
  void aBodyThatStaysOpenIsWaitedForOnlySoLong(String method, String coding) throws Exception {
    BlockingQueue<Optional<String>> codings = new LinkedBlockingQueue<>();
    serve(request -> {
      codings.add(Optional.ofNullable(request.getHeader("transfer-encoding")));
      request.response().end();
    });
    call(method, "/");
    assertThat(codings.poll(20, TimeUnit.SECONDS)).isEqualTo(Optional.ofNullable(coding));
    next(Message.CALL_RESPONSE);
  }

  @Test
  void aBodyThatComesAfterItsRequestWentOutWithoutIsAnError() throws Exception {
    AtomicBoolean came = new AtomicBoolean();
    serve(request -> came.set(true)); // and never answers
    call("GET", "/");
    await().untilTrue(came);
    body("x");
    assertThat(error()).isEqualTo("HTTP-request-body-size");
    assertThat(credit).hasValue(Message.CALL_CREDIT);
  }

  @Test
  void aGetMayHaveABody() throws Exception {
    serve(request -> request.body().onSuccess(b -> request.response().end(b + " " + request.getHeader("transfer-encoding"))));
    call("GET", "/");
    body("hello");
    bodyEnd();
    next(Message.CALL_RESPONSE);
    want();
    assertThat(text(next(Message.CALL_RESPONSE_BODY))).isEqualTo("hello chunked");
  }

  @Test
  void aServerThatDoesNotReadGetsNoMoreThanThereIsCreditFor() {
    LinkedBlockingQueue<HttpServerRequest> held = new LinkedBlockingQueue<>();
    serve(request -> {
      request.pause();
      held.add(request);
    });
    call("POST", "/");
    body("x");
    await().until(() -> held.size() == 1);
    AtomicBoolean dry = new AtomicBoolean();
    for (int i = 0; i < 10_000 && !dry.get(); i++) {
      body("x".repeat(16_384));
      dry.set(credit.get() < 16_384 && !creditComes());
    }
    assertThat(dry).isTrue();
    assertThat(calls.behind()).as("it holds its own body alone").isFalse();
    held.peek().resume();
    await().until(() -> credit.get() == Message.CALL_CREDIT);
  }

  /** Whether there is credit again before long; what is on its way to a socket moves for a moment yet. */
  private boolean creditComes() {
    int before = credit.get();
    for (int i = 0; i < 50 && credit.get() == before; i++) {
      LockSupport.parkNanos(10_000_000);
    }
    return credit.get() > before;
  }

  @Test
  void aBodyBeyondItsCreditBreaksTheRules() {
    serve(request -> request.pause());
    call("POST", "/");
    assertThatThrownBy(() -> {
      for (int i = 0; i < 10_000; i++) {
        record(new MessageWriter(Message.CALL_BODY).u32(ID).raw(new byte[60_000]));
      }
    }).isInstanceOf(Message.Malformed.class).hasMessageContaining("credit");
  }

  @Test
  void aServerThatIsNotInTheListIsDenied() throws Exception {
    open("https://api.example.com");
    call("GET", "/");
    assertThat(error()).isEqualTo("HTTP-request-denied");
  }

  @Test
  void withoutAListAllAreDenied() throws Exception {
    open();
    call("GET", "/");
    assertThat(error()).isEqualTo("HTTP-request-denied");
  }

  @Test
  void aNameThatLeadsToTheLoopbackIsProhibited() throws Exception {
    open("http://inside.example:1", "http://*.inside.example:1");
    for (String name : List.of("inside.example", "a.inside.example")) {
      record(timed(0, 0, 0).list(List.of("GET", "http", name + ":1", "/")).list(List.of()));
      assertThat(error()).isEqualTo("destination-IP-prohibited");
    }
  }

  @Test
  void aNameThatDoesNotExistIsAnErrorOfTheNamesService() throws Exception {
    open("http://*.invalid");
    record(timed(0, 0, 0).list(List.of("GET", "http", "nowhere.invalid", "/")).list(List.of()));
    assertThat(error()).isEqualTo("DNS-error");
  }

  @Test
  void nobodyThereIsRefused() throws Exception {
    serve(request -> {});
    server.close().await();
    call("GET", "/");
    bodyEnd();
    assertThat(error()).isEqualTo("connection-refused");
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws Exception {
    serve(request -> {});
    record(timed(0, 50_000_000, 0).list(List.of("GET", "http", "127.0.0.1:" + port, "/")).list(List.of()));
    bodyEnd();
    assertThat(error()).isEqualTo("connection-read-timeout");
  }

  @Test
  void aServerThatFallsSilentIsGivenUp() throws Exception {
    serve(request -> request.response().setChunked(true).write("half"));
    record(timed(0, 0, 50_000_000).list(List.of("GET", "http", "127.0.0.1:" + port, "/")).list(List.of()));
    bodyEnd();
    next(Message.CALL_RESPONSE);
    want();
    assertThat(text(next(Message.CALL_RESPONSE_BODY))).isEqualTo("half");
    want();
    assertThat(error()).isEqualTo("connection-read-timeout");
  }

  @Test
  void anAnswerThatBreaksOffIsIncomplete() throws Exception {
    LinkedBlockingQueue<HttpServerRequest> held = new LinkedBlockingQueue<>();
    serve(request -> {
      request.response().setChunked(true).write("half");
      held.add(request);
    });
    call("GET", "/");
    bodyEnd();
    next(Message.CALL_RESPONSE);
    want();
    next(Message.CALL_RESPONSE_BODY);
    want();
    held.take().connection().close();
    assertThat(error()).isEqualTo("HTTP-response-incomplete");
  }

  @Test
  void aConnectionThatIsResetBeforeTheAnswerIsTerminated() throws Exception {
    serve(request -> request.connection().close());
    call("GET", "/");
    bodyEnd();
    assertThat(error()).isEqualTo("connection-terminated");
  }

  /** As a server does that closes an idle connection while a request is on its way to it. */
  @ParameterizedTest
  @CsvSource({"GET,true", "PUT,true", "DELETE,true", "POST,false"})
  void aRequestOnAConnectionThatWasUsedBeforeIsSentAnewIfItMay(String method, boolean anew) throws Exception {
    AtomicInteger requests = new AtomicInteger();
    serve(request -> {
      if (requests.incrementAndGet() == 2) {
        request.connection().close();
      } else {
        request.response().end();
      }
    });
    call(method, "/");
    bodyEnd();
    answered();
    call(method, "/");
    bodyEnd();
    if (anew) {
      answered();
    } else {
      assertThat(error()).isEqualTo("connection-terminated");
    }
    assertThat(requests).hasValue(anew ? 3 : 2);
  }

  private void answered() throws InterruptedException {
    next(Message.CALL_RESPONSE);
    want();
    next(Message.CALL_RESPONSE_END);
  }

  @Test
  void whatIsNoHttpIsAProtocolError() throws Exception {
    NetServer net = vertx.createNetServer().connectHandler(socket -> socket.handler(b -> socket.write("SSH-2.0-x\r\n\r\n")));
    port = net.listen(0, "127.0.0.1").await().actualPort();
    open("http://127.0.0.1:" + port);
    call("GET", "/");
    bodyEnd();
    assertThat(error()).isEqualTo("HTTP-protocol-error");
    net.close().await();
  }

  @Test
  void aBodyThatLiesAboutItsLengthIsNotSentWhole() throws Exception {
    serve(request -> {}); // an upstream that answers at once might be faster than the body
    call("POST", "/", "content-length", "3");
    body("abcGET /forged HTTP/1.1\r\n\r\n");
    assertThat(error()).isEqualTo("HTTP-request-body-size");
  }

  @Test
  void aFieldThatCannotBeSentIsRefused() throws Exception {
    serve(request -> request.response().end("x"));
    call("GET", "/", "x-a", "1\r\nx-b: 2");
    bodyEnd();
    assertThat(error()).isEqualTo("HTTP-request-header-size");
  }

  @Test
  void targetsThatAreNoneAreRefused() throws Exception {
    serve(request -> request.response().end("x"));
    call("GET", "/a b");
    assertThat(error()).isEqualTo("HTTP-request-URI-invalid");
    call("GET", "/a\r\nx: y");
    assertThat(error()).isEqualTo("HTTP-request-URI-invalid");
    call("CONNECT", "/");
    assertThat(error()).isEqualTo("HTTP-request-method-invalid");
  }

  @Test
  void aCallThatIsDroppedEndsAtTheServer() {
    AtomicBoolean arrived = new AtomicBoolean();
    AtomicBoolean ended = new AtomicBoolean();
    serve(request -> {
      arrived.set(true);
      request.connection().closeHandler(x -> ended.set(true));
    });
    call("GET", "/");
    bodyEnd();
    await().untilTrue(arrived);
    record(new MessageWriter(Message.CALL_DROP).u32(ID));
    await().untilTrue(ended);
    assertThat(given).isEmpty();
  }

  @Test
  void theRunsEndEndsItsCalls() {
    AtomicBoolean arrived = new AtomicBoolean();
    AtomicBoolean ended = new AtomicBoolean();
    serve(request -> {
      arrived.set(true);
      request.connection().closeHandler(x -> ended.set(true));
    });
    call("GET", "/");
    bodyEnd();
    await().untilTrue(arrived);
    calls.close();
    await().untilTrue(ended);
  }

  @Test
  void aLargeAnswerIsReadNoFasterThanWanted() throws Exception {
    AtomicLong sent = new AtomicLong();
    serve(request -> {
      Buffer piece = Buffer.buffer(new byte[50_000]);
      request.response().setChunked(true);
      Runnable[] more = {null};
      more[0] = () -> {
        while (sent.get() < 50_000_000 && !request.response().writeQueueFull()) {
          sent.addAndGet(piece.length());
          request.response().write(piece);
        }
        if (sent.get() >= 50_000_000) {
          request.response().end();
        }
      };
      request.response().drainHandler(x -> more[0].run());
      more[0].run();
    });
    call("GET", "/");
    bodyEnd();
    next(Message.CALL_RESPONSE);
    AtomicLong last = new AtomicLong(-1);
    await().pollInterval(java.time.Duration.ofMillis(100)).until(() -> last.getAndSet(sent.get()) == sent.get());
    assertThat(sent.get()).isLessThan(40_000_000);
    long got = 0;
    while (true) {
      want();
      byte[] record = given.poll(20, TimeUnit.SECONDS);
      if (record[0] == Message.CALL_RESPONSE_END) {
        break;
      }
      got += record.length - 12;
    }
    assertThat(got).isEqualTo(sent.get());
  }

  @Test
  void aMalformedCallIsMalformed() {
    open("http://127.0.0.1:1");
    assertThatThrownBy(() -> record(timed(0, 0, 0).list(List.of("GET")).list(List.of()))).isInstanceOf(Message.Malformed.class);
    assertThatThrownBy(() -> record(new MessageWriter(Message.CALL).u32(ID))).isInstanceOf(Message.Malformed.class);
  }
}
