package dev.mayfly.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.keyvalue.Stores.Operation;
import dev.mayfly.redis.RedisInstallation;
import dev.mayfly.redis.RedisLink;
import dev.mayfly.redis.RedisSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Stores in a real Redis, whatever servers it is made of. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisStoresContract extends StoresContract {
  private static final int PATIENT_SECONDS = 8;
  private Vertx vertx;
  private RedisInstallation servers;
  private RedisLink link;

  /** Starts the servers. @param folder that they may write into */
  abstract RedisInstallation servers(Path folder) throws Exception;

  @BeforeAll
  final void start(@TempDir Path folder) throws Exception {
    servers = servers(folder);
    vertx = Vertx.vertx();
  }

  @AfterAll
  final void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    servers.close();
  }

  @BeforeEach
  final void open() throws Exception {
    servers.tellAll("FLUSHALL");
    open(PATIENT_SECONDS);
  }

  /** Anew, with this patience. */
  final void open(int seconds) {
    close();
    Duration patience = Duration.ofSeconds(seconds);
    link = new RedisLink(vertx, servers.address(), new RedisSettings(patience, patience, patience, 4, 1000));
  }

  @AfterEach
  final void close() {
    if (link != null) {
      link.close();
    }
  }

  final Response send(Command command, String... arguments) throws Exception {
    Request request = Request.cmd(command);
    for (String argument : arguments) {
      request.arg(argument);
    }
    return link.send(request).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Override
  Stores stores() {
    return new RedisStores(link);
  }

  @Test
  void aStoreIsOneHash() throws Exception {
    call(Operation.SET, "k", "v");
    assertThat(send(Command.HGET, "mayfly:keyvalue:{app/default}", "k")).hasToString("v");
  }

  @Test
  void aValueThatDoesNotFitIntoAnAnswerIsAnError() throws Exception {
    send(Command.HSET, RedisStores.key("app/default"), "k", "x".repeat(Stores.ANSWER + 1));
    fails(call(Operation.GET, "k"), "bytes");
  }

  @Test
  void aStoreThatIsSomethingElseInRedisIsAnErrorInItsWords() throws Exception {
    send(Command.SET, RedisStores.key("app/default"), "x");
    fails(call(Operation.GET, "k"), "WRONGTYPE");
    fails(call(Operation.KEYS), "WRONGTYPE");
  }
}
