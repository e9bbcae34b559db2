package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.mayfly.redis.RedisServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application of two components, one built with Spin's JavaScript SDK and one with its Python SDK, served from its manifest, with Redis and without. */
class SpinApplicationTest {
  @TempDir static Path folder;
  private static HttpServer upstream;
  private static RedisServer redis;
  private static SpinGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    SpinGateway.build();
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.createContext("/hello", exchange -> {
      exchange.getResponseHeaders().set("X-Who", "upstream");
      exchange.sendResponseHeaders(203, 5);
      exchange.getResponseBody().write("there".getBytes());
      exchange.close();
    });
    upstream.start();
    redis = new RedisServer();
    gateway = start("redis = \"" + redis.url() + "\"");
  }

  private static SpinGateway start(String settings) throws Exception {
    return new SpinGateway(folder, "http://127.0.0.1:" + upstream.getAddress().getPort(), settings);
  }

  @AfterAll
  static void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    redis.close();
    upstream.stop(0);
  }

  @Test
  void componentsShareTheStoresOfTheirApplication() throws Exception {
    assertThat(gateway.text("/js/visits/ann")).isEqualTo("Hello, ann: 1");
    assertThat(gateway.text("/py/visits/ann")).isEqualTo("Hello, ann: 2");
    assertThat(gateway.text("/js/visits/ann")).isEqualTo("Hello, ann: 3");
    assertThat(gateway.text("/js/names")).contains("ann");
  }

  @Test
  void numbersAndSwapsAreTheStoresOwn() throws Exception {
    assertThat(gateway.text("/py/number/n")).isEqualTo("1");
    assertThat(gateway.text("/py/number/n")).isEqualTo("2");
    assertThat(gateway.text("/py/swap/s/new")).isEqualTo("meanwhile new");
  }

  @Test
  void theyCallTheHostsThatTheyMay() throws Exception {
    for (String path : new String[] {"/js/upstream", "/py/upstream"}) {
      HttpResponse<String> answer = gateway.get(path);
      assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(203);
      assertThat(answer.headers().firstValue("x-upstream")).contains("upstream");
      assertThat(answer.body()).isEqualTo("there");
    }
  }

  @Test
  void aComponentOpensItsOwnStoresOnly() throws Exception {
    assertThat(gateway.text("/js/store/second")).isEqualTo("error in handler: access-denied");
    assertThat(gateway.text("/py/store/second")).isEqualTo("opened");
    assertThat(gateway.text("/py/store/third")).isEqualTo("Error_AccessDenied");
  }

  @Test
  void variablesAreWasisToo() throws Exception {
    assertThat(gateway.text("/py/config")).isEqualTo("Hello");
  }

  @Test
  void whatTheSdkImportsAndNobodyServesIsAnErrorWhenItIsCalled() throws Exception {
    assertThat(gateway.text("/js/sqlite")).isEqualTo("error in handler: access-denied");
    assertThat(gateway.text("/py/redis")).contains("is not served here");
  }

  @Test
  void theRouteIsToldAsSpinTellsIt() throws Exception {
    assertThat(gateway.text("/js/headers/a%20b?q=1")).contains("\"spin-path-info\":\"/headers/a%20b\"", "\"spin-component-route\":\"/js\"",
        "\"spin-full-url\":\"" + gateway.url() + "/js/headers/a%20b?q=1\"");
    assertThat(gateway.get("/js/headers/", "spin-client-addr", "192.0.2.1:1").body()).contains("\"spin-client-addr\":\"127.0.0.1:").doesNotContain("192.0.2.1");
  }

  @Test
  void aStoreOutlivesTheGatewayAndARedisThatIsGoneIsAnErrorForTheCall() throws Exception {
    assertThat(gateway.text("/js/visits/eve")).endsWith(": 1");
    gateway.close();
    gateway = start("redis = \"" + redis.url() + "\"");
    assertThat(gateway.text("/py/visits/eve")).endsWith(": 2");
    redis.kill();
    assertThat(gateway.text("/py/visits/eve")).startsWith("Error_Other Redis is not reachable");
    redis.start();
    await().untilAsserted(() -> assertThat(gateway.text("/py/visits/eve")).startsWith("Hello, eve: "));
  }

  @Test
  void withoutRedisStoresAreInTheGateway() throws Exception {
    try (SpinGateway alone = new SpinGateway(folder, "http://127.0.0.1:1", "")) {
      assertThat(alone.text("/js/visits/bob")).endsWith(": 1");
      assertThat(alone.text("/py/visits/bob")).endsWith(": 2");
      assertThat(alone.text("/py/swap/s/new")).isEqualTo("meanwhile new");
    }
  }
}
