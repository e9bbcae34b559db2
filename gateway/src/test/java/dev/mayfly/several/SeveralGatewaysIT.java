package dev.mayfly.several;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.RealGateway;
import dev.mayfly.redis.RedisServer;
import dev.mayfly.redis.Wire;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways, each a process of its own, under load, and a Redis that is killed, hangs, is cut off and becomes slow: no request fails. */
final class SeveralGatewaysIT {
  private static final Path HOME = Path.of(System.getProperty("mayfly.home")).toAbsolutePath().normalize();
  private static final int GATEWAYS = 3;
  private static final int CONCURRENCY = 30;
  private static final int RATE = 100;
  private static final int PACE = 50;
  private static final double TENTH = 0.1;
  private static final List<GatewayProcess> gateways = new ArrayList<>();
  @TempDir
  private static Path folder;
  private static Vertx vertx;
  private static RedisServer redis;
  private static Wire wire;
  private static Upstream upstream;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    redis = new RedisServer();
    wire = new Wire(redis.port());
    upstream = new Upstream(vertx);
    for (int i = 0; i < GATEWAYS; i++) {
      gateways.add(gateway());
    }
  }

  private static GatewayProcess gateway() throws Exception {
    return new GatewayProcess(folder, """
        redis: redis://127.0.0.1:%d
        grace: 5s
        functions:
          hello: {wasm: '%s'}
          caller: {wasm: '%s', concurrency: %d, outbound: ["http://127.0.0.1:%d"]}
        routes:
          - {path: /hello, function: hello}
          - {path: /limited, function: hello, limit: %d/s}
          - {path: /call, function: caller}
        """.formatted(wire.port(), HOME.resolve("functions/hello-wat/hello-wat.wasm"), RealGateway.guest(), CONCURRENCY, upstream.port(), RATE));
  }

  @AfterAll
  static void stop() throws Exception {
    for (GatewayProcess gateway : gateways) {
      gateway.close();
    }
    upstream.close();
    wire.close();
    redis.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void allShare() {
    soon(() -> all(SeveralGatewaysIT::shares));
  }

  private interface Holds {
    boolean of(GatewayProcess gateway) throws Exception;
  }

  private static boolean all(Holds holds) throws Exception {
    for (GatewayProcess gateway : gateways) {
      if (!holds.of(gateway)) {
        return false;
      }
    }
    return true;
  }

  private static boolean shares(GatewayProcess gateway) throws Exception {
    return gateway.degraded().isEmpty() && gateway.metric("mayfly_degraded{part=\"redis\"}") == 0 && gateway.metric("mayfly_gateways") == gateways.size()
        && gateway.pool("hello").getBoolean("shared") && gateway.pool("hello").getInteger("gateways") == gateways.size();
  }

  private static boolean goesByItself(GatewayProcess gateway) throws Exception {
    return gateway.degraded().stream().anyMatch(part -> part.startsWith("redis: ")) && gateway.metric("mayfly_degraded{part=\"redis\"}") == 1
        && !gateway.pool("hello").getBoolean("shared");
  }

  /** Waits for it; returns how long that took. */
  private static Duration soon(Callable<Boolean> holds) {
    long begin = System.nanoTime();
    await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).pollDelay(Duration.ZERO).until(holds);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private interface Step {
    void take() throws Exception;
  }

  /** Breaks Redis under the load of all gateways, and mends it when all have said so and served for a while; none of them fails a request. */
  private static void trouble(Step broken, Step mended, TestReporter reporter) throws Exception {
    List<Load> loads = gateways.stream().map(gateway -> Load.paced(vertx, gateway.port(), "/hello", PACE)).toList();
    try {
      answered(loads, PACE);
      broken.take();
      Duration noticed;
      try {
        noticed = soon(() -> all(SeveralGatewaysIT::goesByItself));
        answered(loads, 2 * PACE);
        assertThat(all(SeveralGatewaysIT::goesByItself)).isTrue();
      } finally {
        mended.take();
      }
      Duration caughtUp = soon(() -> all(SeveralGatewaysIT::shares));
      answered(loads, PACE);
      reporter.publishEntry("degraded after " + noticed.toMillis() + " ms, well again after " + caughtUp.toMillis() + " ms");
    } finally {
      loads.forEach(Load::close);
    }
    reporter.publishEntry(loads.stream().mapToLong(Load::answered).sum() + " requests answered");
    assertThat(loads).allSatisfy(load -> assertThat(load.failures()).isEmpty());
  }

  /** Waits until each has had so many answers more. */
  private static void answered(List<Load> loads, int more) {
    List<Long> before = loads.stream().map(Load::answered).toList();
    soon(() -> {
      for (int i = 0; i < loads.size(); i++) {
        if (loads.get(i).answered() < before.get(i) + more) {
          return false;
        }
      }
      return true;
    });
  }

  @Test
  void aRedisThatIsKilledAndStartsAnewEmpty(TestReporter reporter) throws Exception {
    trouble(redis::kill, redis::start, reporter);
  }

  @Test
  void aRedisThatHangs(TestReporter reporter) throws Exception {
    trouble(redis::pause, redis::resume, reporter);
  }

  @Test
  void aRedisThatIsCutOff(TestReporter reporter) throws Exception {
    trouble(wire::cut, wire::mend, reporter);
  }

  @Test
  void aRedisThatTakesTooLong(TestReporter reporter) throws Exception {
    trouble(() -> wire.delay(3_000), () -> wire.delay(0), reporter);
  }

  @Test
  void aRedisWithoutRoomForMore(TestReporter reporter) throws Exception {
    trouble(() -> redis.ask("CONFIG", "SET", "maxmemory", "1"), () -> redis.ask("CONFIG", "SET", "maxmemory", "0"), reporter);
  }

  @Test
  void aRedisThatForgetsItsScriptsIsNoTrouble() throws Exception {
    List<Load> loads = gateways.stream().map(gateway -> Load.paced(vertx, gateway.port(), "/hello", PACE)).toList();
    try {
      answered(loads, PACE);
      double failed = failedExchanges();
      redis.ask("SCRIPT", "FLUSH");
      answered(loads, 3 * PACE);
      assertThat(all(SeveralGatewaysIT::shares)).isTrue();
      assertThat(failedExchanges()).isEqualTo(failed);
    } finally {
      loads.forEach(Load::close);
    }
    assertThat(loads).allSatisfy(load -> assertThat(load.failures()).isEmpty());
  }

  private static double failedExchanges() throws Exception {
    double sum = 0;
    for (GatewayProcess gateway : gateways) {
      sum += gateway.metric("mayfly_redis_exchanges_total{outcome=\"failed\"}");
    }
    return sum;
  }

  @Test
  void aGatewayThatDiesLeavesItsShareToTheOthersAndOneThatJoinsGetsOne(TestReporter reporter) throws Exception {
    List<Load> loads = gateways.subList(0, 2).stream().map(gateway -> Load.paced(vertx, gateway.port(), "/hello", PACE)).toList();
    try {
      answered(loads, PACE);
      gateways.removeLast().kill();
      Duration left = soon(() -> all(SeveralGatewaysIT::shares));
      gateways.add(gateway());
      Duration joined = soon(() -> all(SeveralGatewaysIT::shares));
      reporter.publishEntry("shares changed " + left.toMillis() + " ms after a death, " + joined.toMillis() + " ms after a gateway began to serve");
    } finally {
      loads.forEach(Load::close);
    }
    assertThat(loads).allSatisfy(load -> assertThat(load.failures()).isEmpty());
  }

  @Test
  void aLimitOfRequestsHoldsForAllTogether(TestReporter reporter) throws Exception {
    int[] paces = {200, 100, 20};
    List<Load> loads = new ArrayList<>();
    for (int i = 0; i < GATEWAYS; i++) {
      loads.add(Load.paced(vertx, gateways.get(i).port(), "/limited", paces[i]));
    }
    try {
      taken(loads, 6 * RATE); // the buckets are empty and the shares have settled
      long before = loads.stream().mapToLong(Load::answered).sum();
      Duration took = taken(loads, 8 * RATE);
      double rate = (loads.stream().mapToLong(Load::answered).sum() - before) / (took.toNanos() / 1e9);
      reporter.publishEntry("%.1f/s of %d/s; by gateway %s".formatted(rate, RATE, loads.stream().map(Load::answered).toList()));
      assertThat(rate).isBetween(RATE * (1 - TENTH), RATE * (1 + TENTH));
    } finally {
      loads.forEach(Load::close);
    }
    assertThat(loads).allSatisfy(load -> assertThat(load.failures()).isEmpty());
    assertThat(loads).allSatisfy(load -> assertThat(load.limited()).isPositive());
  }

  /** Waits for so many more answers in all. */
  private static Duration taken(List<Load> loads, long more) {
    long before = loads.stream().mapToLong(Load::answered).sum();
    return soon(() -> loads.stream().mapToLong(Load::answered).sum() >= before + more);
  }

  @Test
  void concurrencyHoldsForAllTogether(TestReporter reporter) throws Exception {
    int[] users = {60, 30, 10};
    List<Load> loads = new ArrayList<>();
    for (int i = 0; i < GATEWAYS; i++) {
      loads.add(Load.users(vertx, gateways.get(i).port(), "/call", users[i], "x-authority", "127.0.0.1:" + upstream.port()));
    }
    try {
      called(8 * CONCURRENCY); // the shares have settled
      Duration full = soon(() -> {
        upstream.forget();
        called(6 * CONCURRENCY);
        assertThat(upstream.most()).isLessThanOrEqualTo(Math.round(CONCURRENCY * (1 + TENTH)));
        return upstream.usual() >= CONCURRENCY * (1 - TENTH);
      });
      reporter.publishEntry("at most %d at one time, %.1f usually, of %d; after %d ms".formatted(upstream.most(), upstream.usual(), CONCURRENCY, full.toMillis()));
    } finally {
      loads.forEach(Load::close);
    }
    assertThat(loads).allSatisfy(load -> assertThat(load.failures()).isEmpty());
  }

  private static void called(long more) {
    long before = upstream.calls();
    soon(() -> upstream.calls() >= before + more);
  }
}
