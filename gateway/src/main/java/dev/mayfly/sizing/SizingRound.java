package dev.mayfly.sizing;

import dev.mayfly.pool.Stats;
import dev.mayfly.traffic.Counts;
import dev.mayfly.traffic.LocalWindows;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is done once a second, for all functions of a gateway. Functions that nobody asked for cost a look at their counters; they are sized anew only when
 * their idle time says so. {@link #run} is one thread's; {@link #view} any's.
 */
public final class SizingRound {
  /** Of {@code memory:}, what machines kept warm may hold; the rest is for those that run, which count with their whole limit. */
  private static final double MEMORY_SHARE = 0.8;
  private static final String SELF = "self";

  private final PoolSizer sizer = new PoolSizer();
  private final LocalWindows local = new LocalWindows();
  private final Map<String, SizedFunction> functions = new LinkedHashMap<>();
  private final long memory;
  private long lastMillis = -1;

  /** @param memoryBytes of all machines of the gateway */
  public SizingRound(Collection<SizedPool> pools, long memoryBytes) {
    pools.forEach(pool -> functions.put(pool.configuration().name(), new SizedFunction(pool)));
    memory = (long) (memoryBytes * MEMORY_SHARE);
  }

  /** @param nowMillis monotonic, above 0 */
  public void run(long nowMillis) {
    double span = lastMillis < 0 ? 1 : Math.max(0.001, (nowMillis - lastMillis) / 1000.0);
    lastMillis = nowMillis;
    double average = averageBytes();
    Set<SizedFunction> decided = new HashSet<>();
    for (SizedFunction function : functions.values()) {
      Counts counts = function.read();
      local.add(function.name, counts, span, nowMillis);
      if (counts.active() || function.sizing == null || nowMillis >= function.dueMillis) {
        function.size(sizer, local.window(function.name, nowMillis), 1, average, nowMillis);
        function.share = Shares.of(function.sizing.target(), function.name, SELF, Set.of(SELF));
        decided.add(function);
      }
    }
    if (!decided.isEmpty()) {
      apply(decided);
    }
  }

  /** Of the machines at rest, as far as they are known; 0: none is. */
  private double averageBytes() {
    return functions.values().stream().mapToLong(f -> f.pool.stats().heldBytes()).filter(b -> b > 0).average().orElse(0);
  }

  private void apply(Set<SizedFunction> decided) {
    List<SizedFunction> counting = functions.values().stream().filter(f -> f.sizing != null && f.counts()).toList();
    int[] machines = MemoryShare.of(counting.stream().map(SizedFunction::claim).toList(), memory);
    for (int i = 0; i < machines.length; i++) {
      counting.get(i).keep(machines[i], decided.contains(counting.get(i)), sizer, 1, false);
    }
  }

  /** What one pool has and should have. @param report of the last decision */
  public record View(PoolReport report, Stats stats) {
    /** Why, in lines for people, the answer first. */
    public List<String> explanation() {
      return Explanation.lines(report, stats);
    }
  }

  /** A function's pool; empty: there is no such function, or no round was yet. @param nowMillis see {@link #run} */
  public Optional<View> view(String function, long nowMillis) {
    SizedFunction found = functions.get(function);
    PoolReport report = found == null ? null : found.report();
    return Optional.ofNullable(report).map(r -> new View(r.at(nowMillis), found.pool.stats()));
  }

  /** All functions' pools, in the order of the configuration. */
  public List<View> views(long nowMillis) {
    return functions.keySet().stream().flatMap(name -> view(name, nowMillis).stream()).toList();
  }
}
