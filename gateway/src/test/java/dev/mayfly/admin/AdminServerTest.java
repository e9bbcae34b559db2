package dev.mayfly.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.config.Configuration.Address;
import dev.mayfly.http.PortTaken;
import dev.mayfly.metrics.Metrics;
import dev.mayfly.vm.Isolation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AdminServerTest {
  private static final Address ANY_PORT = new Address("127.0.0.1", 0);

  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics();
  private final BlockingQueue<Promise<Void>> evictions = new LinkedBlockingQueue<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile List<String> missing = List.of();
  private AdminServer server;

  @BeforeEach
  void start() {
    List<AdminFunction> functions = List.of(function("hello", () -> {
      Promise<Void> eviction = Promise.promise();
      evictions.add(eviction);
      return eviction.future();
    }), function("broken", () -> Future.failedFuture(new IllegalStateException("secret"))));
    server = new AdminServer(vertx, () -> missing, () -> functions, Pools.NONE, metrics);
    server.start(ANY_PORT).await();
  }

  private static AdminFunction function(String name, Evictable evictable) {
    return new AdminFunction(name, Path.of("/x/" + name + ".wasm"), "STDOUT", Isolation.KVM, () -> 3, evictable);
  }

  @AfterEach
  void stop() {
    client.close();
    vertx.close().await();
  }

  private CompletableFuture<HttpResponse<String>> send(String method, String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
        .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) {
    return send("GET", path).join();
  }

  @Test
  void isAliveWhateverIsMissing() {
    missing = List.of("everything");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void isReadyWhenNothingIsMissing() {
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    missing = List.of("function hello is being deployed");
    HttpResponse<String> answer = get("/health/ready");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(new JsonObject(answer.body()).getJsonArray("missing")).containsExactly("function hello is being deployed");
  }

  @Test
  void showsMetrics() {
    metrics.function("hello").answered(200, 1_000_000);
    HttpResponse<String> answer = get("/metrics");
    assertThat(answer.headers().firstValue("content-type")).hasValueSatisfying(t -> assertThat(t).startsWith("text/plain; version=0.0.4"));
    assertThat(answer.body()).contains("mayfly_requests_total{function=\"hello\",status=\"200\"} 1.0");
  }

  @Test
  void listsFunctionsByName() {
    JsonArray list = new JsonArray(get("/functions").body());
    assertThat(list.getJsonObject(0).getString("name")).isEqualTo("broken");
    assertThat(list.getJsonObject(1)).isEqualTo(new JsonObject().put("name", "hello").put("wasm", "/x/hello.wasm").put("handler", "stdout")
        .put("isolation", "kvm").put("machines", 3));
  }

  @Test
  void anEvictionIsAnsweredWhenTheMachinesAreGone() throws InterruptedException {
    CompletableFuture<HttpResponse<String>> answer = send("POST", "/functions/hello/evict");
    Promise<Void> eviction = evictions.poll(10, TimeUnit.SECONDS);
    assertThat(answer).isNotDone();
    eviction.complete();
    assertThat(answer.join().statusCode()).isEqualTo(204);
  }

  @Test
  void anUnknownFunctionIsAProblem() {
    HttpResponse<String> answer = send("POST", "/functions/nobody/evict").join();
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(new JsonObject(answer.body()).getInteger("status")).isEqualTo(404);
  }

  @Test
  void aFailureIsAProblemWithoutItsCause() {
    HttpResponse<String> answer = send("POST", "/functions/broken/evict").join();
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("secret");
  }

  @Test
  void aWebPageCannotEvict() {
    assertThat(send("POST", "/functions/hello/evict", "Origin", "http://evil.example").join().statusCode()).isEqualTo(403);
    assertThat(evictions).isEmpty();
  }

  @Test
  void otherMethodsAreRefusedWithWhatIsAllowed() {
    HttpResponse<String> answer = get("/functions/hello/evict");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).hasValue("POST");
    assertThat(send("POST", "/metrics").join().statusCode()).isEqualTo(405);
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void aTakenPortIsSaidInOneLine() {
    AdminServer second = new AdminServer(Vertx.vertx(), () -> missing, List::of, Pools.NONE, metrics);
    assertThatThrownBy(() -> second.start(new Address("127.0.0.1", server.actualPort())).await())
        .isInstanceOf(PortTaken.class)
        .hasMessageStartingWith("port " + server.actualPort() + " is taken: ").hasMessageContaining("'admin:'").hasMessageNotContaining("\n");
  }
}
