package dev.mayfly.metrics;

import dev.mayfly.function.Progress;
import dev.mayfly.pool.Stats;
import dev.mayfly.traffic.SharedTraffic;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Isolation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The gateway's meters. Thread-safe. What is asked for twice is the same meter. */
public final class Metrics {
  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ConcurrentHashMap<String, FunctionMeters> functions = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Counter> unrouted = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, AtomicLong> deploys = new ConcurrentHashMap<>();
  /** What counters read: the registry itself holds it weakly, and a counter whose source was collected shows nothing more. */
  private final Queue<Supplier<?>> counted = new ConcurrentLinkedQueue<>();

  public Metrics() {
    registry.config().meterFilter(new MetricHelp());
  }

  /** A function's meters; to be looked up once, not for each request. */
  public FunctionMeters function(String name) {
    return functions.computeIfAbsent(name, n -> new FunctionMeters(registry, n));
  }

  /** An answer that no function had a part in. */
  public void unrouted(int status) {
    unrouted.computeIfAbsent(status, s -> Counter.builder(MetricNames.UNROUTED).tag("status", s.toString()).register(registry)).increment();
  }

  /** Says which isolation is in force. */
  public void isolation(Isolation isolation) {
    Gauge.builder(MetricNames.ISOLATION, () -> 1).tag("isolation", isolation.label()).register(registry);
  }

  /** Shows an engine's shells; read when the metrics are. */
  public void shells(Supplier<Engine.Shells> shells) {
    Gauge.builder(MetricNames.SHELLS_READY, () -> shells.get().ready()).register(registry);
    counter(MetricNames.SHELLS_MADE, shells, s -> s.get().made());
    counter(MetricNames.SHELLS_MISSED, shells, s -> s.get().missed());
  }

  /** Shows how many images an engine has read; read when the metrics are. */
  public void images(LongSupplier loads) {
    counter(MetricNames.IMAGE_LOADS, loads::getAsLong, Supplier::get);
  }

  /** Shows what a function's requests have written; read when the metrics are. */
  public void dirtied(String function, LongSupplier pages) {
    counter(MetricNames.PAGES_DIRTIED, pages::getAsLong, Supplier::get, "function", function);
  }

  /** Shows how often a function was refused memory; read when the metrics are. */
  public void memoryRefused(String function, LongSupplier times) {
    counter(MetricNames.MEMORY_REFUSED, times::getAsLong, Supplier::get, "function", function);
  }

  /** Shows a function's pool; read when the metrics are. */
  public void pool(String function, Supplier<Stats> stats) {
    machines(function, "warm", stats, Stats::warm);
    machines(function, "busy", stats, Stats::busy);
    machines(function, "restoring", stats, Stats::restoring);
    machines(function, "resetting", stats, Stats::resetting);
    Gauge.builder(MetricNames.QUEUED, () -> stats.get().queued()).tag("function", function).register(registry);
    Gauge.builder(MetricNames.CIRCUIT_OPEN, () -> stats.get().circuitOpen() ? 1 : 0).tag("function", function).register(registry);
    counter(MetricNames.DISCARDED, stats, s -> s.get().discarded(), "function", function);
    counter(MetricNames.FOLLOWED, stats, s -> s.get().followed(), "function", function);
    counter(MetricNames.RESETS, stats, s -> s.get().resets(), "function", function);
    counter(MetricNames.RESTORES_FAILED, stats, s -> s.get().failedRestores(), "function", function);
    counter(MetricNames.LOG_LOST, stats, s -> s.get().logLost(), "function", function);
  }

  /** Shows the memory of all machines; read when the metrics are. */
  public void memory(LongSupplier used, long limit) {
    Gauge.builder(MetricNames.MEMORY_USED, used::getAsLong).register(registry);
    Gauge.builder(MetricNames.MEMORY_LIMIT, () -> limit).register(registry);
  }

  /** Shows the connections to the public port; read when the metrics are. */
  public void connections(IntSupplier open, int limit, LongSupplier refused) {
    Gauge.builder(MetricNames.CONNECTIONS, open::getAsInt).register(registry);
    Gauge.builder(MetricNames.CONNECTIONS_LIMIT, () -> limit).register(registry);
    counter(MetricNames.CONNECTIONS_REFUSED, refused::getAsLong, Supplier::get);
  }

  /** Shows the memory of a function's machines; read when the metrics are. */
  public void memory(String function, LongSupplier used) {
    Gauge.builder(MetricNames.MACHINE_MEMORY, used::getAsLong).tag("function", function).register(registry);
  }

  /** Shows what a function's pool should have; read when the metrics are. */
  public void target(String function, IntSupplier target) {
    Gauge.builder(MetricNames.TARGET, target::getAsInt).tag("function", function).register(registry);
  }

  /** Shows how the exchange of traffic with Redis stands; read when the metrics are. */
  public void traffic(Supplier<SharedTraffic.Status> status) {
    Gauge.builder(MetricNames.GATEWAYS, () -> status.get().nodes()).register(registry);
    Gauge.builder(MetricNames.DEGRADED, () -> status.get().fresh() ? 0 : 1).tag("part", "redis").register(registry);
    counter(MetricNames.EXCHANGES, status, s -> s.get().exchanges(), "outcome", "answered");
    counter(MetricNames.EXCHANGES, status, s -> s.get().failures(), "outcome", "failed");
    counter(MetricNames.TRAFFIC_LOST, status, s -> s.get().lostArrivals());
  }

  private void machines(String function, String state, Supplier<Stats> stats, ToDoubleFunction<Stats> count) {
    Gauge.builder(MetricNames.MACHINES, () -> count.applyAsDouble(stats.get())).tags("function", function, "state", state).register(registry);
  }

  private <T> void counter(String name, Supplier<T> of, ToDoubleFunction<Supplier<T>> count, String... tags) {
    counted.add(of);
    FunctionCounter.builder(name, of, count).tags(tags).register(registry);
  }

  /** The engine, its boots timed from now on. */
  public Engine timed(Engine engine) {
    return new TimedEngine(engine, Timer.builder(MetricNames.BOOT_SECONDS).serviceLevelObjectives(FunctionMeters.BUCKETS).register(registry));
  }

  /** Times deploys, and passes on what it hears. */
  public Progress timed(Progress next) {
    return new TimedDeploys(next, System::nanoTime, (function, nanos) ->
        deploys.computeIfAbsent(function, f -> registry.gauge(MetricNames.DEPLOY_SECONDS, Tags.of("function", f), new AtomicLong(), n -> n.get() / 1e9)).set(nanos));
  }

  /** Everything, in Prometheus' text format 0.0.4. */
  public String text() {
    return registry.scrape();
  }
}
