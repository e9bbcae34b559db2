package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.http.RawClient.Reply;
import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as they must not be, over raw sockets: an answer that says so, then the connection's end. */
final class MalformedRequestTest {
  private static final String HOST = "Host: a.example\r\n";
  private static GatewayFixture gateway;

  @BeforeAll
  static void start() {
    gateway = new GatewayFixture().echo().start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static Arguments bad(int status, String name, String request) {
    return Arguments.of(name, status, request);
  }

  private static Arguments head(int status, String name, String fields) {
    return bad(status, name, "POST /echo HTTP/1.1\r\n" + fields + "\r\n");
  }

  private static Arguments chunks(String name, String body) {
    return bad(400, name, "POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body);
  }

  static Stream<Arguments> refused() {
    return Stream.of(lines(), hosts(), fields(), framing(), bodies()).flatMap(s -> s);
  }

  private static Stream<Arguments> lines() {
    String end = "\r\n" + HOST + "\r\n";
    return Stream.of(
        bad(400, "two spaces before the target", "GET  /echo HTTP/1.1" + end),
        bad(400, "two spaces before the version", "GET /echo  HTTP/1.1" + end),
        bad(400, "tabs in the line", "GET\t/echo\tHTTP/1.1" + end),
        bad(400, "a space before the method", " GET /echo HTTP/1.1" + end),
        bad(400, "a space after the version", "GET /echo HTTP/1.1 " + end),
        bad(400, "a space in the target", "GET /echo a HTTP/1.1" + end),
        bad(400, "a bare CR for a space", "GET /echo\rHTTP/1.1" + end),
        bad(400, "a bare CR in the target", "GET /ec\rho HTTP/1.1" + end),
        bad(400, "a NUL before the method", "\0GET /echo HTTP/1.1" + end),
        bad(400, "a NUL in the target", "GET /echo\0 HTTP/1.1" + end),
        bad(400, "an octet above 127 in the target", "GET /echo/\u00e4 HTTP/1.1" + end),
        bad(400, "a quotation mark in the query", "GET /echo?\"a\" HTTP/1.1" + end),
        bad(400, "a fragment", "GET /echo#a HTTP/1.1" + end),
        bad(400, "a backslash in the path", "GET /echo\\a HTTP/1.1" + end),
        bad(400, "lines ended by LF", "GET /echo HTTP/1.1\nHost: a\n\n"),
        bad(400, "no version", "GET /echo\r\n" + HOST + "\r\n"),
        bad(400, "a version in small letters", "GET /echo http/1.1" + end),
        bad(400, "another protocol", "GET /echo ICY/1.1" + end),
        bad(400, "a version with two digits", "GET /echo HTTP/1.10" + end),
        bad(505, "HTTP/2 without its preface", "GET /echo HTTP/2.0" + end),
        bad(505, "HTTP/3", "GET /echo HTTP/3.0" + end),
        bad(505, "HTTP/0.9 said aloud", "GET /echo HTTP/0.9" + end),
        bad(400, "a method that is no token", "G@T /echo HTTP/1.1" + end),
        bad(400, "an asterisk without OPTIONS", "GET * HTTP/1.1" + end),
        bad(400, "a target without its slash", "GET echo HTTP/1.1" + end),
        bad(400, "an authority for a target", "GET a.example:80 HTTP/1.1" + end),
        bad(400, "a URI of another scheme", "GET ftp://a.example/echo HTTP/1.1" + end),
        bad(400, "a URI with user information", "GET http://u@a.example/echo HTTP/1.1" + end),
        bad(400, "a URI without host", "GET http:///echo HTTP/1.1" + end),
        bad(501, "CONNECT", "CONNECT a.example:80 HTTP/1.1" + end),
        bad(414, "a line of 20,000 octets", "GET /" + "a".repeat(20_000) + " HTTP/1.1" + end));
  }

  private static Stream<Arguments> hosts() {
    return Stream.of(
        head(400, "no Host", ""),
        head(400, "two Hosts", HOST + HOST),
        head(400, "two Hosts that differ", HOST + "host: b.example\r\n"),
        head(400, "an empty Host", "Host: \r\n"),
        head(400, "a Host with a space", "Host: a b\r\n"),
        head(400, "a Host with a path", "Host: a.example/b\r\n"),
        head(400, "a Host with user information", "Host: u@a.example\r\n"),
        head(400, "a Host with a port that is none", "Host: a.example:80x\r\n"),
        head(400, "a Host with a port above 65535", "Host: a.example:65536\r\n"),
        head(400, "a Host that is a list", "Host: a.example, b.example\r\n"),
        head(400, "a Host with an open bracket", "Host: [::1\r\n"),
        bad(400, "no Host beside a whole URI", "GET http://a.example/echo HTTP/1.1\r\n\r\n"));
  }

  private static Stream<Arguments> fields() {
    return Stream.of(
        head(400, "a space before the colon", HOST + "A : b\r\n"),
        head(400, "a tab before the colon", HOST + "A\t: b\r\n"),
        head(400, "no colon", HOST + "Ab\r\n"),
        head(400, "no name", HOST + ": b\r\n"),
        head(400, "a name that is no token", HOST + "A(b): c\r\n"),
        head(400, "a folded line", HOST + "A: b\r\n c\r\n"),
        head(400, "a line folded by a tab", HOST + "A: b\r\n\tc\r\n"),
        head(400, "a folded Transfer-Encoding", HOST + "Transfer-Encoding:\r\n chunked\r\n"),
        head(400, "a first field that begins with a space", " " + HOST),
        head(400, "a NUL in a value", HOST + "A: b\0c\r\n"),
        head(400, "a bare CR in a value", HOST + "A: b\rc\r\n"),
        head(400, "a bare LF in a value", HOST + "A: b\nB: c\r\n"),
        head(431, "300,000 octets of fields", HOST + "A: " + "a".repeat(300_000) + "\r\n"));
  }

  private static Stream<Arguments> framing() {
    return Stream.of(
        head(400, "Content-Length beside Transfer-Encoding", HOST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
        head(400, "Transfer-Encoding beside Content-Length", HOST + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
        bad(400, "Transfer-Encoding in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        head(400, "two Content-Lengths that differ", HOST + "Content-Length: 3\r\nContent-Length: 4\r\n"),
        head(400, "two Content-Lengths in a list", HOST + "Content-Length: 3, 4\r\n"),
        head(400, "a negative Content-Length", HOST + "Content-Length: -1\r\n"),
        head(400, "a Content-Length with a sign", HOST + "Content-Length: +3\r\n"),
        head(400, "a hexadecimal Content-Length", HOST + "Content-Length: 0x3\r\n"),
        head(400, "an empty Content-Length", HOST + "Content-Length: \r\n"),
        head(400, "a Content-Length beyond a long", HOST + "Content-Length: 99999999999999999999\r\n"),
        head(400, "a last coding that is not chunked", HOST + "Transfer-Encoding: gzip\r\n"),
        head(400, "chunked before another coding", HOST + "Transfer-Encoding: chunked, gzip\r\n"),
        head(400, "a coding almost chunked", HOST + "Transfer-Encoding: xchunked\r\n"),
        head(400, "chunked twice", HOST + "Transfer-Encoding: chunked, chunked\r\n"),
        head(400, "identity", HOST + "Transfer-Encoding: identity\r\nContent-Length: 0\r\n"),
        head(501, "another coding before chunked", HOST + "Transfer-Encoding: gzip, chunked\r\n"));
  }

  private static Stream<Arguments> bodies() {
    return Stream.of(
        chunks("a chunk size that is no number", "zz\r\nabc\r\n0\r\n\r\n"),
        chunks("a negative chunk size", "-3\r\nabc\r\n0\r\n\r\n"),
        chunks("a chunk size with a prefix", "0x3\r\nabc\r\n0\r\n\r\n"),
        chunks("a chunk size beyond a long", "FFFFFFFFFFFFFFFF3\r\nabc\r\n0\r\n\r\n"),
        chunks("an empty chunk size", "\r\nabc\r\n0\r\n\r\n"),
        chunks("a space before a chunk size", " 3\r\nabc\r\n0\r\n\r\n"),
        chunks("something after a chunk size", "3 4\r\nabc\r\n0\r\n\r\n"),
        chunks("a chunk extension without a name", "3;\r\nabc\r\n0\r\n\r\n"),
        chunks("a chunk extension that is a value", "3; =b\r\nabc\r\n0\r\n\r\n"),
        chunks("a second chunk extension without a name", "3;a=\"b;\\\";\";\r\nabc\r\n0\r\n\r\n"),
        chunks("a last chunk's extension without a name", "3\r\nabc\r\n0;\r\n\r\n"),
        chunks("chunk lines ended by LF", "3\nabc\n0\n\n"),
        chunks("a chunk longer than its size", "3\r\nabcX\r\n0\r\n\r\n"),
        chunks("a folded trailer", "3\r\nabc\r\n0\r\nA: b\r\n c\r\n\r\n"),
        bad(431, "300,000 octets of trailers",
            "POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: " + "a".repeat(300_000) + "\r\n\r\n"),
        chunks("a trailer that is no field", "3\r\nabc\r\n0\r\nA b\r\n\r\n"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("refused")
  void isRefusedAndTheConnectionClosed(String name, int status, String request) {
    try (RawClient client = gateway.raw()) {
      Reply reply = client.send(request + "GET /echo/smuggled HTTP/1.1\r\n" + HOST + "\r\n").reply();
      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.field("content-type")).isEqualTo("application/problem+json");
      assertThat(new JsonObject(reply.body()).getInteger("status")).isEqualTo(status);
      assertThat(reply.field("date")).isNotNull();
      assertThat(reply.field("connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(gateway.invocations).isEmpty();
  }

  @Test
  void aBadRequestOnAConnectionInUseComesAfterTheAnswersBeforeIt() {
    try (RawClient client = gateway.raw()) {
      client.send("GET /nothing HTTP/1.1\r\n" + HOST + "\r\nGET /nothing HTTP/1.1\r\nA : b\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(404);
      assertThat(client.reply().status()).isEqualTo(400);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void brokenChunkLinesAreSeenThoughTheyComeInPieces() {
    for (String body : new String[] {"3\r\nabc\r\n1;\r\nd\r\n0\r\n\r\n", "3\r\nabc\r\n0\r\nA: b\r\n\tc\r\n\r\n"}) {
      try (RawClient client = gateway.raw()) {
        ("POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body).chars().forEach(c -> client.send(Character.toString(c)));
        assertThat(client.reply().status()).isEqualTo(400);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", " ", "3; ", "3;a="})
  void aChunkLineThatDoesNotEndIsRefused(String begin) {
    try (RawClient client = gateway.raw()) {
      client.send("POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + begin + begin.substring(begin.length() - 1).repeat(17_000));
      assertThat(client.reply().status()).isEqualTo(400);
    }
  }

  @Test
  void aFoldedLineIsSeenThoughTheHeadComesInPieces() {
    try (RawClient client = gateway.raw()) {
      for (String piece : "GET /echo HTTP/1.1\r\n|Host: a\r\nA: b\r|\n| c\r\n|\r\n".split("\\|")) {
        client.send(piece);
      }
      assertThat(client.reply().status()).isEqualTo(400);
    }
  }
}
