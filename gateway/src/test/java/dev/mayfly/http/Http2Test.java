package dev.mayfly.http;

import static dev.mayfly.http.GatewayFixture.exited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configuration.Handler;
import dev.mayfly.vm.DecodedHandOver;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2, with prior knowledge, by upgrade, and over TLS. */
final class Http2Test {
  private static final String HOST = "Host: a.example\r\n";
  private static final String SETTINGS = "HTTP2-Settings: AAMAAABkAAQAAP__\r\n";
  private final GatewayFixture gateway = new GatewayFixture();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private HttpClient client(boolean priorKnowledge) {
    return gateway.vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(!priorKnowledge)
        .setDefaultHost("127.0.0.1").setDefaultPort(gateway.port()));
  }

  private record Received(HttpClientResponse head, String body) {}

  private static Received send(HttpClient client, HttpMethod method, String path, String body) {
    Future<Received> received = client.request(method, path)
        .compose(request -> (body.isEmpty() ? request.send() : request.send(body))
            .compose(head -> head.body().map(b -> new Received(head, b.toString()))));
    try {
      return received.await(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRequestIsAnsweredWithPriorKnowledgeAndByUpgrade(boolean priorKnowledge) throws InterruptedException {
    gateway.echo().start();
    HttpClient client = client(priorKnowledge);
    for (String body : List.of("", "abc")) {
      Received received = send(client, HttpMethod.POST, "/echo/x?q", body);
      assertThat(received.head().version()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(received.head().statusCode()).isEqualTo(200);
      assertThat(received.head().getHeader("x-mayfly-isolation")).isEqualTo("kvm");
      assertThat(received.head().getHeader("date")).isNotNull();
      assertThat(received.body()).isEqualTo("<" + body + ">");
      DecodedHandOver handOver = DecodedHandOver.of(gateway.invocations.poll(10, TimeUnit.SECONDS).handOver());
      assertThat(handOver.files()).containsEntry("path", "/echo/x").containsEntry("query", "q")
          .containsEntry("header/host", "127.0.0.1:" + gateway.port());
    }
  }

  @Test
  void manyRequestsShareAConnection() {
    gateway.echo().start();
    HttpClient client = client(true);
    List<Future<Buffer>> answers = IntStream.range(0, 500).mapToObj(i -> client.request(HttpMethod.POST, "/echo")
        .compose(request -> request.send("" + i).compose(HttpClientResponse::body))).toList(); // asked for before the loop goes on: else it is gone
    Future.all(answers).await();
    assertThat(answers).allSatisfy(a -> assertThat(a.result().toString()).matches("<[0-9]+>"));
  }

  @Test
  void aBodyTooLargeIsRefused() {
    gateway.echo().start();
    HttpClient client = client(true);
    Received received = send(client, HttpMethod.POST, "/echo", "a".repeat(100_001));
    assertThat(received.head().statusCode()).isEqualTo(413);
    assertThat(new JsonObject(received.body()).getInteger("status")).isEqualTo(413);
    assertThat(send(client, HttpMethod.POST, "/echo", "abc").body()).isEqualTo("<abc>");
  }

  @Test
  void headAndProblemsAreAsInHttp1() {
    gateway.echo().start();
    HttpClient client = client(true);
    Received head = send(client, HttpMethod.HEAD, "/echo", "");
    assertThat(head.head().getHeader("content-length")).isEqualTo("2");
    assertThat(head.body()).isEmpty();
    assertThat(send(client, HttpMethod.GET, "/nothing", "").head().statusCode()).isEqualTo(404);
  }

  /** RFC 9110, section 7.8: what cannot be followed is ignored. */
  @ParameterizedTest
  @ValueSource(strings = {
      "Connection: Upgrade\r\nUpgrade: h2c\r\n",
      "Connection: Upgrade\r\nUpgrade: h2c\r\n" + SETTINGS,
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n",
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: !!\r\n",
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" + SETTINGS + SETTINGS,
      "Connection: Upgrade\r\nUpgrade: websocket\r\n"
  })
  void anUpgradeThatCannotBeFollowedIsIgnored(String fields) {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      assertThat(client.send("GET /echo HTTP/1.1\r\n" + HOST + fields + "\r\n").reply().body()).isEqualTo("<>");
    }
  }

  @Test
  void anUpgradeDoesNotGetAroundTheHost() {
    gateway.echo().start();
    String upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" + SETTINGS;
    for (String host : List.of("", HOST + HOST, "Host: a b\r\n")) {
      try (RawClient client = gateway.raw()) {
        assertThat(client.send("GET /echo HTTP/1.1\r\n" + host + upgrade + "\r\n").reply().status()).isEqualTo(400);
      }
    }
  }

  @Test
  void thePrefaceMayComeInPieces() {
    gateway.echo().start();
    try (RawClient client = gateway.raw()) {
      // Anything but a preface is HTTP/1, also after a few letters of one.
      assertThat(client.send("PR").send("OPFIND /echo HTTP/1.1\r\n" + HOST + "\r\n").reply().body()).isEqualTo("<>");
    }
  }

  @Test
  void tlsSpeaksBothAndIsAsStrict(@TempDir Path folder) throws Exception {
    Path cert = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    selfSigned(folder, cert, key);
    gateway.function("f", Handler.WAGI, i -> Future.succeededFuture(exited(0, "Content-Type: a\n\nf"))).tls(cert, key).start();
    for (HttpVersion version : List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1)) {
      HttpClient client = gateway.vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(version).setSsl(true).setUseAlpn(true).setTrustAll(true)
          .setVerifyHost(false).setDefaultHost("127.0.0.1").setDefaultPort(gateway.port()));
      Received received = send(client, HttpMethod.GET, "/f", "");
      assertThat(received.head().version()).isEqualTo(version);
      assertThat(received.body()).isEqualTo("f");
      assertThat(DecodedHandOver.of(gateway.invocations.poll(10, TimeUnit.SECONDS).handOver()).environment())
          .contains("X_FULL_URL=https://127.0.0.1:" + gateway.port() + "/f");
    }
    io.vertx.core.net.NetSocket socket = gateway.vertx.createNetClient(new io.vertx.core.net.NetClientOptions().setSsl(true).setTrustAll(true)
        .setHostnameVerificationAlgorithm("")).connect(gateway.port(), "127.0.0.1").await();
    io.vertx.core.Promise<String> first = io.vertx.core.Promise.promise();
    socket.handler(b -> first.tryComplete(b.toString()));
    socket.write("GET\t/f\tHTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(first.future().await()).startsWith("HTTP/1.1 400 ");
    try (RawClient plain = gateway.raw()) {
      RawClient.Reply reply = plain.send("GET /f HTTP/1.1\r\n" + HOST + "\r\n").reply();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(new JsonObject(reply.body()).getString("detail")).contains("HTTPS");
      assertThat(plain.isClosed()).isTrue();
    }
    assertThat(gateway.invocations).isEmpty();
  }

  private static void selfSigned(Path folder, Path cert, Path key) throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("store.p12");
    Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "a", "-keyalg", "EC",
        "-dname", "CN=127.0.0.1", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "changeit").redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes());
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    pem(cert, "CERTIFICATE", keys.getCertificate("a").getEncoded());
    pem(key, "PRIVATE KEY", keys.getKey("a", "changeit".toCharArray()).getEncoded());
  }

  private static void pem(Path file, String what, byte[] der) throws IOException {
    Files.writeString(file, "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n");
  }
}
