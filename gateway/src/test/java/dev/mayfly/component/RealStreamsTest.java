package dev.mayfly.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.RealGateway;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real component that streams in a real machine: in both directions at once, and while it computes. */
@Timeout(60)
final class RealStreamsTest {
  /** More than all the buffers between two ends hold. */
  private static final int LARGE = 32 << 20;

  @TempDir static Path folder;
  private static Vertx vertx;
  private static HttpServer upstream;
  private static RealGateway gateway;
  private static final LinkedBlockingQueue<HttpServerRequest> CALLS = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    upstream = vertx.createHttpServer().requestHandler(call -> {
      call.pause();
      CALLS.add(call);
    }).listen(0, "127.0.0.1").await();
    gateway = RealGateway.start(folder, RealGateway.resource("stream.wasm"), ", timeout: 30s, outbound: ['http://127.0.0.1:" + upstream.actualPort() + "']");
  }

  @AfterAll
  static void stop() {
    gateway.close();
    vertx.close().await();
  }

  @AfterEach
  void allMachinesAreFree() {
    await().until(() -> gateway.busy() == 0);
  }

  private static Socket open(String request) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    socket.setSoTimeout(50_000);
    socket.getOutputStream().write((request + "Host: a\r\nConnection: close\r\nx-authority: 127.0.0.1:" + upstream.actualPort() + "\r\n\r\n")
        .getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  private static CompletableFuture<Void> upload(Socket socket) {
    return CompletableFuture.runAsync(() -> {
      try {
        for (int sent = 0; sent < LARGE; sent += 1 << 16) {
          socket.getOutputStream().write(new byte[1 << 16]);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }, task -> Thread.ofPlatform().daemon().start(task));
  }

  /** The chunks of an answer with status 200, to its end. */
  private static List<byte[]> chunks(InputStream in) throws IOException {
    assertThat(line(in)).startsWith("HTTP/1.1 200");
    while (!line(in).isEmpty()) {
      // a field
    }
    List<byte[]> chunks = new ArrayList<>();
    for (int n = Integer.parseInt(line(in), 16); n > 0; n = Integer.parseInt(line(in), 16)) {
      chunks.add(in.readNBytes(n));
      assertThat(line(in)).isEmpty();
    }
    return chunks;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      assertThat(c).as("a line's end after " + line).isNotNegative();
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private static long total(List<byte[]> chunks) {
    return chunks.stream().mapToLong(c -> c.length).sum();
  }

  /** Answers with {@value #LARGE} bytes, as fast as they are taken. */
  private static void answer(HttpServerRequest call) {
    call.response().setChunked(true);
    AtomicLong left = new AtomicLong(LARGE);
    Runnable more = () -> {
      while (left.get() > 0 && !call.response().writeQueueFull()) {
        call.response().write(Buffer.buffer(new byte[1 << 16]));
        left.addAndGet(-(1 << 16));
      }
      if (left.get() == 0) {
        left.set(-1);
        call.response().end();
      }
    };
    call.response().drainHandler(x -> more.run());
    more.run();
  }

  @Test
  void whatIsSentComesBack() throws Exception {
    try (Socket socket = open("POST /echo HTTP/1.1\r\nContent-Length: " + LARGE + "\r\n")) {
      CompletableFuture<Void> sent = upload(socket);
      assertThat(total(chunks(new BufferedInputStream(socket.getInputStream())))).isEqualTo(LARGE);
      sent.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aClientThatDoesNotReadHoldsNoUpload() throws Exception {
    try (Socket socket = open("POST /duplex HTTP/1.1\r\nContent-Length: " + LARGE + "\r\n")) {
      CompletableFuture<Void> sent = upload(socket);
      HttpServerRequest call = CALLS.poll(20, TimeUnit.SECONDS);
      AtomicLong taken = new AtomicLong();
      CompletableFuture<Void> whole = new CompletableFuture<>();
      vertx.runOnContext(x -> {
        answer(call);
        call.handler(piece -> taken.addAndGet(piece.length())).endHandler(e -> whole.complete(null)).resume();
      });
      whole.get(40, TimeUnit.SECONDS);
      assertThat(taken).hasValue(LARGE);
      sent.get(10, TimeUnit.SECONDS);
      assertThat(total(chunks(new BufferedInputStream(socket.getInputStream())))).isEqualTo(LARGE);
    }
  }

  @Test
  void aServerThatDoesNotReadHoldsNoAnswer() throws Exception {
    try (Socket socket = open("POST /duplex HTTP/1.1\r\nContent-Length: " + LARGE + "\r\n")) {
      CompletableFuture<Void> sent = upload(socket);
      HttpServerRequest call = CALLS.poll(20, TimeUnit.SECONDS);
      vertx.runOnContext(x -> answer(call));
      InputStream in = new BufferedInputStream(socket.getInputStream());
      CompletableFuture<Long> got = CompletableFuture.supplyAsync(() -> {
        try {
          return total(chunks(in));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }, task -> Thread.ofPlatform().daemon().start(task));
      assertThat(got.get(40, TimeUnit.SECONDS)).isEqualTo(LARGE);
      vertx.runOnContext(x -> call.connection().close());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/spin", "/tick"})
  void eventsComeOneByOneWhetherTheProgramWaitsOrComputes(String path) throws Exception {
    try (Socket socket = open("GET " + path + " HTTP/1.1\r\n")) {
      List<byte[]> chunks = chunks(new BufferedInputStream(socket.getInputStream()));
      assertThat(chunks).extracting(c -> new String(c, StandardCharsets.US_ASCII))
          .containsExactly("event 1\n", "event 2\n", "event 3\n", "event 4\n", "event 5\n");
    }
  }
}
