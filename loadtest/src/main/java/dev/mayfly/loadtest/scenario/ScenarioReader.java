package dev.mayfly.loadtest.scenario;

import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.plan.Target;
import dev.mayfly.loadtest.plan.Threshold;
import dev.mayfly.loadtest.scenario.Scenario.Request;
import dev.mayfly.loadtest.scenario.Scenario.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads a whole scenario from its nodes. One thread, once. */
final class ScenarioReader {
  private final Mistakes mistakes;

  ScenarioReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  Scenario read(Node root, String fallbackName) throws ScenarioException {
    Fields in = new Fields(root, "a scenario", mistakes);
    String name = in.value("name", text -> text).orElse(fallbackName);
    List<Target> targets = targets(in);
    Expectation expected = new RequestReader(mistakes).expectation(in.section("expect"), Expectation.SUCCESS);
    List<Request> requests = requests(in, targets, expected);
    List<Stage> stages = stages(in, requests);
    Limits limits = limits(in.section("limits"));
    long seed = in.value("seed", text -> (long) Quantities.count(text, 0, Integer.MAX_VALUE)).orElse(1L);
    List<Threshold> thresholds = in.values("thresholds", Thresholds::parse);
    in.end();
    mistakes.orThrow();
    return new Scenario(name, targets, requests, stages, limits, thresholds, seed);
  }

  private List<Target> targets(Fields in) {
    List<Target> targets = new ArrayList<>();
    for (Fields.Field f : in.section("targets").map(Fields::all).orElse(List.of())) {
      if (f.value() instanceof ScalarNode) {
        in.scalar(f.key(), f.value(), Urls::parse).ifPresent(url -> targets.add(new Target(f.key(), url, Optional.empty())));
        continue;
      }
      Fields target = new Fields(f.value(), "the target " + f.key(), mistakes);
      Optional<java.net.URI> admin = target.value("admin", Urls::parse);
      target.required("url", Urls::parse).ifPresent(url -> targets.add(new Target(f.key(), url, admin)));
      target.end();
    }
    return targets;
  }

  private List<Request> requests(Fields in, List<Target> targets, Expectation expected) {
    RequestReader reader = new RequestReader(mistakes);
    List<Request> requests = new ArrayList<>();
    for (Fields.Field f : in.section("requests").map(Fields::all).orElse(List.of())) {
      requests.add(reader.read(f, expected, targets.stream().map(Target::name).toList()));
    }
    if (in.has("requests")) {
      if (requests.isEmpty()) {
        mistakes.at(in.node(), "requests has none; leave it out to ask for the targets' own URLs");
      }
    } else {
      requests.add(Planner.own("GET", List.of(), new byte[0], expected, Optional.empty()));
    }
    return requests;
  }

  private List<Stage> stages(Fields in, List<Request> requests) {
    List<Stage> stages = new ArrayList<>();
    Set<String> names = new HashSet<>();
    StageReader reader = new StageReader(mistakes, requests);
    for (Node node : in.items("phases")) {
      Stage stage = reader.read(node, stages.size() + 1);
      if (!names.add(stage.name())) {
        mistakes.at(node, "two phases have the name \"" + stage.name() + "\"");
      }
      stages.add(stage);
    }
    if (stages.isEmpty()) {
      mistakes.at(in.node(), "phases are missing: a scenario has at least one, like {rate: 200/s, duration: 10s}");
    } else if (stages.stream().noneMatch(Stage::counted)) {
      mistakes.at(in.node(), "no phase is counted: at least one must be without \"counted: false\"");
    }
    return stages;
  }

  private static Limits limits(Optional<Fields> section) {
    Limits d = Limits.DEFAULT;
    if (section.isEmpty()) {
      return d;
    }
    Fields in = section.get();
    Limits limits = new Limits(in.value("connect", Quantities::someTime).orElse(d.connect()), in.value("response", Quantities::someTime).orElse(d.response()),
        in.value("connections", text -> Quantities.count(text, 1, 50_000)).orElse(d.connections()),
        in.value("backlog", text -> Quantities.count(text, 0, 10_000_000)).orElse(d.backlog()), in.value("body", Quantities::size).orElse(d.bodyBytes()),
        in.value("late", Quantities::someTime).orElse(d.late()), in.value("threads", text -> Quantities.count(text, 1, 64)).orElse(d.threads()));
    in.end();
    return limits;
  }
}
