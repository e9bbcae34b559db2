package dev.mayfly.traffic;

import dev.mayfly.config.RedisAddress;
import dev.mayfly.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Windows in Redis, and the gateways that add to them. Knows no state but the scripts: what is kept of the answers is {@link SharedTraffic}'s. Thread-safe; nothing blocks.
 *
 * <p>Keys: {@code mayfly:{N}:w:NAME} a window, {@code mayfly:{nodes}} the gateways. N is one of {@link #BUCKETS} numbers by the name, and the key's hash tag: in a
 * cluster the windows of one number lie in one slot, so that one call of the script serves them all, and the numbers are spread over the servers. One server
 * takes up to {@link #KEYS_A_CALL} windows in a call, whatever their numbers.
 */
public final class RedisWindows {
  static final int BUCKETS = 16;
  /** A script runs alone: other commands wait for so many windows, some 5 us each. */
  static final int KEYS_A_CALL = 500;
  /** A function that is not used for so long is forgotten. */
  private static final Duration KEPT = Duration.ofDays(7);
  /** A gateway that says nothing for so long is taken for dead. */
  static final Duration ALIVE = Duration.ofMillis(2_500);
  private static final int RECORD = 48;

  /**
   * What came back.
   *
   * @param windows those asked for that there are, by name
   * @param nodes gateways alive, in no order
   */
  public record Answer(Map<String, Held> windows, List<String> nodes) {}

  /** A window, as Redis has it. @param gapsKnown the window's gaps are those the caller knows; its own are empty */
  public record Held(Window window, double gapsSeen, boolean gapsKnown) {}

  private final RedisLink redis;
  private final boolean cluster;
  private final Script windows = Script.load("windows.lua");
  private final Script nodes = Script.load("nodes.lua");

  public RedisWindows(RedisLink redis) {
    this.redis = redis;
    cluster = redis.address().kind() == RedisAddress.Kind.CLUSTER;
  }

  /** Says that the gateway lives, adds its counts, and reads. Fails as a whole if anything does; parts may then have been done. @param spanSeconds what the counts cover, above 0 */
  public Future<Answer> exchange(String self, Collection<Reading> readings, double spanSeconds) {
    Future<List<String>> alive = alive(self, ALIVE);
    List<Future<Map<String, Held>>> calls = new ArrayList<>();
    for (List<Reading> group : groups(readings)) {
      calls.add(call(group, spanSeconds));
    }
    return Future.all(calls).compose(all -> alive).map(names -> {
      Map<String, Held> held = new HashMap<>();
      calls.forEach(call -> held.putAll(call.result()));
      return new Answer(held, names);
    });
  }

  /** The gateway goes; the others need not wait for its silence. */
  public Future<Void> leave(String self) {
    return alive(self, Duration.ZERO).mapEmpty();
  }

  private Future<List<String>> alive(String self, Duration alive) {
    return nodes.run(redis, List.of("mayfly:{nodes}"), List.of(Buffer.buffer(self), Buffer.buffer(Long.toString(alive.toMillis()))))
        .map(answer -> answer.stream().map(Response::toString).toList());
  }

  private List<List<Reading>> groups(Collection<Reading> readings) {
    Map<Integer, List<Reading>> byBucket = new TreeMap<>();
    readings.forEach(r -> byBucket.computeIfAbsent(cluster ? bucket(r.name()) : 0, b -> new ArrayList<>()).add(r));
    List<List<Reading>> groups = new ArrayList<>();
    for (List<Reading> bucket : byBucket.values()) {
      for (int i = 0; i < bucket.size(); i += KEYS_A_CALL) {
        groups.add(bucket.subList(i, Math.min(bucket.size(), i + KEYS_A_CALL)));
      }
    }
    return groups;
  }

  private Future<Map<String, Held>> call(List<Reading> group, double spanSeconds) {
    Buffer records = Buffer.buffer(group.size() * RECORD);
    List<Buffer> arguments = new ArrayList<>();
    arguments.add(Buffer.buffer(Double.toString(spanSeconds)));
    arguments.add(Buffer.buffer(Long.toString(KEPT.toMillis())));
    arguments.add(records);
    for (Reading r : group) {
      int seed = r.seed() == null ? 0 : arguments.size() - 2;
      if (seed > 0) {
        arguments.add(Buffer.buffer(r.seed().bytes()));
      }
      records.appendDoubleLE(r.counts().arrivals()).appendDoubleLE(r.counts().busyMicros() / 1e6).appendDoubleLE(r.counts().cold())
          .appendDoubleLE(r.counts().queuedMicros() / 1e6).appendDoubleLE(r.knownGaps()).appendDoubleLE(seed);
    }
    return windows.run(redis, group.stream().map(r -> key(r.name())).toList(), arguments).map(answer -> {
      long now = answer.get(0).toLong();
      Map<String, Held> held = new HashMap<>();
      for (int i = 0; i < group.size(); i++) {
        byte[] window = answer.get(i + 1).toBytes();
        if (window.length > 0) {
          held.put(group.get(i).name(), held(Buffer.buffer(window), now));
        }
      }
      return held;
    });
  }

  static String key(String name) {
    return "mayfly:{" + bucket(name) + "}:w:" + name;
  }

  private static int bucket(String name) {
    return Math.floorMod(name.hashCode(), BUCKETS);
  }

  private static Held held(Buffer b, long now) {
    double[] d = new double[9];
    for (int i = 0; i < d.length; i++) {
      d[i] = b.getDoubleLE(8 * i);
    }
    int head = 8 * d.length;
    boolean known = b.length() == head;
    IdleGaps gaps = known ? IdleGaps.NONE : IdleGaps.of(Arrays.copyOfRange(b.getBytes(), head, b.length()));
    long at = (long) d[0];
    double idle = d[7] < 0 ? Double.POSITIVE_INFINITY : Math.max(0, at - d[7]) / 1000;
    return new Held(new Window(at, d[1], d[2], d[3], d[4], d[5], d[6], idle, gaps).after(now - at), d[8], known);
  }
}
