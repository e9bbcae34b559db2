package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.RedisAddress;
import dev.mayfly.redis.RedisCluster;
import dev.mayfly.redis.RedisLink;
import dev.mayfly.redis.RedisSentinels;
import dev.mayfly.redis.RedisServer;
import dev.mayfly.redis.RedisSettings;
import dev.mayfly.traffic.RedisWindows;
import dev.mayfly.traffic.SharedTraffic;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways over servers of which one dies or hangs, in rounds of a second: each goes by its own traffic until another server has that one's place. */
class FailoverIT {
  private static final String NODES = "mayfly:{nodes}";
  private final Vertx vertx = Vertx.vertx();
  private final List<Gateway> gateways = new ArrayList<>();
  @TempDir
  private Path folder;

  /** Has five machines busy. */
  private final class Gateway {
    final FakePool pool = new FakePool("f", 30);
    final SizingLoop loop = new SizingLoop(System::nanoTime);
    final RedisLink link;
    final SharedTraffic traffic;
    final SizingRound round;
    /** Why it went by its own traffic when it last did so; empty: it did not. */
    volatile String alone = "";

    Gateway(RedisAddress redis, String name) {
      link = new RedisLink(vertx, redis, RedisSettings.DEFAULT);
      traffic = new SharedTraffic(new RedisWindows(link), name, loop::execute, SizingRound.windowNames(List.of("f"), List.of()));
      round = new SizingRound(List.of(pool), List.of(), 1L << 40, Optional.of(traffic), loop::nowMillis);
      loop.begin(now -> {
        pool.serve(25, 5);
        round.run(now);
        SharedTraffic.Status status = traffic.status();
        alone = !status.fresh() && !report().shared() && pool.allowed == 15 ? status.reason() : alone;
      });
    }

    @Override
    public String toString() {
      return traffic.status().toString();
    }

    boolean sharesWithBoth() {
      return traffic.status().fresh() && traffic.status().nodes() == 2 && report().shared() && report().nodes() == 2;
    }

    PoolReport report() {
      return round.view("f", loop.nowMillis()).orElseThrow().report();
    }
  }

  @AfterEach
  void close() throws Exception {
    gateways.forEach(gateway -> gateway.loop.close());
    gateways.forEach(gateway -> gateway.link.close());
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private void open(RedisAddress redis) {
    for (int i = 0; i < 2; i++) {
      gateways.add(new Gateway(redis, "gateway-" + i));
    }
    soon(Gateway::sharesWithBoth);
    gateways.forEach(gateway -> gateway.alone = "");
  }

  private void soon(Predicate<Gateway> holds) {
    Awaitility.await().atMost(60, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS).ignoreExceptionsInstanceOf(NoSuchElementException.class)
        .untilAsserted(() -> assertThat(gateways).allMatch(holds));
  }

  private void aloneThenTogetherAgain() {
    soon(gateway -> !gateway.alone.isEmpty());
    assertThat(gateways).allSatisfy(gateway -> assertThat(gateway.alone).doesNotContain("\n"));
    soon(Gateway::sharesWithBoth);
  }

  /** One after the other. @param forgiven failures that may come before */
  private void answeredWithoutFailure(int exchanges, int forgiven) {
    SharedTraffic traffic = gateways.getFirst().traffic;
    long begun = traffic.status().failures();
    long[] since = {begun, traffic.status().exchanges()};
    soon(gateway -> {
      SharedTraffic.Status now = traffic.status();
      if (now.failures() > since[0]) {
        since[0] = now.failures();
        since[1] = now.exchanges();
      }
      return now.exchanges() >= since[1] + exchanges;
    });
    assertThat(traffic.status().failures() - begun).isLessThanOrEqualTo(forgiven);
  }

  @Test
  void sentinelsPutAReplicaIntoThePlaceOfADeadMaster() throws Exception {
    try (RedisSentinels servers = new RedisSentinels(folder)) {
      open(servers.address());
      RedisServer dead = servers.master();
      dead.kill();
      aloneThenTogetherAgain();
      assertThat(servers.master()).isNotEqualTo(dead);
      dead.start(); // it comes back as a replica of the other
      Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> dead.ask("INFO", "replication").contains("role:slave"));
      soon(Gateway::sharesWithBoth);
    }
  }

  @Test
  void sentinelsPutAReplicaIntoThePlaceOfAMasterThatHangs() throws Exception {
    try (RedisSentinels servers = new RedisSentinels(folder)) {
      open(servers.address());
      RedisServer hanging = servers.master();
      hanging.pause();
      try {
        aloneThenTogetherAgain();
      } finally {
        hanging.resume();
      }
    }
  }

  @Test
  void aSentinelThatHangsIsPassedOver() throws Exception {
    try (RedisSentinels servers = new RedisSentinels(folder)) {
      open(servers.address());
      servers.pauseSentinel(0);
      answeredWithoutFailure(10, 6);
    }
  }

  @Test
  void aReplicaOfAClusterTakesThePlaceOfItsDeadMaster() throws Exception {
    try (RedisCluster servers = new RedisCluster(folder)) {
      open(servers.address());
      RedisServer dead = servers.masterOf(NODES);
      dead.kill();
      aloneThenTogetherAgain();
      assertThat(servers.masterOf(NODES, dead)).isNotEqualTo(dead);
    }
  }

  @Test
  void aReplicaOfAClusterTakesThePlaceOfAMasterThatHangs() throws Exception {
    try (RedisCluster servers = new RedisCluster(folder)) {
      open(servers.address());
      RedisServer hanging = servers.masterOf(NODES);
      hanging.pause();
      try {
        aloneThenTogetherAgain();
      } finally {
        hanging.resume();
      }
    }
  }

  /** The client wants a connection to every server of a cluster; one that is gone is asked for until the others have dropped it. */
  @Test
  void aReplicaOfAClusterThatDiesIsSoonForgotten() throws Exception {
    try (RedisCluster servers = new RedisCluster(folder)) {
      open(servers.address());
      servers.replicaOf(NODES).kill();
      aloneThenTogetherAgain();
    }
  }
}
