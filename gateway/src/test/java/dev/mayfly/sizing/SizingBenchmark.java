package dev.mayfly.sizing;

import dev.mayfly.config.RedisAddress;
import dev.mayfly.redis.RedisLink;
import dev.mayfly.redis.RedisServer;
import dev.mayfly.redis.RedisSettings;
import dev.mayfly.traffic.RedisWindows;
import dev.mayfly.traffic.SharedTraffic;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What a second of sizing costs, as functions and gateways grow: processor time of the rounds and of the Redis client (a JVM with nothing else to do), and of a
 * real Redis server, for each gateway. A tenth of the functions gets a request in a second, each second another half of a fifth, at random, so that gaps are seen and judged. Not a test:
 * run by {@code gateway/bench-sizing}.
 */
final class SizingBenchmark {
  /** Less than two minutes of a gateway's life, in which its code is compiled. */
  private static final int WARM_UP = 100;
  private static final int ROUNDS = 10;
  private static final Pattern CPU = Pattern.compile("used_cpu_(sys|user):([0-9.]+)");

  private SizingBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    System.out.println("| functions | in use each second | gateways | gateway, ms of a core each second | Redis, ms each second and gateway |");
    System.out.println("|---|---|---|---|---|");
    for (int functions : new int[] {10, 100, 1_000, 10_000}) {
      row(functions, 1);
    }
    for (int gateways : new int[] {2, 5, 10}) {
      row(10_000, gateways);
    }
    row(1_000, 10);
  }

  private static void row(int functions, int gateways) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (RedisServer server = new RedisServer(); RedisLink control = link(vertx, server)) {
      List<Gateway> all = IntStream.range(0, gateways).mapToObj(n -> new Gateway(vertx, server, "gateway-" + n, functions)).toList();
      for (int round = 0; round < WARM_UP; round++) {
        for (Gateway gateway : all) {
          gateway.round();
        }
      }
      double redis = redisMillis(control);
      long before = processNanos();
      for (int round = 0; round < ROUNDS; round++) {
        for (Gateway gateway : all) {
          gateway.round();
        }
      }
      double client = (processNanos() - before) / 1e6;
      redis = redisMillis(control) - redis;
      double each = ROUNDS * gateways;
      System.out.printf("| %d | %d | %d | %.1f | %.2f |%n", functions, Math.max(1, functions / 10), gateways, client / each, redis / each);
      all.forEach(gateway -> gateway.link.close());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private static RedisLink link(Vertx vertx, RedisServer server) {
    return new RedisLink(vertx, RedisAddress.of(server.url()), RedisSettings.DEFAULT);
  }

  private static long processNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
  }

  private static double redisMillis(RedisLink control) throws Exception {
    String info = control.send(Request.cmd(Command.INFO).arg("cpu")).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS).toString();
    double seconds = 0;
    for (Matcher m = CPU.matcher(info); m.find();) {
      seconds += Double.parseDouble(m.group(2));
    }
    return seconds * 1000;
  }

  private static final class Gateway {
    final RedisLink link;
    private final List<FakePool> pools = new ArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> thread = new ConcurrentLinkedQueue<>();
    private final SharedTraffic traffic;
    private final SizingRound round;
    private final SplittableRandom random = new SplittableRandom(1);
    private long now = 1;

    Gateway(Vertx vertx, RedisServer server, String name, int functions) {
      link = link(vertx, server);
      IntStream.range(0, functions).forEach(n -> pools.add(new FakePool("function-" + n, 64)));
      traffic = new SharedTraffic(new RedisWindows(link), name, this::later, SizingRound.windowNames(pools.stream().map(p -> p.configuration().name()).toList(), List.of()));
      List<SizedPool> sized = List.copyOf(pools);
      round = new SizingRound(sized, List.of(), 1L << 40, Optional.of(traffic), () -> now);
    }

    private volatile CompletableFuture<Void> answered = new CompletableFuture<>();

    private void later(Runnable step) {
      thread.add(step);
      answered.complete(null);
    }

    void round() throws Exception {
      for (int i = 0; i < Math.max(1, pools.size() / 5); i++) {
        if (random.nextBoolean()) {
          pools.get(i).serve(1, 0.01, 1);
        }
      }
      now += 1000;
      answered = new CompletableFuture<>();
      round.run(now);
      answered.get(10, TimeUnit.SECONDS);
      for (Runnable step = thread.poll(); step != null; step = thread.poll()) {
        step.run();
      }
    }
  }
}
