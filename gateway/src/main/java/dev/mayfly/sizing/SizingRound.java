package dev.mayfly.sizing;

import dev.mayfly.pool.Stats;
import dev.mayfly.traffic.Counts;
import dev.mayfly.traffic.LocalWindows;
import dev.mayfly.traffic.SharedTraffic;
import dev.mayfly.traffic.Window;
import dev.mayfly.vm.WorkingSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What is done once a second, for all functions of a gateway: read the counters, tell Redis, size what changed, set the pools' targets and the shares of limits.
 * Functions that nobody asked for cost a look at their counters; they are sized anew when their idle time says so, or other gateways used them. {@link
 * #run} is one thread's; {@link #view} any's.
 */
public final class SizingRound {
  /** Of {@code memory:}, what machines kept warm may hold; the rest is for those that run, which count with their whole limit. */
  private static final double MEMORY_SHARE = 0.8;
  private static final String FUNCTION = "function ";

  private final PoolSizer sizer = new PoolSizer();
  private final LocalWindows local = new LocalWindows();
  private final Map<String, SizedFunction> functions = new LinkedHashMap<>();
  private final List<LimitedRoute> routes;
  private final long memory;
  private final Optional<SharedTraffic> traffic;
  private final LongSupplier clock;
  private long lastMillis = -1;
  private List<String> nodes = List.of();
  private boolean shared;

  /**
   * @param limits rates that hold for all gateways together
   * @param memoryBytes of all machines of the gateway
   * @param traffic of all gateways; empty: there is no Redis, and this one is alone
   * @param clock the rounds' milliseconds
   */
  public SizingRound(Collection<SizedPool> pools, Collection<SharedLimit> limits, long memoryBytes, Optional<SharedTraffic> traffic, LongSupplier clock) {
    pools.forEach(pool -> functions.put(pool.configuration().name(), new SizedFunction(pool, sizer)));
    routes = limits.stream().map(LimitedRoute::new).toList();
    memory = (long) (memoryBytes * MEMORY_SHARE);
    this.traffic = traffic;
    this.clock = clock;
  }

  /** What the windows of a gateway are called, for all gateways alike. */
  public static List<String> windowNames(Collection<String> functions, Collection<SharedLimit> limits) {
    List<String> names = new java.util.ArrayList<>(functions.stream().map(f -> FUNCTION + f).toList());
    limits.forEach(limit -> names.add(new LimitedRoute(limit).key));
    return names;
  }

  /** @param nowMillis monotonic, above 0 */
  public void run(long nowMillis) {
    double span = lastMillis < 0 ? 1 : Math.max(0.001, (nowMillis - lastMillis) / 1000.0);
    lastMillis = nowMillis;
    Set<String> used = new HashSet<>();
    for (SizedFunction function : functions.values()) {
      count(FUNCTION + function.name, function.read(), span, nowMillis, used);
    }
    for (LimitedRoute route : routes) {
      count(route.key, route.read(), span, nowMillis, used);
    }
    traffic.ifPresent(t -> {
      t.exchange(span, nowMillis, local, clock);
      used.addAll(t.news());
    });
    boolean moved = gateways(nowMillis);
    size(used, moved, nowMillis);
    limits(nowMillis);
  }

  private void count(String name, Counts counts, double span, long nowMillis, Set<String> used) {
    if (counts.active()) {
      local.add(name, counts, span, nowMillis);
      traffic.ifPresent(t -> t.add(name, counts));
      used.add(name);
    }
  }

  /** Who is there; whether that is new. */
  private boolean gateways(long nowMillis) {
    boolean sharedNow = traffic.isPresent() && traffic.get().fresh(nowMillis);
    List<String> nodesNow = traffic.map(SharedTraffic::nodes).orElse(List.of(""));
    boolean moved = sharedNow != shared || !nodesNow.equals(nodes);
    shared = sharedNow;
    nodes = nodesNow;
    return moved;
  }

  /** Gateways whose traffic a decision is about. */
  private List<String> sharing() {
    return shared ? nodes : List.of(self());
  }

  private String self() {
    return traffic.map(SharedTraffic::self).orElse("");
  }

  private void size(Set<String> used, boolean moved, long nowMillis) {
    double average = averageBytes();
    Set<SizedFunction> decided = new HashSet<>();
    for (SizedFunction function : functions.values()) {
      if (moved || function.sizing == null || nowMillis >= function.dueMillis || used.contains(FUNCTION + function.name)) {
        function.size(window(FUNCTION + function.name, nowMillis), local.levels(FUNCTION + function.name), sharing().size(), average, nowMillis);
        function.share(Shares.of(function.sizing.target(), function.name, self(), sharing()));
        decided.add(function);
      }
    }
    if (!decided.isEmpty()) {
      apply(decided);
    }
  }

  private Window window(String name, long nowMillis) {
    Window all = shared(name, nowMillis);
    return all == null ? local.window(name, nowMillis) : all;
  }

  /** Of all gateways; null: it is not known. */
  private Window shared(String name, long nowMillis) {
    return shared ? traffic.get().window(name, nowMillis) : null;
  }

  /** Of the machines at rest, as far as they are known; 0: none is. */
  private double averageBytes() {
    return functions.values().stream().mapToLong(f -> f.pool.stats().heldBytes()).filter(b -> b > 0).average().orElse(0);
  }

  private void apply(Set<SizedFunction> decided) {
    List<SizedFunction> counting = functions.values().stream().filter(f -> f.sizing != null && (f.counts() || decided.contains(f))).toList();
    int[] machines = MemoryShare.of(counting.stream().map(SizedFunction::claim).toList(), memory);
    for (int i = 0; i < machines.length; i++) {
      counting.get(i).keep(machines[i], decided.contains(counting.get(i)), sizer, sharing().size(), shared);
    }
  }

  private void limits(long nowMillis) {
    if (traffic.isEmpty()) {
      return;
    }
    for (SizedFunction function : functions.values()) {
      function.allow(machines(local.window(FUNCTION + function.name, nowMillis)), machines(shared(FUNCTION + function.name, nowMillis)), nodes.size());
    }
    for (LimitedRoute route : routes) {
      Window all = shared(route.key, nowMillis);
      route.share(local.window(route.key, nowMillis).fastArrivals(), all == null ? -1 : all.fastArrivals(), nodes.size());
    }
  }

  /** Busy or asked for; below 0: it is not known. */
  private static double machines(Window window) {
    return window == null ? -1 : window.fastBusy() + window.fastQueued();
  }

  /** What one pool has and should have. @param report of the last decision */
  public record View(PoolReport report, Stats stats, Optional<WorkingSet> workingSet) {
    /** Why, in lines for people, the answer first. */
    public List<String> explanation() {
      return Stream.concat(Explanation.lines(report, stats).stream(), workingSet.map(Explanation::pages).stream()).toList();
    }
  }

  /** A function's pool; empty: there is no such function, or no round was yet. @param nowMillis see {@link #run} */
  public Optional<View> view(String function, long nowMillis) {
    SizedFunction found = functions.get(function);
    PoolReport report = found == null ? null : found.report();
    return Optional.ofNullable(report).map(r -> new View(r.at(nowMillis), found.pool.stats(), found.pool.workingSet()));
  }

  /** All functions' pools, in the order of the configuration. */
  public List<View> views(long nowMillis) {
    return functions.keySet().stream().flatMap(name -> view(name, nowMillis).stream()).toList();
  }
}
