package dev.mayfly.loadtest.report;

import dev.mayfly.loadtest.compare.Comparison;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * All that is told of a run, in every form of report.
 *
 * @param arguments of the command that made it
 * @param results one, or in a comparison one for each target, its rounds together
 * @param comparison empty: nothing was compared
 * @param pools empty where no target has an admin port
 */
public record Report(String title, List<String> arguments, Environment environment, List<Result> results, List<Verdict> verdicts,
    Optional<Comparison> comparison, List<PoolSample> pools) {
  public Report {
    arguments = List.copyOf(arguments);
    results = List.copyOf(results);
    verdicts = List.copyOf(verdicts);
    pools = List.copyOf(pools);
  }
}
