package dev.mayfly.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.loadtest.compare.Comparison.Figure;
import dev.mayfly.loadtest.compare.Ratio.Says;
import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Runner;
import dev.mayfly.loadtest.plan.Call;
import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Phase;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Schedule;
import dev.mayfly.loadtest.plan.Target;
import dev.mayfly.loadtest.report.Results;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparerTest {
  private static final Listener NOBODY = _ -> {};
  private final List<Plan> run = new ArrayList<>();

  /** Answers as fast as the target's name says, in hundredths of milliseconds. */
  private Runner runner(int stopAfter) {
    return new Runner() {
      @Override
      public Result run(Plan plan, Listener listener) {
        run.add(plan);
        Result result = Results.run(plan.title(), 4, 300, Integer.parseInt(plan.title()) / 100.0, run.size());
        return run.size() < stopAfter ? result : new Result(result.title(), result.begun(), true, result.phases(), result.series(), result.seconds(), result.sender());
      }

      @Override
      public void stop() {}
    };
  }

  private static Call call(String name, int target) {
    return new Call(name, target, Optional.empty(), "GET", "/" + name, List.of(), new byte[0], Expectation.SUCCESS);
  }

  private static Plan plan(Call... calls) {
    List<Target> targets = List.of(new Target("100", URI.create("http://localhost:1"), Optional.empty()), new Target("200", URI.create("http://localhost:2"), Optional.empty()));
    Phase phase = new Phase("load", true, Duration.ofSeconds(3), false, new Model.Open(() -> new InTurn(calls.length)));
    return new Plan("both", targets, List.of(calls), List.of(phase), Limits.DEFAULT, List.of());
  }

  private static final class InTurn implements Schedule {
    private final int calls;
    private int at = -1;

    InTurn(int calls) {
      this.calls = calls;
    }

    @Override
    public boolean next() {
      return ++at < 6;
    }

    @Override
    public long dueNanos() {
      return at;
    }

    @Override
    public int call() {
      return at % calls;
    }
  }

  @Test
  void targetsTakeTurnsForwardsAndBackwards() throws InterruptedException {
    Comparer.Outcome outcome = new Comparer(runner(100)).compare(plan(call("a", 0), call("b", 1)), 3, NOBODY);
    assertThat(run).extracting(Plan::title).containsExactly("100", "200", "200", "100", "100", "200");
    assertThat(outcome.comparison().baseline()).isEqualTo("100");
    assertThat(outcome.comparison().method()).isEqualTo("intervals of 95 % from 3 rounds by turns");
  }

  @Test
  void aTargetTwiceAsSlowIsTwiceAsSlow() throws InterruptedException {
    Comparison comparison = new Comparer(runner(100)).compare(plan(call("a", 0), call("b", 1)), 5, NOBODY).comparison();
    Comparison.Line p50 = comparison.lines().stream().filter(line -> line.figure() == Figure.P50).findFirst().orElseThrow();
    assertThat(p50.target()).isEqualTo("200");
    assertThat(p50.ratio().estimate()).isBetween(1.8, 2.2);
    assertThat(p50.ratio().says()).isEqualTo(Says.LARGER);
    assertThat(p50.verdict()).isEqualTo("worse");
    Comparison.Line rate = comparison.lines().stream().filter(line -> line.figure() == Figure.RATE).findFirst().orElseThrow();
    assertThat(rate.verdict()).isEqualTo("no difference seen");
  }

  @Test
  void roundsOfATargetAreAddedUpAndItsSecondsFollowEachOther() throws InterruptedException {
    Comparer.Outcome outcome = new Comparer(runner(100)).compare(plan(call("a", 0), call("b", 1)), 2, NOBODY);
    Result first = outcome.results().getFirst();
    assertThat(first.good()).isEqualTo(2 * 3 * 300);
    assertThat(first.seconds()).extracting(s -> s.index()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(first.phases()).extracting(p -> p.name()).containsExactly("warm-up 1", "load 1", "warm-up 2", "load 2");
    assertThat(first.countedNanos()).isEqualTo(6_000_000_000L);
    assertThat(first.sender().planned()).isEqualTo(1800);
  }

  @Test
  void eachTargetGetsEveryArrivalByItsOwnCalls() throws InterruptedException {
    new Comparer(runner(100)).compare(plan(call("a", 0), call("b", 1), call("c", 0), call("d", 1)), 1, NOBODY);
    Plan second = run.get(1);
    assertThat(second.targets()).extracting(Target::name).containsExactly("200");
    assertThat(second.calls()).extracting(Call::path).containsExactly("/b", "/d");
    assertThat(second.calls()).allMatch(call -> call.target() == 0);
    Schedule schedule = ((Model.Open) second.phases().getFirst().model()).schedule().get();
    List<String> arrivals = new ArrayList<>();
    while (schedule.next()) {
      arrivals.add(schedule.dueNanos() + second.calls().get(schedule.call()).path());
    }
    assertThat(arrivals).containsExactly("0/b", "1/b", "2/d", "3/d", "4/b", "5/b");
  }

  @Test
  void whatWasBrokenOffIsComparedAsFarAsItWent() throws InterruptedException {
    Comparer.Outcome outcome = new Comparer(runner(3)).compare(plan(call("a", 0), call("b", 1)), 5, NOBODY);
    assertThat(run).hasSize(3);
    assertThat(outcome.comparison().lines()).hasSize(Figure.values().length).allMatch(line -> line.verdict().equals("too little to tell"));
    run.clear();
    assertThat(new Comparer(runner(1)).compare(plan(call("a", 0), call("b", 1)), 5, NOBODY).results()).hasSize(1);
  }

  @Test
  void aTargetOfWhichNothingIsAskedIsRefused() {
    assertThatThrownBy(() -> new Comparer(runner(9)).compare(plan(call("a", 0)), 1, NOBODY)).hasMessageContaining("nothing is asked of the target 200");
  }

  @Test
  void anEarlierRunIsComparedByItsStretches() {
    Comparison comparison = Against.of(List.of(Results.run("now", 12, 200, 1, 1)), List.of(Results.run("now", 12, 200, 0.5, 2)));
    Comparison.Line p50 = comparison.lines().stream().filter(line -> line.figure() == Figure.P50).findFirst().orElseThrow();
    assertThat(p50.ratio().estimate()).isBetween(0.45, 0.55);
    assertThat(p50.verdict()).isEqualTo("better");
    assertThat(Against.of(List.of(Results.nothing()), List.of(Results.run("now", 12, 200, 0.5, 2))).lines()).allMatch(line -> line.verdict().equals("too little to tell"));
  }
}
