package dev.mayfly.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.config.RedisAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands over a link to a real server that answers, refuses, hangs, goes away and comes back. */
class RedisLinkTest {
  private static final RedisSettings HASTY = new RedisSettings(Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(600), 4, 8);

  private final Vertx vertx = Vertx.vertx();
  @TempDir
  private Path folder;
  private RedisLink link;

  @AfterEach
  void close() throws Exception {
    if (link != null) {
      link.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static Response answer(Future<Response> command) throws Exception {
    try {
      return command.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static Request ping() {
    return Request.cmd(Command.PING);
  }

  private RedisLink open(RedisAddress address, RedisSettings settings) {
    link = new RedisLink(vertx, address, settings);
    return link;
  }

  @Test
  void aCommandIsAnswered() throws Exception {
    try (RedisServer server = new RedisServer()) {
      open(server.address(), RedisSettings.DEFAULT);
      assertThat(answer(link.send(ping()))).hasToString("PONG");
      assertThat(answer(link.send(Request.cmd(Command.GET).arg("nothing")))).isNull();
    }
  }

  @Test
  void userPasswordAndDatabaseComeFromTheAddress() throws Exception {
    try (RedisServer server = new RedisServer("--requirepass", "a b")) {
      open(RedisAddress.of("redis://:a%20b@127.0.0.1:" + server.port() + "/3"), RedisSettings.DEFAULT);
      assertThat(answer(link.send(Request.cmd(Command.SET).arg("k").arg("v")))).hasToString("OK");
      assertThat(answer(link.send(Request.cmd(Command.INFO).arg("keyspace"))).toString()).contains("db3:keys=1");
    }
  }

  @Test
  void whatTheServerRefusesHasItsWords() throws Exception {
    try (RedisServer server = new RedisServer()) {
      open(server.address(), RedisSettings.DEFAULT);
      assertThatThrownBy(() -> answer(link.send(Request.cmd(Command.CONFIG).arg("NONE")))).isNotInstanceOf(RedisLink.Unavailable.class)
          .hasMessageContaining("unknown subcommand");
    }
  }

  @Test
  void aServerThatIsNotThereFailsTheCommandAndServesTheNextOneWhenItIsBack() throws Exception {
    try (RedisServer server = new RedisServer()) {
      open(server.address(), RedisSettings.DEFAULT);
      answer(link.send(ping()));
      server.kill();
      assertThatThrownBy(() -> answer(link.send(ping()))).isInstanceOf(RedisLink.Unavailable.class).hasMessageStartingWith("Redis is not reachable: ")
          .message().doesNotContain("\n");
      server.start();
      await().ignoreExceptions().until(() -> answer(link.send(ping())) != null);
    }
  }

  @Test
  void aServerThatHangsFailsEveryCommandInTimeAndIsUsedAgainAfterwards() throws Exception {
    try (RedisServer server = new RedisServer()) {
      open(server.address(), HASTY);
      answer(link.send(ping()));
      server.pause();
      List<Future<Response>> many = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        many.add(link.send(ping()));
      }
      for (Future<Response> command : many) {
        assertThatThrownBy(() -> answer(command)).isInstanceOf(RedisLink.Unavailable.class);
      }
      server.resume();
      await().ignoreExceptions().until(() -> answer(link.send(ping())) != null);
    }
  }

  @Test
  void commandsSentTogetherAreAnsweredTogether() throws Exception {
    try (RedisServer server = new RedisServer()) {
      open(server.address(), RedisSettings.DEFAULT);
      Request set = Request.cmd(Command.SET).arg("k").arg("v");
      List<Response> answers = link.batch(List.of(set, Request.cmd(Command.GET).arg("k"))).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertThat(answers).extracting(Response::toString).containsExactly("OK", "v");
    }
  }

  @Test
  void anAddressThatLeadsToAnotherMasterIsFollowed() throws Exception {
    try (RedisServer before = new RedisServer("--dir", folder.toString()); RedisServer after = new RedisServer(); Wire name = new Wire(before.port())) {
      open(RedisAddress.of("redis://127.0.0.1:" + name.port()), new RedisSettings(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMinutes(1), 1, 8));
      Request set = Request.cmd(Command.SET).arg("k").arg("v");
      answer(link.send(set));
      name.lead(after.port());
      before.ask("REPLICAOF", "127.0.0.1", String.valueOf(after.port()));
      assertThatThrownBy(() -> answer(link.send(set))).hasMessageStartingWith("READONLY");
      await().ignoreExceptions().until(() -> answer(link.send(set)) != null);
      assertThat(after.ask("GET", "k")).isEqualTo("v");
    }
  }

  @Test
  void aServerThatWantsAPasswordSaysSo() throws Exception {
    try (RedisServer server = new RedisServer("--requirepass", "secret")) {
      open(server.address(), RedisSettings.DEFAULT);
      assertThatThrownBy(() -> answer(link.send(ping()))).hasMessageContaining("NOAUTH");
      link.close();
      open(RedisAddress.of("redis://:wrong@127.0.0.1:" + server.port()), RedisSettings.DEFAULT);
      assertThatThrownBy(() -> answer(link.send(ping()))).hasMessageContaining("WRONGPASS").message().doesNotContain("wrong@");
    }
  }

  @Test
  void aServerThatIsLoadingCannotBeReachedYet() throws Exception {
    try (RedisServer server = new RedisServer("--dir", folder.toString(), "--enable-debug-command", "local", "--key-load-delay", "3000", "--loading-process-events-interval-bytes", "1024")) {
      open(server.address(), RedisSettings.DEFAULT);
      server.ask("DEBUG", "POPULATE", "1000", "k", "100");
      server.ask("SAVE");
      server.kill();
      server.startLoading();
      assertThatThrownBy(() -> answer(link.send(Request.cmd(Command.GET).arg("k:1")))).isInstanceOf(RedisLink.Unavailable.class).hasMessageContaining("LOADING");
      await().ignoreExceptions().until(() -> answer(link.send(Request.cmd(Command.GET).arg("k:1"))) != null);
    }
  }
}
