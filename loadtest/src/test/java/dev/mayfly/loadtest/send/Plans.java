package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.plan.Arrivals;
import dev.mayfly.loadtest.plan.Call;
import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.plan.Intensity;
import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.plan.Mix;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Phase;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Target;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Small plans for tests. */
final class Plans {
  static final Limits SHORT = new Limits(Duration.ofSeconds(20), Duration.ofSeconds(60), 64, 1000, 64 * 1024, Duration.ofMillis(10), 1);

  private Plans() {}

  static Call get(String path, Expectation expectation) {
    return new Call(path, 0, Optional.of("hello"), "GET", path, List.of(), new byte[0], expectation);
  }

  static Plan one(URI url, Call call, Limits limits, Model model, double seconds) {
    return new Plan("test", List.of(new Target("server", url, Optional.of(url))), List.of(call), List.of(phase("load", true, model, seconds)), limits, List.of());
  }

  static Phase phase(String name, boolean counted, Model model, double seconds) {
    return new Phase(name, counted, Duration.ofNanos((long) (seconds * 1e9)), false, model);
  }

  static Model open(double rate, double seconds) {
    return new Model.Open(schedule(() -> Arrivals.even(Intensity.constant(rate, seconds))));
  }

  static Model burst(int size) {
    return new Model.Open(schedule(() -> Arrivals.bursts(size, 1_000_000_000, 1_000_000_000)), size);
  }

  static Model closed(int users) {
    return new Model.Closed(users, Duration.ZERO, false, () -> Mix.even(List.of(0)).choices());
  }

  static Supplier<dev.mayfly.loadtest.plan.Schedule> schedule(Supplier<Arrivals> arrivals) {
    return () -> Mix.even(List.of(0)).schedule(arrivals.get());
  }

  static Result run(Plan plan) {
    return run(plan, () -> false, _ -> { });
  }

  static Result run(Plan plan, BooleanSupplier stopped, Listener listener) {
    try (Run run = new Run(plan, listener, stopped)) {
      return run.all();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
