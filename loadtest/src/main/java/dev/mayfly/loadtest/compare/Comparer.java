package dev.mayfly.loadtest.compare;

import dev.mayfly.loadtest.compare.Comparison.Figure;
import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Runner;
import dev.mayfly.loadtest.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs targets by turns, several rounds, and compares them within each round: a machine that is slower for a minute is slower for all. Every
 * other round goes backwards, so that a drift within a round does not favour the first. The first target is what the others are divided by.
 * One thread at a time; another may stop the runner.
 */
public final class Comparer {
  /**
   * @param results one for each target, its rounds together, in the plan's order; targets that had no round yet when it was broken off are not in it
   */
  public record Outcome(Comparison comparison, List<Result> results) {}

  private final Runner runner;

  public Comparer(Runner runner) {
    this.runner = runner;
  }

  /**
   * @param plan of at least two targets; each gets all arrivals in its turn
   * @param rounds at least 1; 2 for an interval, 5 for a useful one
   */
  public Outcome compare(Plan plan, int rounds, Listener listener) throws InterruptedException {
    int targets = plan.targets().size();
    if (targets < 2 || rounds < 1) {
      throw new IllegalArgumentException("a comparison needs two targets and a round; there are " + targets + " and " + rounds);
    }
    return compare(IntStream.range(0, targets).mapToObj(target -> Alone.of(plan, target)).toList(), rounds, listener);
  }

  /** The same of plans that differ in more than their target; each is named by its title. */
  public Outcome compare(List<Plan> plans, int rounds, Listener listener) throws InterruptedException {
    List<List<Result>> results = new ArrayList<>();
    plans.forEach(_ -> results.add(new ArrayList<>()));
    boolean stopped = false;
    for (int round = 0; round < rounds && !stopped; round++) {
      for (int turn = 0; turn < plans.size() && !stopped; turn++) {
        int target = round % 2 == 0 ? turn : plans.size() - 1 - turn;
        Result result = runner.run(plans.get(target), listener);
        results.get(target).add(result);
        stopped = result.interrupted();
      }
    }
    List<List<Result>> some = results.stream().filter(of -> !of.isEmpty()).toList();
    return new Outcome(comparison(some), some.stream().map(Rounds::together).toList());
  }

  static Comparison comparison(List<List<Result>> results) {
    List<Comparison.Line> lines = new ArrayList<>();
    int rounds = results.stream().mapToInt(List::size).min().orElse(0);
    for (int target = 1; target < results.size(); target++) {
      for (Figure figure : Figure.values()) {
        double[] ours = figures(results.get(target), figure, rounds);
        double[] base = figures(results.getFirst(), figure, rounds);
        lines.add(new Comparison.Line(results.get(target).getFirst().title(), figure, Figures.geometricMean(ours), Figures.geometricMean(base),
            Ratio.paired(ours, base)));
      }
    }
    String method = "intervals of 95 % from " + rounds + (rounds == 1 ? " round" : " rounds") + " by turns";
    return new Comparison(results.isEmpty() ? "" : results.getFirst().getFirst().title(), method, lines);
  }

  private static double[] figures(List<Result> results, Figure figure, int rounds) {
    return results.stream().limit(rounds).mapToDouble(result -> Figures.of(figure, result)).toArray();
  }
}
