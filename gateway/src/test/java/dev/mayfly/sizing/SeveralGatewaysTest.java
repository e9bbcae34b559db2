package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.redis.RedisServer;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rounds of several gateways over one real Redis, four to a second. */
class SeveralGatewaysTest {
  private static final int ROUND_MILLIS = 250;
  private final List<SteppedGateway> nodes = new ArrayList<>();
  private RedisServer server;
  private Vertx vertx;

  @BeforeEach
  void open() throws Exception {
    server = new RedisServer();
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() throws Exception {
    nodes.forEach(SteppedGateway::close);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    server.close();
  }

  private SteppedGateway node() {
    SteppedGateway node = new SteppedGateway(vertx, server.address(), "gateway-" + nodes.size());
    nodes.add(node);
    return node;
  }

  private interface Step {
    void run();
  }

  /** Rounds at their times: the averages of Redis are by its own clock. */
  private static void rounds(int rounds, Step step) throws InterruptedException {
    for (int i = 0; i < rounds; i++) {
      long begin = System.nanoTime();
      step.run();
      Thread.sleep(Math.max(0, ROUND_MILLIS - (System.nanoTime() - begin) / 1_000_000));
    }
  }

  /** All gateways have so many machines busy, and so many requests in a round. */
  private void rounds(int rounds, int requests, double busy) throws InterruptedException {
    rounds(rounds, () -> nodes.forEach(node -> node.round(requests, busy * ROUND_MILLIS / 1000)));
  }

  @Test
  void allComeToTheSameTargetAndShareItWithoutRest() throws Exception {
    SteppedGateway a = node();
    SteppedGateway b = node();
    SteppedGateway c = node();
    rounds(24, 25, 2);
    int target = a.report().sizing().target();
    assertThat(target).isBetween(11, 16);
    for (SteppedGateway node : nodes) {
      assertThat(node.report().nodes()).isEqualTo(3);
      assertThat(node.report().shared()).isTrue();
      assertThat(node.report().sizing().target()).isBetween(target - 2, target + 2);
      assertThat(node.pool.kept).isBetween(target / 3 - 2, target / 3 + 3);
    }
    assertThat(b.pool.allowed + a.pool.allowed + c.pool.allowed).isBetween(27, 33);
    assertThat(a.rate.share + b.rate.share + c.rate.share).isBetween(0.9, 1.1);
  }

  @Test
  void sharesOfLimitsFollowTheTraffic() throws Exception {
    SteppedGateway loaded = node();
    SteppedGateway idle = node();
    rounds(20, () -> {
      loaded.round(25, 20); // 80 machines and 100 requests a second, more than there may be
      idle.round(0, 0);
    });
    assertThat(loaded.pool.allowed).isBetween(27, 30);
    assertThat(idle.pool.allowed).isBetween(1, 3);
    assertThat(loaded.rate.share).isBetween(0.9, 1.0);
  }

  @Test
  void aGatewayThatJoinsOrDiesChangesTheSharesWithinFiveSeconds() throws Exception {
    SteppedGateway first = node();
    rounds(8, 3, 1);
    assertThat(first.pool.allowed).isEqualTo(30);
    SteppedGateway second = node();
    rounds(20, 3, 1);
    assertThat(first.pool.allowed).isBetween(12, 19);
    assertThat(second.pool.allowed).isBetween(11, 18);
    Awaitility.await().atMost(5, TimeUnit.SECONDS).pollInterval(ROUND_MILLIS, TimeUnit.MILLISECONDS).until(() -> {
      first.round(3, 0.25);
      return first.pool.allowed == 30;
    });
    assertThat(first.traffic.nodes()).containsExactly("gateway-0");
  }

  @Test
  void withRedisDownItIsSizedByItsOwnTrafficAndWithRedisBackByAll() throws Exception {
    SteppedGateway a = node();
    SteppedGateway b = node();
    rounds(16, 25, 5);
    assertThat(a.report().shared()).isTrue();
    server.kill();
    rounds(14, 25, 5);
    assertThat(a.traffic.status().fresh()).isFalse();
    assertThat(a.traffic.status().reason()).contains("Redis is not reachable");
    assertThat(a.report().shared()).isFalse();
    assertThat(a.pool.kept).as("for its own 5 busy").isBetween(9, 14);
    assertThat(a.pool.allowed).as("an equal part").isEqualTo(15);
    server.start();
    rounds(4, 25, 5);
    assertThat(a.traffic.status().fresh()).isTrue();
    assertThat(a.report().nodes()).isEqualTo(2);
    assertThat(b.traffic.status().lostArrivals()).isPositive();
  }

  @Test
  void aPausedRedisHoldsNoRoundUp() throws Exception {
    SteppedGateway a = node();
    rounds(8, 25, 5);
    server.pause();
    try {
      rounds(12, 25, 5);
      assertThat(a.traffic.status().fresh()).isFalse();
      assertThat(a.pool.kept).isBetween(8, 14);
    } finally {
      server.resume();
    }
    Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> {
      a.round(25, 1);
      return a.traffic.status().fresh();
    });
  }

  @Test
  void gapsOutliveARedisThatForgets() throws Exception {
    SteppedGateway a = node();
    a.round(1, 0.1);
    for (int i = 0; i < 5; i++) {
      a.leap += 600_000; // the gateway's own windows see gaps; those of Redis, by its clock, do not
      a.round(1, 0.1);
    }
    server.kill();
    server.start();
    rounds(15, 0, 0);
    SteppedGateway restarted = node();
    rounds(15, 0, 0);
    assertThat(restarted.traffic.window("function f", restarted.now()).gaps().total()).isGreaterThanOrEqualTo(4);
  }
}
