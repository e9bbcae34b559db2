package dev.mayfly.loadtest.scenario;

import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.plan.Target;
import dev.mayfly.loadtest.plan.Threshold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be sent, as a scenario file or the options say it; {@link Planner} makes a plan of it.
 *
 * @param targets in order; empty: those of the command line
 * @param requests in order; empty: each target's own URL is asked for
 * @param seed of everything random
 */
public record Scenario(String name, List<Target> targets, List<Request> requests, List<Stage> stages, Limits limits, List<Threshold> thresholds, long seed) {
  /**
   * A request, to one target or to all.
   *
   * @param name the key in the file
   * @param target empty: to each
   * @param function for evictions; empty: not said
   * @param weight in a mix that does not name weights
   */
  public record Request(String name, Optional<String> target, Optional<String> function, String method, String path, List<Map.Entry<String, String>> headers,
      byte[] body, Expectation expectation, double weight) {}

  /**
   * A phase, not yet spread over calls.
   *
   * @param evict drop machines: before each request in the closed model, before the phase in the open one
   * @param pause of the closed model
   * @param poisson whether arrivals are random
   * @param mix weights by request; empty: the requests' own
   * @param repeat how often the phase comes, one after the other
   */
  public record Stage(String name, boolean counted, Duration duration, boolean evict, Duration pause, boolean poisson, Shape shape, Map<String, Double> mix, int repeat) {}

  /** How much is sent. Rates are per second. */
  public sealed interface Shape {
    record Ramp(double from, double to) implements Shape {}

    record Steps(List<Double> rates) implements Shape {}

    /** So many at once, again after each period. */
    record Burst(int size, Duration every) implements Shape {}

    record Closed(int users) implements Shape {}
  }

  public Scenario withTargets(List<Target> others) {
    return new Scenario(name, others, requests, stages, limits, thresholds, seed);
  }

  public Scenario withStages(List<Stage> others) {
    return new Scenario(name, targets, requests, others, limits, thresholds, seed);
  }
}
