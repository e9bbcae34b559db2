package dev.mayfly.traffic;

import dev.mayfly.traffic.RedisWindows.Answer;
import dev.mayfly.traffic.RedisWindows.Held;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All gateways' traffic as this one knows it, by one exchange with Redis a second. The sizing thread's, but for {@link #status}.
 *
 * What may happen, and what comes out:
 * <ol>
 *   <li>An exchange takes longer than a second: the next waits for its end; counts gather meanwhile.
 *   <li>An exchange fails: its counts may have arrived or not, so they are not sent again, and are counted as lost. Averages make up for it within a minute.
 *   <li>No answer for {@link #FRESH_MILLIS}: nothing shared is known any more; {@link #window} says so, and the gateway goes by its own windows.
 *   <li>Redis comes back empty: the averages grow anew, and the idle gaps are given to it by whoever sees first that it has none.
 *   <li>A function is used on other gateways only: its window is read in turns, all functions within {@link #TURN} rounds; with the second answer after an outage, or at the start, all at once.
 * </ol>
 */
public final class SharedTraffic {
  private static final Logger LOG = LoggerFactory.getLogger(SharedTraffic.class);
  /** An answer is good for so long. Rounds are a second apart. */
  public static final long FRESH_MILLIS = 2_500;
  private static final int TURN = 10;

  /** How it stands. @param nodes gateways alive, this one included, as of the last answer @param reason empty: all is well */
  public record Status(boolean fresh, int nodes, String reason, long exchanges, long failures, long lostArrivals) {}

  private static final class Known {
    Window window;
    double gapsSeen = -1;
    boolean gapsWanting;
  }

  private final RedisWindows redis;
  private final String self;
  private final Executor thread;
  private final List<String> names;
  private final Map<String, Known> known = new HashMap<>();
  private Set<String> news = new HashSet<>();
  private Map<String, Counts> pending = new LinkedHashMap<>();
  private List<String> nodes;
  private double pendingSeconds;
  private boolean underWay;
  private boolean stale = true;
  private boolean readAll;
  private long answeredMillis = Long.MIN_VALUE;
  private int turn;
  private String reason = "no answer yet";
  private boolean toldWell;
  private boolean toldIll;
  private long exchanges;
  private long failures;
  private long lostArrivals;
  private volatile Status status = new Status(false, 1, "no answer yet", 0, 0, 0);

  /**
   * @param self this gateway's name among the others
   * @param thread the sizing thread
   * @param names of all windows there may be
   */
  public SharedTraffic(RedisWindows redis, String self, Executor thread, Collection<String> names) {
    this.redis = redis;
    this.self = self;
    this.thread = thread;
    this.names = List.copyOf(names);
    nodes = List.of(self);
  }

  /** What happened here since the last round. */
  public void add(String name, Counts counts) {
    pending.merge(name, counts, Counts::plus);
  }

  /**
   * Sends what was added, unless an exchange is under way. After all {@link #add}s of a round.
   *
   * @param seconds since the last round
   * @param local what this gateway saw itself, for gaps that Redis lost
   */
  public void exchange(double seconds, long nowMillis, LocalWindows local, LongSupplier clock) {
    pendingSeconds += seconds;
    boolean fresh = fresh(nowMillis);
    if (!fresh) {
      stale = true;
      readAll = false; // a Redis in trouble is asked for little
      reason = reason.isEmpty() ? "no answer for " + FRESH_MILLIS + " ms" : reason;
    }
    publish(fresh);
    if (underWay) {
      return;
    }
    List<Reading> readings = readings(local, nowMillis);
    long arrivals = pending.values().stream().mapToLong(Counts::arrivals).sum();
    double span = pendingSeconds;
    pending = new LinkedHashMap<>();
    pendingSeconds = 0;
    underWay = true;
    readAll = false;
    answerOf(readings, span).onComplete(done -> thread.execute(() -> {
      underWay = false;
      if (done.succeeded()) {
        took(done.result(), readings, clock.getAsLong());
      } else {
        failures++;
        lostArrivals += arrivals;
        reason = String.valueOf(done.cause().getMessage());
        publish(fresh(clock.getAsLong()));
      }
    }));
  }

  private Future<Answer> answerOf(List<Reading> readings, double span) {
    try {
      return redis.exchange(self, readings, span);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private List<Reading> readings(LocalWindows local, long nowMillis) {
    Set<String> asked = new HashSet<>(pending.keySet());
    List<Reading> readings = new ArrayList<>(asked.size() + names.size() / TURN + 1);
    pending.forEach((name, counts) -> readings.add(reading(name, counts, local, nowMillis)));
    int from = readAll ? 0 : names.size() * turn / TURN;
    int to = readAll ? names.size() : names.size() * (turn + 1) / TURN;
    for (String name : names.subList(from, to)) {
      if (asked.add(name)) {
        readings.add(reading(name, Counts.NONE, local, nowMillis));
      }
    }
    turn = (turn + 1) % TURN;
    return readings;
  }

  private Reading reading(String name, Counts counts, LocalWindows local, long nowMillis) {
    Known k = known.get(name);
    IdleGaps seed = null;
    if (k != null && k.gapsWanting) {
      IdleGaps own = local.window(name, nowMillis).gaps();
      seed = k.window.gaps().total() >= own.total() ? k.window.gaps() : own;
    }
    return new Reading(name, counts, k == null ? -1 : k.gapsSeen, seed != null && seed.total() > 0 ? seed : null);
  }

  private void took(Answer answer, List<Reading> readings, long nowMillis) {
    exchanges++;
    answeredMillis = nowMillis;
    reason = "";
    readAll = stale;
    stale = false;
    nodes = answer.nodes().contains(self) ? answer.nodes() : List.of(self);
    for (Reading reading : readings) {
      took(reading.name(), answer.windows().get(reading.name()), nowMillis);
    }
    publish(true);
  }

  /** Times in windows become those of this gateway's clock. */
  private void took(String name, Held held, long nowMillis) {
    Known k = known.computeIfAbsent(name, n -> new Known());
    IdleGaps before = k.window == null ? IdleGaps.NONE : k.window.gaps();
    if (held == null) {
      k.gapsWanting = true;
      k.gapsSeen = -1;
      k.window = k.window == null ? Window.EMPTY : k.window;
      return;
    }
    k.gapsWanting = held.gapsSeen() == 0;
    k.gapsSeen = held.gapsSeen() == 0 ? -1 : held.gapsSeen();
    if (k.window == null || held.window().idleSeconds() < k.window.after(nowMillis - k.window.atMillis()).idleSeconds() - 1) {
      news.add(name);
    }
    IdleGaps gaps = held.gapsKnown() || held.gapsSeen() == 0 ? before : held.window().gaps();
    k.window = held.window().as(nowMillis, gaps.equals(before) ? before : gaps);
  }

  /** Windows in which something happened, as answers since the last call told. */
  public Set<String> news() {
    Set<String> told = news;
    news = new HashSet<>();
    return told;
  }

  /** All gateways' traffic as of the last answer, for that is all that is known of it; null: nothing is known now. */
  public Window window(String name, long nowMillis) {
    Known k = fresh(nowMillis) ? known.get(name) : null;
    return k == null ? null : k.window.after(answeredMillis - k.window.atMillis()).unheard(nowMillis - answeredMillis);
  }

  /** Whether it is known. */
  public boolean fresh(long nowMillis) {
    return answeredMillis != Long.MIN_VALUE && nowMillis - answeredMillis < FRESH_MILLIS;
  }

  /** The gateways alive, this one included, as of the last answer. */
  public List<String> nodes() {
    return nodes;
  }

  /** The gateway goes; the others take its share at once. Any thread. */
  public Future<Void> leave() {
    return redis.leave(self).otherwiseEmpty();
  }

  public String self() {
    return self;
  }

  /** Any thread. */
  public Status status() {
    return status;
  }

  private void publish(boolean fresh) {
    status = new Status(fresh, nodes.size(), fresh ? "" : reason, exchanges, failures, lostArrivals);
    if (!fresh && !toldIll && !reason.equals("no answer yet")) {
      LOG.warn("Pools are sized by this gateway's own traffic alone: {}", reason);
      toldIll = true;
      toldWell = false;
    } else if (fresh && !toldWell) {
      LOG.info("Pools are sized by the traffic of all gateways, which are {}", nodes.size());
      toldWell = true;
      toldIll = false;
    }
  }
}
