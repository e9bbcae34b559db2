package dev.mayfly.component;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.RealGateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of a real component by TLS. */
@Timeout(60)
final class SecureCallsTest {
  @TempDir Path folder;

  /** A server whose certificate only it has signed. */
  private HttpServer server(Vertx vertx, AtomicInteger requests) throws Exception {
    Path store = folder.resolve("own.p12");
    Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keyalg", "EC", "-alias", "own",
        "-dname", "CN=127.0.0.1", "-ext", "SAN=ip:127.0.0.1", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "secret").inheritIO().start();
    assertThat(keytool.waitFor()).isZero();
    return vertx.createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(new PfxOptions().setPath(store.toString()).setPassword("secret")))
        .requestHandler(request -> {
          requests.incrementAndGet();
          request.response().end("hi");
        }).listen(0, "127.0.0.1").await();
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
