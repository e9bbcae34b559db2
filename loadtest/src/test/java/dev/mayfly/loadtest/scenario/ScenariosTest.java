package dev.mayfly.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Phase;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Schedule;
import dev.mayfly.loadtest.plan.Target;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenariosTest {
  static final List<String> READY = Scenarios.READY;
  private static final String FULL = """
      name: shop
      targets:
        a: {url: "http://127.0.0.1:8080/shop", admin: "http://127.0.0.1:9090"}
        b: http://127.0.0.1:8081
      requests:
        list: {path: /list?n=1, weight: 3, function: list}
        order: {path: /order, method: POST, target: b, headers: {X-A: b}, body: "{}", expect: {status: [200, 201], contains: ok}}
      expect: {start: warm}
      phases:
        - {name: before, rate: 10/s, duration: 1s, counted: false}
        - {ramp: [0, 100/s], duration: 10s, arrivals: poisson, mix: {order: 1}}
        - {name: rush, burst: 5, every: 1s, duration: 3s, evict: true, repeat: 2}
        - {name: most, closed: 4, pause: 5ms, duration: 2s}
        - {name: stairs, steps: [10/s, 0/s, 20/m], duration: 3s}
      limits: {response: 2s, connect: 1s, connections: 7, backlog: 8, body: 1MiB, late: 3ms, threads: 2}
      thresholds: ["p99 < 20ms", "cold service p50 < 5ms", "errors < 1%", "rate > 30/m", "lag p99.9 <= 2ms", "max < 1s", "cold-share < 5%", "unsent < 1%"]
      seed: 5
      """;

  @Test
  void aWholeScenarioBecomesAPlan() throws Exception {
    Plan plan = Planner.plan(Scenarios.parse(FULL, "shop.yaml", "x"));
    assertThat(plan.title()).isEqualTo("shop");
    assertThat(plan.targets()).extracting(Target::name).containsExactly("a", "b");
    assertThat(plan.calls()).extracting(c -> c.name() + " " + c.target() + " " + c.method() + " " + c.path())
        .containsExactly("list 0 GET /shop/list?n=1", "list 1 GET /list?n=1", "order 1 POST /order");
    assertThat(plan.calls().get(2).expectation().statuses()).containsExactlyInAnyOrder(200, 201);
    assertThat(plan.calls().get(2).expectation().start()).contains("warm");
    assertThat(plan.phases()).extracting(Phase::name).containsExactly("before", "phase 2", "rush 1", "rush 2", "most", "stairs");
    assertThat(plan.phases().get(2).evict()).isTrue();
    assertThat(((Model.Closed) plan.phases().get(4).model()).pause()).isEqualTo(Duration.ofMillis(5));
    assertThat(calls(plan.phases().get(1))).as("the mix has one request only").containsOnly(2);
    assertThat(calls(plan.phases().get(0))).hasSize(10).contains(0, 1, 2);
    assertThat(plan.limits().threads()).isEqualTo(2);
    assertThat(plan.thresholds()).hasSize(8);
  }

  @Test
  void everyMistakeIsToldAtOnceWithItsPlace() {
    String text = """
        targets:
          a: {url: ftp://x, admn: http://y}
        requests:
          r: {path: list, method: get, weight: 0, target: aa, expect: {status: 99, strat: cold}}
        phasis: []
        phases:
          - {rate: 10, duration: soon}
          - {rate: 10/s, closed: 2, duration: 1s, arivals: poisson}
          - {rate: ten, mix: {rr: 1}}
        limits: {response: 2 years, threads: 0}
        thresholds: [p99 is good, "p99 < 5", "q50 < 5ms"]
        """;
    ScenarioException e = catchThrowableOfType(ScenarioException.class, () -> Scenarios.parse(text, "bad.yaml", "bad"));
    assertThat(String.join("\n", e.problems())).isEqualTo("""
        bad.yaml:2:12: url: "ftp://x" has the scheme ftp; http and https are known; write one like http://127.0.0.1:8080/hello
        bad.yaml:2:21: unknown key "admn" in the target a (did you mean "admin"?)
        bad.yaml:4:13: path: "list" is not a path; it begins with / and has no blanks (%20) and no other than ASCII characters
        bad.yaml:4:27: method: "get" is not a method; capital letters, like GET or POST, and not CONNECT
        bad.yaml:4:40: weight: "0" is not a weight; a number above 0 is
        bad.yaml:4:51: target: there is no target "aa"; there are none in this file
        bad.yaml:4:72: status: "99" is out of range; from 200 to 599 are allowed
        bad.yaml:4:76: unknown key "strat" in expect (did you mean "start"?)
        bad.yaml:5:1: unknown key "phasis" in a scenario (did you mean "phases"?)
        bad.yaml:7:26: duration: "soon" is not a time; write a number and a unit, like 250ms, 2s, 1m or 1h
        bad.yaml:8:5: a phase has exactly one of rate, ramp, steps, burst, closed; here are rate and closed
        bad.yaml:8:43: unknown key "arivals" in a phase (did you mean "arrivals"?)
        bad.yaml:9:5: duration is missing in a phase
        bad.yaml:9:12: rate: "ten" is not a rate; write a number and a unit, like 200/s, 30/m or 5/h
        bad.yaml:9:23: mix: there is no request "rr" (did you mean "r"?)
        bad.yaml:10:20: response: "2 years" has the unknown unit "years"; write a number and a unit, like 250ms, 2s, 1m or 1h
        bad.yaml:10:38: threads: "0" is out of range; from 1 to 64 are allowed
        bad.yaml:11:14: thresholds: "p99 is good" is not a threshold; write one like "p99 < 20ms", "cold service p50 < 5ms", "errors < 1%", "rate > 190/s", "lag p99 < 2ms" or "cold-share < 5%"
        bad.yaml:11:27: thresholds: "5" has no unit; write a number and a unit, like 250ms, 2s, 1m or 1h
        bad.yaml:11:38: thresholds: "q50 < 5ms": "q50" is no figure (did you mean "p50"?); write one like "p99 < 20ms", "cold service p50 < 5ms", "errors < 1%", "rate > 190/s", "lag p99 < 2ms" or "cold-share < 5%\"""");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "a", "phases: [", "phases: {a: b}", "phases: [{rate: 1/s, duration: 1s, counted: false}]", "phases: [1]", "? [a]\n: b", "phases: [{ramp: [1/s], duration: 1s}]",
      "phases: [{rate: 1/s, duration: 0s}]", "phases: [{rate: 0/s, duration: 1s}]", "phases: [{steps: [], duration: 1s}]", "phases: [{rate: , duration: 1s}]", "phases: [{rate: [1/s], duration: 1s}]",
      "targets: {a: }\nphases: [{rate: 1/s, duration: 1s}]", "expect: {body: [a]}\nphases: [{rate: 1/s, duration: 1s}]", "phases: [{rate: 1/s, duration: 1s, pause: 1s}]",
      "requests: {r: {headers: {\"a b\": c}}}\nphases: [{rate: 1/s, duration: 1s}]", "phases: [{rate: 1/s, duration: 1s, name: x}, {rate: 1/s, duration: 1s, name: x}]",
      "requests: {r: {path: /}}\nphases: [{rate: 1/s, duration: 1s, mix: {r: -1}}]", "a: &a {b: *a}\nphases: [{rate: 1/s, duration: 1s}]", "requests: {}\nphases: [{rate: 1/s, duration: 1s}]"})
  void noMistakeGoesUnseen(String text) {
    ScenarioException e = catchThrowableOfType(ScenarioException.class, () -> Scenarios.parse(text, "bad.yaml", "bad"));
    assertThat(e).isNotNull();
    assertThat(e.problems()).isNotEmpty().allMatch(p -> p.matches("bad\\.yaml(:[0-9]+:[0-9]+)?: \\S[^\\x00]*"));
  }

  @ParameterizedTest
  @FieldSource("READY")
  void everyShippedScenarioCanBeUsed(String name) throws Exception {
    Scenario scenario = Scenarios.load(name);
    assertThat(scenario.name()).isEqualTo(name);
    Plan plan = Planner.plan(scenario.withTargets(List.of(new Target("t", URI.create("http://127.0.0.1:8080/hello/world?x=1"), Optional.empty()))));
    assertThat(plan.calls()).extracting(c -> c.path()).containsExactly("/hello/world?x=1");
    assertThat(plan.phases()).isNotEmpty();
  }

  @Test
  void aNameThatIsNeitherFileNorShippedIsToldTheNearest() {
    ScenarioException e = catchThrowableOfType(ScenarioException.class, () -> Scenarios.load("wram"));
    assertThat(e.problems()).singleElement().asString().startsWith("wram: no such file, and no shipped scenario").contains("shipped are cold, warm");
  }

  @Test
  void aDurationKeepsTheSharesOfThePhasesAndLeavesTheWarmUpAlone() throws Exception {
    Scenario scenario = Scenarios.parse("phases: [{name: w, rate: 1/s, duration: 3s, counted: false}, {rate: 1/s, duration: 1s, repeat: 2}, {rate: 4/s, duration: 2s}]", "f", "f");
    assertThat(Planner.lasting(scenario.stages(), Duration.ofSeconds(8))).extracting(Scenario.Stage::duration)
        .containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(4));
  }

  @Test
  void aRateIsTheHighest() throws Exception {
    Scenario scenario = Scenarios.parse("phases: [{rate: 10/s, duration: 1s}, {ramp: [5/s, 20/s], duration: 1s}, {steps: [1/s, 2/s], duration: 1s}, {burst: 5, duration: 1s}]", "f", "f");
    assertThat(Planner.peaking(scenario.stages(), 200)).extracting(Scenario.Stage::shape).containsExactly(new Scenario.Shape.Ramp(100, 100), new Scenario.Shape.Ramp(50, 200),
        new Scenario.Shape.Steps(List.of(10.0, 20.0)), new Scenario.Shape.Burst(5, Duration.ofSeconds(1)));
  }

  private static List<Integer> calls(Phase phase) {
    Schedule schedule = ((Model.Open) phase.model()).schedule().get();
    List<Integer> calls = new ArrayList<>();
    while (schedule.next()) {
      calls.add(schedule.call());
    }
    return calls;
  }
}
