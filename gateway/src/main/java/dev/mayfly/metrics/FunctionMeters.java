package dev.mayfly.metrics;

import dev.mayfly.pool.Result;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/** A function's meters. Thread-safe. On a request's path nothing is registered but the first time. */
public final class FunctionMeters {
  /** Seconds: fine where warm and cold starts lie, coarse up to a long run. */
  static final Duration[] BUCKETS = DoubleStream
      .of(.0001, .0002, .0003, .0005, .001, .002, .003, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30)
      .mapToObj(s -> Duration.ofNanos(Math.round(s * 1e9))).toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final String function;
  private final Counter cold;
  private final Counter warm;
  private final Timer request;
  private final Timer queue;
  private final Timer restore;
  private final Timer run;
  private final ConcurrentHashMap<Integer, Counter> answers = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Counter> refusals = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Counter> failures = new ConcurrentHashMap<>();

  FunctionMeters(MeterRegistry registry, String function) {
    this.registry = registry;
    this.function = function;
    cold = counter(MetricNames.STARTS, "start", "cold");
    warm = counter(MetricNames.STARTS, "start", "warm");
    request = timer(MetricNames.REQUEST_SECONDS);
    queue = timer(MetricNames.QUEUE_SECONDS);
    restore = timer(MetricNames.RESTORE_SECONDS);
    run = timer(MetricNames.RUN_SECONDS);
  }

  private Counter counter(String name, String label, String value) {
    return Counter.builder(name).tags("function", function, label, value).register(registry);
  }

  private Timer timer(String name) {
    return Timer.builder(name).tag("function", function).serviceLevelObjectives(BUCKETS).register(registry);
  }

  /** A request got a machine. */
  public void started(boolean isCold, Result.Timings timings) {
    (isCold ? cold : warm).increment();
    queue.record(timings.queue(), TimeUnit.NANOSECONDS);
    if (isCold) {
      restore.record(timings.restore(), TimeUnit.NANOSECONDS);
    }
    run.record(timings.run(), TimeUnit.NANOSECONDS);
  }

  /** A request was answered, whatever with. */
  public void answered(int status, long nanos) {
    answers.computeIfAbsent(status, s -> counter(MetricNames.REQUESTS, "status", s.toString())).increment();
    request.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A request was refused; the reason is one of those that {@link MetricNames#REFUSALS} lists. */
  public void refused(String reason) {
    refusals.computeIfAbsent(reason, r -> counter(MetricNames.REFUSALS, "reason", r)).increment();
  }

  /** A run failed; the verdict is one of those that {@link MetricNames#FAILURES} lists. */
  public void failed(String verdict) {
    failures.computeIfAbsent(verdict, v -> counter(MetricNames.FAILURES, "verdict", v)).increment();
  }
}
