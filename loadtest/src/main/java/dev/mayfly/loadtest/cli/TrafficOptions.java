package dev.mayfly.loadtest.cli;

import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.plan.Threshold;
import dev.mayfly.loadtest.scenario.InvalidValue;
import dev.mayfly.loadtest.scenario.Planner;
import dev.mayfly.loadtest.scenario.Quantities;
import dev.mayfly.loadtest.scenario.Scenario;
import dev.mayfly.loadtest.scenario.Scenario.Shape;
import dev.mayfly.loadtest.scenario.Scenario.Stage;
import dev.mayfly.loadtest.scenario.ScenarioException;
import dev.mayfly.loadtest.scenario.Scenarios;
import dev.mayfly.loadtest.scenario.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How much is sent, how, and for how long: as options of their own, or changing a scenario's. */
final class TrafficOptions {
  private static final String DEFAULT_RATE = "50/s";
  private static final String DEFAULT_DURATION = "10s";

  @Option(names = "--rate", paramLabel = "RATE", description = "Send so many, whatever comes back: 200/s; 10/s..500/s rises, 100/s,200/s goes in steps. "
      + "Default " + DEFAULT_RATE + ". With a scenario: its highest rate.")
  String rate;

  @Option(names = "--poisson", description = "Send at random instants, as independent users do, not evenly.")
  boolean poisson;

  @Option(names = "--burst", paramLabel = "N", description = "Send N at the same instant.")
  String burst;

  @Option(names = "--every", paramLabel = "TIME", description = "With --burst: again after so long.")
  String every;

  @Option(names = "--closed", paramLabel = "N", description = "Have N users, each of which waits for its answer before it sends again: for the highest throughput.")
  String closed;

  @Option(names = "--pause", paramLabel = "TIME", description = "With --closed: between an answer and the next request.")
  String pause;

  @Option(names = "--duration", paramLabel = "TIME", description = "For how long, like 10s or 1m. Default " + DEFAULT_DURATION + ". With a scenario: all its counted phases together.")
  String duration;

  @Option(names = "--warm-up", paramLabel = "TIME", description = "Send for so long before, and do not count it.")
  String warmUp;

  @Option(names = "--scenario", paramLabel = "FILE", description = "A scenario in YAML, or a shipped one: cold, warm, fresh, burst, ramp, soak, mixed.")
  String scenario;

  @Option(names = "--threshold", paramLabel = "RULE", description = "What must hold for exit status 0, like \"p99 < 20ms\" or \"errors < 1%%\"; may be repeated.")
  List<String> thresholds = new ArrayList<>();

  @Option(names = "--seed", paramLabel = "N", description = "Of everything random. Default 1.")
  Integer seed;

  @Mixin LimitOptions limits;
  @Mixin RequestOptions request;

  /** The scenario that the options come to; its targets are those of the file, if there is one. */
  Scenario scenario() throws ScenarioException, InvalidValue {
    Scenario whole = scenario == null ? own() : changed(Scenarios.load(scenario));
    List<Threshold> rules = new ArrayList<>(whole.thresholds());
    for (String text : thresholds) {
      rules.add(Thresholds.parse(text));
    }
    return new Scenario(whole.name(), whole.targets(), whole.requests(), whole.stages(), limits.over(whole.limits()), rules, seed == null ? whole.seed() : seed);
  }

  private Scenario own() throws InvalidValue {
    Duration length = Quantities.someTime(duration == null ? DEFAULT_DURATION : duration);
    Shape shape = shape(length);
    Duration between = pause == null ? Duration.ZERO : Quantities.time(pause);
    List<Stage> stages = new ArrayList<>();
    if (warmUp != null) {
      stages.add(new Stage("warm-up", false, Quantities.someTime(warmUp), false, between, poisson, shape, Map.of(), 1));
    }
    stages.add(new Stage("load", true, length, false, between, poisson, shape, Map.of(), 1));
    return new Scenario(title(shape), List.of(), List.of(request.request(Expectation.SUCCESS)), stages, Limits.DEFAULT, List.of(), 1);
  }

  private Shape shape(Duration length) throws InvalidValue {
    if (Arrays.asList(rate, burst, closed).stream().filter(o -> o != null).count() > 1) {
      throw new InvalidValue("--rate, --burst and --closed are three ways to say how much is sent; give one");
    }
    if (closed != null) {
      return new Shape.Closed(Quantities.count(closed, 1, 50_000));
    }
    if (burst != null) {
      return new Shape.Burst(Quantities.count(burst, 1, 100_000), every == null ? length : Quantities.someTime(every));
    }
    return rate(rate == null ? DEFAULT_RATE : rate);
  }

  private static Shape rate(String text) throws InvalidValue {
    if (text.contains("..")) {
      String[] ends = text.split("\\.\\.", 2);
      Shape.Ramp ramp = new Shape.Ramp(Quantities.rate(ends[0]), Quantities.rate(ends[1]));
      if (ramp.from() + ramp.to() == 0) {
        throw new InvalidValue("\"" + text + "\" sends nothing; one of the two rates must be above 0");
      }
      return ramp;
    }
    if (text.contains(",")) {
      List<Double> rates = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        rates.add(Quantities.rate(part.strip()));
      }
      return new Shape.Steps(rates);
    }
    double constant = Quantities.someRate(text);
    return new Shape.Ramp(constant, constant);
  }

  private Scenario changed(Scenario file) throws InvalidValue {
    if (burst != null || every != null || pause != null || warmUp != null || poisson) {
      throw new InvalidValue("--burst, --every, --pause, --warm-up and --poisson are not for scenarios: they are said in their phases");
    }
    List<Stage> stages = file.stages();
    stages = duration == null ? stages : Planner.lasting(stages, Quantities.someTime(duration));
    stages = rate == null ? stages : Planner.peaking(stages, Quantities.someRate(rate));
    stages = closed == null ? stages : Planner.peopled(stages, Quantities.count(closed, 1, 50_000));
    boolean ownRequests = file.requests().stream().noneMatch(r -> r.name().isEmpty());
    if (request.given() && ownRequests) {
      throw new InvalidValue("the scenario says what is sent; --method, --header, --body, --function and --expect-... are for those that do not");
    }
    Scenario staged = file.withStages(stages);
    return ownRequests ? staged : new Scenario(staged.name(), staged.targets(), List.of(request.request(file.requests().getFirst().expectation())), stages, staged.limits(),
        staged.thresholds(), staged.seed());
  }

  private static String title(Shape shape) {
    return switch (shape) {
      case Shape.Ramp r when r.from() == r.to() -> Quantities.perSecond(r.from());
      case Shape.Ramp r -> Quantities.perSecond(r.from()) + " to " + Quantities.perSecond(r.to());
      case Shape.Steps _ -> "steps";
      case Shape.Burst b -> b.size() + " at once";
      case Shape.Closed c -> c.users() + (c.users() == 1 ? " user" : " users");
    };
  }

  /** For a replay, which says itself how much is sent. */
  Optional<String> muchness() {
    return rate != null || burst != null || closed != null || scenario != null || duration != null ? Optional.of("--rate, --burst, --closed, --duration and --scenario") : Optional.empty();
  }
}
