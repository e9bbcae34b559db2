package dev.mayfly.loadtest.scenario;

import dev.mayfly.loadtest.plan.Arrivals;
import dev.mayfly.loadtest.plan.Call;
import dev.mayfly.loadtest.plan.Intensity;
import dev.mayfly.loadtest.plan.Mix;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Phase;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Target;
import dev.mayfly.loadtest.scenario.Scenario.Request;
import dev.mayfly.loadtest.scenario.Scenario.Shape;
import dev.mayfly.loadtest.scenario.Scenario.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Makes a plan of a scenario whose targets are known. Pure. */
public final class Planner {
  private final Scenario scenario;
  private final List<Call> calls = new ArrayList<>();
  private final List<Request> origins = new ArrayList<>();

  private Planner(Scenario scenario) {
    this.scenario = scenario;
  }

  /** The rate of a phase is that of all its calls and targets together, which take turns. */
  public static Plan plan(Scenario scenario) {
    return new Planner(scenario).plan();
  }

  private Plan plan() {
    for (int target = 0; target < scenario.targets().size(); target++) {
      for (Request request : scenario.requests()) {
        if (request.target().isEmpty() || request.target().get().equals(scenario.targets().get(target).name())) {
          add(request, target);
        }
      }
    }
    List<Phase> phases = new ArrayList<>();
    for (int i = 0; i < scenario.stages().size(); i++) {
      Stage stage = scenario.stages().get(i);
      for (int time = 1; time <= stage.repeat(); time++) {
        phases.add(phase(stage, stage.repeat() == 1 ? stage.name() : stage.name() + " " + time, scenario.seed() + 31L * i + time));
      }
    }
    return new Plan(scenario.name(), scenario.targets(), List.copyOf(calls), phases, scenario.limits(), scenario.thresholds());
  }

  /** A path that is empty stands for the target's own; any other is appended to it. */
  private void add(Request request, int target) {
    Target of = scenario.targets().get(target);
    String own = of.url().getRawPath() == null ? "" : of.url().getRawPath();
    String query = of.url().getRawQuery() == null ? "" : "?" + of.url().getRawQuery();
    String path = request.path().isEmpty() ? own + query : own.replaceFirst("/$", "") + request.path();
    String whole = path.startsWith("/") ? path : "/" + path;
    String name = request.name().isEmpty() ? whole : request.name();
    calls.add(new Call(name, target, request.function(), request.method(), whole, request.headers(), request.body(), request.expectation()));
    origins.add(request);
  }

  private Phase phase(Stage stage, String name, long seed) {
    Mix mix = mix(stage);
    double seconds = stage.duration().toNanos() / 1e9;
    return switch (stage.shape()) {
      case Shape.Closed closed -> new Phase(name, stage.counted(), stage.duration(), false, new Model.Closed(closed.users(), stage.pause(), stage.evict(), mix::choices));
      case Shape.Burst burst -> open(stage, name, () -> Arrivals.bursts(burst.size(), burst.every().toNanos(), stage.duration().toNanos()), mix, burst.size());
      case Shape.Ramp ramp -> rated(stage, name, new Intensity.Ramp(ramp.from(), ramp.to(), seconds), mix, seed);
      case Shape.Steps steps -> rated(stage, name, new Intensity.Steps(steps.rates(), seconds), mix, seed);
    };
  }

  private static Phase rated(Stage stage, String name, Intensity intensity, Mix mix, long seed) {
    return open(stage, name, () -> stage.poisson() ? Arrivals.poisson(intensity, seed) : Arrivals.even(intensity), mix, 1);
  }

  private static Phase open(Stage stage, String name, Supplier<Arrivals> arrivals, Mix mix, int connections) {
    return new Phase(name, stage.counted(), stage.duration(), stage.evict(), new Model.Open(() -> mix.schedule(arrivals.get()), connections));
  }

  private Mix mix(Stage stage) {
    return new Mix(IntStream.range(0, calls.size()).filter(i -> weight(stage, i) > 0).mapToObj(i -> new Mix.Share(i, weight(stage, i))).toList());
  }

  private double weight(Stage stage, int call) {
    Request origin = origins.get(call);
    return stage.mix().isEmpty() ? origin.weight() : stage.mix().getOrDefault(origin.name(), 0.0);
  }

  /** The counted phases for so long, all together; their shares of it stay. */
  public static List<Stage> lasting(List<Stage> stages, Duration whole) {
    double now = stages.stream().filter(Stage::counted).mapToDouble(s -> s.repeat() * (double) s.duration().toNanos()).sum();
    return stages.stream().map(s -> s.counted() ? with(s, Duration.ofNanos(Math.max(1, Math.round(s.duration().toNanos() * (whole.toNanos() / now)))), s.shape()) : s).toList();
  }

  /** All phases with a rate so that the highest is this one. */
  public static List<Stage> peaking(List<Stage> stages, double rate) {
    double now = stages.stream().mapToDouble(s -> peak(s.shape())).max().orElse(0);
    return now == 0 ? stages : stages.stream().map(s -> with(s, s.duration(), times(s.shape(), rate / now))).toList();
  }

  /** All phases of the closed model with so many users. */
  public static List<Stage> peopled(List<Stage> stages, int users) {
    return stages.stream().map(s -> s.shape() instanceof Shape.Closed ? with(s, s.duration(), new Shape.Closed(users)) : s).toList();
  }

  private static double peak(Shape shape) {
    return switch (shape) {
      case Shape.Ramp ramp -> Math.max(ramp.from(), ramp.to());
      case Shape.Steps steps -> steps.rates().stream().mapToDouble(r -> r).max().orElse(0);
      case Shape.Burst _, Shape.Closed _ -> 0;
    };
  }

  private static Shape times(Shape shape, double factor) {
    return switch (shape) {
      case Shape.Ramp ramp -> new Shape.Ramp(ramp.from() * factor, ramp.to() * factor);
      case Shape.Steps steps -> new Shape.Steps(steps.rates().stream().map(r -> r * factor).toList());
      case Shape.Burst _, Shape.Closed _ -> shape;
    };
  }

  private static Stage with(Stage s, Duration duration, Shape shape) {
    return new Stage(s.name(), s.counted(), duration, s.evict(), s.pause(), s.poisson(), shape, s.mix(), s.repeat());
  }

  /** The request of a target's own URL. */
  public static Request own(String method, List<Map.Entry<String, String>> headers, byte[] body, dev.mayfly.loadtest.plan.Expectation expectation,
      java.util.Optional<String> function) {
    return new Request("", java.util.Optional.empty(), function, method, "", headers, body, expectation, 1);
  }
}
