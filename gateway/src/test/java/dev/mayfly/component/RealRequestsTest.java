package dev.mayfly.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.RealGateway;
import dev.mayfly.component.Wire.Answer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests, good and bad, to a real component in a real machine. */
@Timeout(60)
final class RealRequestsTest {
  private static final String CHUNKED = "transfer-encoding: chunked";

  @TempDir static Path folder;
  private static RealGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = RealGateway.start(folder, ", timeout: 10s");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @AfterEach
  void allMachinesAreFree() {
    await().until(() -> gateway.busy() == 0);
    assertThat(Wire.get(gateway.port(), "/hello").body()).isEqualTo("hello");
  }

  @Test
  void trailersOfARequestReachTheComponent() {
    Answer answer = Wire.send(gateway.port(), "POST", "/past-end", "2\r\nhi\r\n0\r\nX-T: late\r\nContent-Length: 7\r\n\r\n", CHUNKED);
    assertThat(answer.body()).isEqualTo("hi\nover: closed\nagain: closed\nagain: closed\nagain: closed\ntrailers: some\n");
    assertThat(answer.trailers()).containsExactly("got-x-t: late");
  }

  @Test
  void trailersOfAnHttp2RequestReachTheComponent() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      socket.setSoTimeout(10_000);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      frame(out, 4, 0, 0, new byte[0]);
      frame(out, 1, 4, 1, fields(":method", "POST", ":scheme", "http", ":path", "/past-end", ":authority", "a"));
      frame(out, 0, 0, 1, "hi".getBytes(StandardCharsets.US_ASCII));
      frame(out, 1, 5, 1, fields("x-t", "late"));
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      StringBuilder body = new StringBuilder();
      for (int flags = 0, type = -1; type > 1 || type < 0 || (flags & 1) == 0; ) {
        int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        type = in.readUnsignedByte();
        flags = in.readUnsignedByte();
        in.readInt();
        byte[] content = in.readNBytes(length);
        body.append(type == 0 ? new String(content, StandardCharsets.US_ASCII) : "");
      }
      assertThat(body).asString().startsWith("hi\n").endsWith("trailers: some\n");
    }
  }

  private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] content) throws IOException {
    out.writeShort(content.length >>> 8);
    out.writeByte(content.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(content);
  }

  /** As literals that are not indexed (RFC 7541, section 6.2.2). */
  private static byte[] fields(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i++) {
      if (i % 2 == 0) {
        block.write(0);
      }
      block.write(namesAndValues[i].length());
      block.writeBytes(namesAndValues[i].getBytes(StandardCharsets.US_ASCII));
    }
    return block.toByteArray();
  }

  @Test
  void whoReadsOnAfterTheEndOfABodyFindsItsEndAgain() {
    assertThat(Wire.send(gateway.port(), "POST", "/past-end", "hello", "content-length: 5").body())
        .isEqualTo("hello\nover: closed\nagain: closed\nagain: closed\nagain: closed\ntrailers: none\n");
    assertThat(Wire.get(gateway.port(), "/past-end").body()).endsWith("trailers: none\n");
  }

  @Test
  void aBodyThatIsWaitedForIsAskedForWhenTheComponentReads() throws Exception {
    try (Socket socket = expecting("/past-end")) {
      byte[] asked = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      assertThat(socket.getInputStream().readNBytes(asked.length)).isEqualTo(asked);
      socket.getOutputStream().write("hi".getBytes(StandardCharsets.US_ASCII));
      String answer = rest(socket).replaceAll("\r\n[0-9a-f]+\r\n", ""); // in however many chunks it came
      assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").contains("hi\nover: closed");
    }
  }

  @Test
  void aBodyThatTheComponentDoesNotReadIsNotAskedFor() throws Exception {
    try (Socket socket = expecting("/hello")) {
      assertThat(rest(socket)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hello");
    }
  }

  private static Socket expecting(String path) throws IOException {
    Socket socket = new Socket("127.0.0.1", gateway.port());
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(("POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n").getBytes());
    return socket;
  }

  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  @Test
  void aBodyThatBreaksOffIsNoEndForTheComponent() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      socket.getOutputStream().write("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf".getBytes());
      await().until(() -> gateway.busy() == 1);
    }
    await().until(() -> gateway.busy() == 0);
  }

  @Test
  void chunksThatLieAreRefused() {
    Answer answer = Wire.send(gateway.port(), "POST", "/past-end", "5\r\nhi\r\n0\r\n\r\nxxxxxxx", CHUNKED);
    assertThat(answer.end() == Wire.End.BROKEN || answer.status() == 400).as(answer.toString()).isTrue();
  }

  @Test
  void aMegabyteOfFieldsIsRefused() {
    String[] fields = new String[1024];
    java.util.Arrays.setAll(fields, i -> "x-" + i + ": " + "y".repeat(1000));
    assertThat(Wire.get(gateway.port(), "/ask", fields).status()).isEqualTo(431);
  }

  @Test
  void aMegabyteOfFieldsInAnAnswerIsTheFunctionsFailure() {
    Answer answer = Wire.get(gateway.port(), "/wide", "x-kib: 1024");
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.field("content-type")).isEqualTo("application/problem+json");
  }

  @Test
  void fieldsThatCannotBeSentAreRefusedToTheComponent() {
    assertThat(Wire.get(gateway.port(), "/names").body()).contains("x-a: ok\n", "a b: invalid-syntax\n", "\n: invalid-syntax\n", "a\nb: invalid-syntax\n",
        "host: forbidden\n", "transfer-encoding: forbidden\n", "a\nb: invalid-syntax\n", "nul: invalid-syntax\n", "given: immutable\n");
  }
}
