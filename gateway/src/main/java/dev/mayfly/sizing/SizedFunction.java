package dev.mayfly.sizing;

import dev.mayfly.pool.Stats;
import dev.mayfly.pool.Usage;
import dev.mayfly.traffic.Counts;
import dev.mayfly.traffic.Window;
import java.time.Duration;

/** One function, from round to round. The sizing thread's. */
final class SizedFunction {
  private static final long MICRO = 1_000;
  /** What a machine is taken to hold before one was at rest. */
  private static final double AVERAGE = 1;
  private static final double DEFAULT_REFILL_SECONDS = 0.005;

  final SizedPool pool;
  final String name;
  private final FunctionSizer decider;
  private final Terms here;
  private final LimitShare limit = new LimitShare();
  private final OwnDemand demand = new OwnDemand();
  private int allowed;
  private Terms all;
  private int allNodes;
  private long arrivals;
  private long busyMicros;
  private long cold;
  private long queuedMicros;
  private int kept = -1;
  private double keptSpare;
  /** Of the last decision. */
  Window window = Window.EMPTY;
  Sizing sizing;
  double size = AVERAGE;
  /** When the decision changes though nothing happens; milliseconds of the round's clock. */
  long dueMillis;
  int share;
  private volatile PoolReport report;

  SizedFunction(SizedPool pool, PoolSizer sizer) {
    this.pool = pool;
    decider = new FunctionSizer(sizer);
    name = pool.configuration().name();
    here = Terms.of(pool.configuration());
    allowed = pool.configuration().concurrency();
  }

  /** What happened since the last call. */
  Counts read() {
    Stats stats = pool.stats();
    Usage.Totals usage = pool.usage();
    long arrivalsNow = stats.coldStarts() + stats.warmStarts() + stats.refused() + stats.queued();
    long busyNow = usage.busyNanos() / MICRO;
    long queuedNow = usage.queuedNanos() / MICRO;
    // Requests that gave up in the queue are no longer counted, so the number of arrivals may go down.
    Counts counts = new Counts(Math.max(0, arrivalsNow - arrivals), Math.max(0, busyNow - busyMicros), Math.max(0, stats.coldStarts() - cold),
        Math.max(0, queuedNow - queuedMicros));
    arrivals = arrivalsNow;
    busyMicros = busyNow;
    cold = stats.coldStarts();
    queuedMicros = queuedNow;
    return counts;
  }

  /** Decides anew. */
  void size(Window now, int nodes, double averageBytes, long nowMillis) {
    window = now;
    size = size(averageBytes);
    sizing = decider.size(now, terms(nodes), refillSeconds(), size);
    double changes = Math.min(sizing.changesInSeconds(), 1e9);
    dueMillis = nowMillis + (long) Math.ceil(changes * 1000);
  }

  /** {@code warm.min} and {@code warm.max} are each gateway's. */
  Terms terms(int nodes) {
    if (all == null || allNodes != nodes) {
      all = new Terms(here.min() * nodes, here.max() * nodes, here.idleSeconds(), here.useOnce());
      allNodes = nodes;
    }
    return all;
  }

  /** In steps of 2^(1/2), so that not every machine that comes to rest changes the price. */
  private double size(double averageBytes) {
    long held = pool.stats().heldBytes();
    if (held <= 0 || averageBytes <= 0) {
      return AVERAGE;
    }
    double steps = Math.rint(2 * Math.log(held / averageBytes) / Math.log(2));
    return Math.pow(2, Math.clamp(steps, -8, 8) / 2);
  }

  double refillSeconds() {
    Stats stats = pool.stats();
    return stats.restores() == 0 ? DEFAULT_REFILL_SECONDS : stats.restoreNanos() / 1e9 / stats.restores();
  }

  /** What one of its machines holds at rest, as far as it is known. */
  long machineBytes() {
    long held = pool.stats().heldBytes();
    return held > 0 ? held : pool.configuration().memory();
  }

  MemoryShare.Claim claim() {
    return new MemoryShare.Claim(here.min(), Math.max(here.min(), share), machineBytes(), sizing.benefits());
  }

  /** Tells the pool, if there is anything to tell. @param decided whether anything but the memory of others is new */
  void keep(int machines, boolean decided, PoolSizer sizer, int nodes, boolean shared) {
    if (decided || machines != kept) {
      report = new PoolReport(name, window, terms(nodes), sizing, refillSeconds(), size, sizer.breakEvenSeconds(), nodes, shared, share, machines, window.idleSeconds());
    }
    if (machines != kept || sizing.spareSeconds() != keptSpare) {
      kept = machines;
      keptSpare = sizing.spareSeconds();
      pool.keep(machines, Duration.ofNanos((long) (keptSpare * 1e9)));
    }
  }

  /** Tells the pool its part of {@code concurrency}. Demand is machines busy, and requests that wait for one. */
  void allow(double own, double all, int nodes) {
    int concurrency = pool.configuration().concurrency();
    int machines = LimitShare.whole(limit.next(demand.next(own, all), concurrency, nodes), concurrency);
    if (machines != allowed) {
      allowed = machines;
      pool.allow(machines);
    }
  }

  /** Whether the pool has, or is to have, anything. */
  boolean counts() {
    return kept != 0 || share != 0;
  }

  /** Of the last decision; null before the first. Any thread. */
  PoolReport report() {
    return report;
  }
}
