package dev.mayfly.component;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.RealGateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of a real component by TLS. */
@Timeout(60)
final class SecureCallsTest {
  private static final String TRUST_STORE = "javax.net.ssl.trustStore";

  @TempDir Path folder;

  /** A server whose certificate only it has signed. */
  private HttpServer server(Vertx vertx, AtomicInteger requests) throws Exception {
    Path store = folder.resolve("own.p12");
    keytool("-genkeypair", "-keyalg", "EC", "-alias", "own", "-dname", "CN=127.0.0.1", "-ext", "SAN=ip:127.0.0.1", "-storetype", "PKCS12", "-keystore",
        store.toString(), "-storepass", "secret");
    return vertx.createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(new PfxOptions().setPath(store.toString()).setPassword("secret")))
        .requestHandler(request -> {
          requests.incrementAndGet();
          request.response().end("hi");
        }).listen(0, "127.0.0.1").await();
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  /** Of those that the JVM trusts by default, which is what a gateway trusts. */
  @Test
  void aServerThatIsVouchedForIsSpokenTo() throws Exception {
    Vertx vertx = Vertx.vertx();
    HttpServer server = server(vertx, new AtomicInteger());
    String certificate = folder.resolve("own.pem").toString();
    String trusted = folder.resolve("trusted.jks").toString();
    keytool("-exportcert", "-rfc", "-alias", "own", "-keystore", folder.resolve("own.p12").toString(), "-storepass", "secret", "-file", certificate);
    keytool("-importcert", "-noprompt", "-alias", "own", "-file", certificate, "-storetype", "JKS", "-keystore", trusted, "-storepass", "secret");
    String before = System.getProperty(TRUST_STORE);
    System.setProperty(TRUST_STORE, trusted);
    try (RealGateway gateway = RealGateway.start(folder, ", outbound: ['https://127.0.0.1:" + server.actualPort() + "']")) {
      Wire.Answer secure = Wire.get(gateway.port(), "/call", "x-authority: 127.0.0.1:" + server.actualPort(), "x-scheme: https");
      assertThat(secure.body()).as("%s", secure).isEqualTo("hi");
    } finally {
      if (before == null) {
        System.clearProperty(TRUST_STORE);
      } else {
        System.setProperty(TRUST_STORE, before);
      }
      vertx.close().await();
    }
  }

  @Test
  void aServerThatNobodyVouchesForIsNotSpokenTo() throws Exception {
    Vertx vertx = Vertx.vertx();
    AtomicInteger requests = new AtomicInteger();
    HttpServer server = server(vertx, requests);
    try (RealGateway gateway = RealGateway.start(folder, ", outbound: ['https://127.0.0.1:" + server.actualPort() + "', 'http://127.0.0.1:" + server.actualPort() + "']")) {
      Wire.Answer secure = Wire.get(gateway.port(), "/call", "x-authority: 127.0.0.1:" + server.actualPort(), "x-scheme: https");
      assertThat(secure.field("x-error")).as("%s", secure).isEqualTo("TLS-certificate-error");
      Wire.Answer plain = Wire.get(gateway.port(), "/call", "x-authority: 127.0.0.1:" + server.actualPort(), "x-scheme: http");
      assertThat(plain.field("x-error")).as("%s", plain).isNotNull();
      assertThat(requests).hasValue(0);
    } finally {
      vertx.close().await();
    }
  }
}
