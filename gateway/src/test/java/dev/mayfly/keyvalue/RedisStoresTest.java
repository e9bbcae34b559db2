package dev.mayfly.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.keyvalue.Stores.Operation;
import dev.mayfly.redis.RedisLink;
import dev.mayfly.redis.RedisServer;
import dev.mayfly.redis.RedisSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real server. */
class RedisStoresTest extends StoresContract {
  private static Vertx vertx;
  private static RedisServer server;
  private RedisLink link;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    server = new RedisServer();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void open() throws Exception {
    link = new RedisLink(vertx, server.address(), patient(8));
    link.send(Request.cmd(Command.FLUSHALL)).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static RedisSettings patient(int seconds) {
    return new RedisSettings(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds), Duration.ofSeconds(seconds), 4, 1000);
  }

  @AfterEach
  void close() {
    link.close();
  }

  @Override
  Stores stores() {
    return new RedisStores(link);
  }

  @Test
  void aStoreIsOneHash() throws Exception {
    call(Operation.SET, "k", "v");
    assertThat(link.send(Request.cmd(Command.HGET).arg("mayfly:keyvalue:{app/default}").arg("k")).toCompletionStage().toCompletableFuture()
        .get(10, TimeUnit.SECONDS)).hasToString("v");
  }

  @Test
  void aValueThatDoesNotFitIntoAnAnswerIsAnError() throws Exception {
    link.send(Request.cmd(Command.HSET).arg(RedisStores.key("app/default")).arg("k").arg("x".repeat(Stores.ANSWER + 1))).toCompletionStage()
        .toCompletableFuture().get(10, TimeUnit.SECONDS);
    fails(call(Operation.GET, "k"), "bytes");
  }

  @Test
  void aStoreThatIsSomethingElseInRedisIsAnErrorInItsWords() throws Exception {
    link.send(Request.cmd(Command.SET).arg(RedisStores.key("app/default")).arg("x")).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    fails(call(Operation.GET, "k"), "WRONGTYPE");
    fails(call(Operation.KEYS), "WRONGTYPE");
  }

  @Test
  void aServerThatHangsIsAnErrorForTheCall() throws Exception {
    link.close();
    link = new RedisLink(vertx, server.address(), patient(1));
    server.pause();
    try {
      fails(call(Operation.GET, "k"), "Redis is not reachable");
    } finally {
      server.resume();
    }
  }
}
