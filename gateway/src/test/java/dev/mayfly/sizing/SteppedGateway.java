package dev.mayfly.sizing;

import dev.mayfly.config.RedisAddress;
import dev.mayfly.redis.RedisLink;
import dev.mayfly.redis.RedisSettings;
import dev.mayfly.traffic.RedisWindows;
import dev.mayfly.traffic.SharedTraffic;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** What shares the traffic of a gateway with one function {@code f} and one limited route, over a real Redis; its rounds are the test's. */
final class SteppedGateway implements AutoCloseable {
  private static final RedisSettings IMPATIENT = new RedisSettings(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(5), 4, 64);

  final FakePool pool = new FakePool("f", 30);
  final Rate rate = new Rate();
  final ConcurrentLinkedQueue<Runnable> thread = new ConcurrentLinkedQueue<>();
  final SharedTraffic traffic;
  final SizingRound round;
  private final RedisLink link;
  private final long origin = System.nanoTime();
  /** Added to the clock by the test. */
  long leap;

  static final class Rate implements SharedLimit {
    long asked;
    double share = 1;

    @Override
    public String id() {
      return "* */f";
    }

    @Override
    public double perSecond() {
      return 50;
    }

    @Override
    public long asked() {
      return asked;
    }

    @Override
    public void share(double fraction) {
      share = fraction;
    }
  }

  SteppedGateway(Vertx vertx, RedisAddress redis, String name) {
    this(vertx, redis, name, IMPATIENT);
  }

  SteppedGateway(Vertx vertx, RedisAddress redis, String name, RedisSettings settings) {
    link = new RedisLink(vertx, redis, settings);
    traffic = new SharedTraffic(new RedisWindows(link), name, thread::add, SizingRound.windowNames(List.of("f"), List.of(rate)));
    round = new SizingRound(List.of(pool), List.of(rate), 1L << 40, Optional.of(traffic), this::now);
  }

  long now() {
    return 1 + leap + (System.nanoTime() - origin) / 1_000_000;
  }

  PoolReport report() {
    return round.view("f", now()).orElseThrow().report();
  }

  /** A round; its exchange is answered, or has failed, before this returns. */
  void round(int requests, double busySeconds) {
    pool.serve(requests, busySeconds);
    rate.asked += requests;
    long answers = traffic.status().exchanges() + traffic.status().failures();
    round.run(now());
    Awaitility.await().atMost(10, TimeUnit.SECONDS).pollInterval(2, TimeUnit.MILLISECONDS).until(() -> {
      for (Runnable step = thread.poll(); step != null; step = thread.poll()) {
        step.run();
      }
      return traffic.status().exchanges() + traffic.status().failures() > answers;
    });
  }

  @Override
  public void close() {
    link.close();
  }
}
