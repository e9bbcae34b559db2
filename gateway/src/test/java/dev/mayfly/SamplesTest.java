package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Components as each toolchain makes them, through a whole gateway. A toolchain that is not here leaves its tests out; {@code .ci/run} takes none of that. */
@Timeout(300)
class SamplesTest {
  private static final String LONG = "0123456789abcdef".repeat(20_000);

  @TempDir Path folder;

  /** What every one of them must do. */
  private static void serves(Samples samples, String path, String hello) throws Exception {
    HttpResponse<String> first = samples.get(path);
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(first.body()).isEqualTo(hello);
    assertThat(Samples.start(first)).isEqualTo("cold");
    assertThat(first.headers().firstValue("x-mayfly-isolation")).isPresent();
    HttpResponse<String> second = samples.get(path);
    assertThat(second.body()).as("the second request finds nothing of the first").isEqualTo(hello);
    assertThat(Samples.start(second)).isEqualTo("warm");
  }

  private static void logs(Samples samples, String line) {
    await().untilAsserted(() -> assertThat(samples.log()).contains(line));
  }

  @Test
  void javaScriptWithAFetchEvent() throws Exception {
    try (Samples samples = Samples.serving(folder, Samples.built("js-fetch.wasm"))) {
      serves(samples, "/", "Hello from JavaScript!\n");
      assertThat(samples.get("/").headers().firstValue("content-type")).hasValue("text/plain");
      assertThat(samples.post("/", LONG).body()).isEqualTo(LONG);
      logs(samples, "function.sample: GET /");
      JsonObject one = new JsonObject(samples.get("/fresh").body());
      JsonObject other = new JsonObject(samples.get("/fresh").body());
      assertThat(other.getInteger("seen")).isEqualTo(1);
      assertThat(other.getString("random")).isNotEqualTo(one.getString("random"));
      assertThat(other.getLong("now")).isBetween(one.getLong("now"), System.currentTimeMillis());
    }
  }

  @Test
  void javaScriptWithAHandler() throws Exception {
    try (Samples samples = Samples.serving(folder, Samples.built("js-handler.wasm"))) {
      serves(samples, "/a?b", "Hello from JavaScript, request 1!\n");
      logs(samples, "function.sample: request for /a?b");
    }
  }

  @Test
  void aHandlerInJavaScriptThatIsNeverFreshCountsOn() throws Exception {
    try (Samples samples = Samples.serving(folder, Samples.built("js-handler.wasm"), "fresh: never")) {
      for (int i = 1; i <= 5; i++) {
        assertThat(samples.get("/").body()).isEqualTo("Hello from JavaScript, request " + i + "!\n");
      }
    }
  }

  @Test
  void aFetchEventThatIsNeverFreshIsFreshOnceItsEngineHasRefusedASecondRequest() throws Exception {
    try (Samples samples = Samples.serving(folder, Samples.built("js-fetch.wasm"), "fresh: never")) {
      assertThat(samples.get("/").statusCode()).isEqualTo(200);
      assertThat(samples.get("/").statusCode()).isEqualTo(502);
      for (int i = 0; i < 5; i++) {
        assertThat(samples.get("/").body()).isEqualTo("Hello from JavaScript!\n");
      }
      await().untilAsserted(() -> assertThat(samples.log()).anyMatch(line -> line.contains("fresh: request")));
    }
  }

  @Test
  void javaScriptCallsWhatItMayAndNothingElse() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      HttpServer upstream = vertx.createHttpServer().requestHandler(r -> r.response().end("from upstream")).listen(0, "127.0.0.1").await();
      String named = "http://127.0.0.1:" + upstream.actualPort();
      try (Samples samples = Samples.serving(folder, Samples.built("js-fetch.wasm"), "outbound: [\"" + named + "\"]")) {
        assertThat(samples.get("/?upstream=" + named + "/x").body()).isEqualTo("200 from upstream");
        assertThat(samples.get("/?upstream=http://localhost:" + upstream.actualPort() + "/").statusCode()).isGreaterThanOrEqualTo(500);
      }
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void javaScriptByTheSpinSdk() throws Exception {
    Samples.built("spin-js/dist/hello-spin-js.wasm");
    try (Samples samples = Samples.spin(folder, Samples.BUILT.resolve("../spin-js/spin.toml"))) {
      serves(samples, "/anything", "Hello from Spin and JavaScript!");
      assertThat(samples.get("/hello/you").body()).as("this router answers in JSON").isEqualTo("\"Hello, you!\"");
      assertThat(samples.post("/echo", LONG).body()).isEqualTo(LONG);
      await().untilAsserted(() -> assertThat(samples.log()).anyMatch(line -> line.contains("spin: http://") && line.endsWith("/hello/you")));
    }
  }

  @Test
  void python() throws Exception {
    try (Samples samples = Samples.serving(folder, Samples.built("python.wasm"))) {
      serves(samples, "/", "Hello from Python!\n");
      assertThat(samples.post("/", LONG).body()).isEqualTo(LONG);
      logs(samples, "function.sample: python: /");
      String[] one = samples.get("/fresh").body().split(" ");
      String[] other = samples.get("/fresh").body().split(" ");
      assertThat(other[1]).as("random").isNotEqualTo(one[1]);
      assertThat(other[2]).as("requests seen").isEqualTo("1");
      assertThat(Double.parseDouble(other[0])).isBetween(Double.parseDouble(one[0]), System.currentTimeMillis() / 1000.0 + 1);
    }
  }

  @Test
  void pythonByTheSpinSdkWithAKeyValueStore() throws Exception {
    Samples.built("spin-python.wasm");
    try (Samples samples = Samples.spin(folder, Samples.BUILT.resolve("../spin-python/spin.toml"))) {
      serves(samples, "/", "Hello from Spin and Python!");
      assertThat(samples.post("/", LONG).body()).isEqualTo(LONG);
      assertThat(IntStream.rangeClosed(1, 3).mapToObj(i -> count(samples))).containsExactly("1", "2", "3");
    }
  }

  private static String count(Samples samples) {
    try {
      return samples.get("/count").body();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void c() throws Exception {
    try (Samples samples = Samples.serving(folder, Samples.built("c.wasm"))) {
      serves(samples, "/", "Hello from C, request 1!\n");
      assertThat(samples.get("/").headers().firstValue("content-type")).hasValue("text/plain");
      assertThat(samples.post("/", LONG).body()).isEqualTo(LONG);
      logs(samples, "function.sample: c: /");
    }
  }

  @Test
  void aCommandInC() throws Exception {
    try (Samples samples = Samples.serving(folder, Samples.built("c-command.wasm"), "args: [you]")) {
      HttpResponse<String> answer = samples.post("/", "some text");
      assertThat(answer.body()).isEqualTo("Hello, you!\nSOME TEXT");
      assertThat(Samples.start(answer)).isEqualTo("cold");
      assertThat(samples.get("/").body()).isEqualTo("Hello, you!\n");
    }
  }

  @Test
  void aCommandInGo() throws Exception {
    try (Samples samples = Samples.serving(folder, Samples.built("go-command.wasm"))) {
      assertThat(samples.post("/", "some text").body()).isEqualTo("Hello from Go!\nsome text");
      assertThat(samples.get("/").body()).isEqualTo("Hello from Go!\n");
    }
  }
}
