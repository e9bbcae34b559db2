package dev.mayfly.cli;

import dev.mayfly.sizing.replay.PolicyReplay;
import dev.mayfly.sizing.replay.PolicyReplay.Outcome;
import dev.mayfly.trace.Arrivals;
import dev.mayfly.trace.BadRows;
import dev.mayfly.trace.Replay;
import dev.mayfly.trace.Trace;
import dev.mayfly.trace.TraceException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the sizer over recorded traffic, beside other rules: what each would have cost. Needs no gateway. */
@Command(name = "replay", description = "Run the sizer over recorded traffic, beside other rules.")
final class PoolsReplayCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Option(names = "--even", description = "Spread a minute's invocations evenly in it; else at random.")
  boolean even;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of what is at random (default: ${DEFAULT-VALUE}).")
  long seed;

  @Parameters(paramLabel = "TRACE", arity = "1..*", description = "Files or folders in one of the two formats of the Azure Functions traces (2019: counts by minute; 2021: invocations).")
  List<Path> traces;

  @Override
  public Integer call() {
    Replay replay = Replay.WHOLE.withSeed(seed);
    BadRows bad = BadRows.skipped();
    try (Arrivals arrivals = Trace.of(traces).replay(even ? replay.spreadEvenly() : replay, bad)) {
      table(PolicyReplay.ofAll().run(arrivals)).forEach(spec.commandLine().getOut()::println);
    } catch (TraceException e) {
      return failed(e.getMessage());
    }
    if (bad.count() > 0) {
      failed(bad.count() + " rows cannot be read and were left out, the first: " + bad.first().getFirst());
    }
    return CommandLine.ExitCode.OK;
  }

  private int failed(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("mayfly: " + message);
    return CommandLine.ExitCode.SOFTWARE;
  }

  static List<String> table(List<Outcome> outcomes) {
    Outcome fixed = outcomes.get(PolicyReplay.FIXED);
    TextTable table = new TextTable().row("RULE", "REQUESTS", "COLD", "OF FIXED", "MACHINE-HOURS", "OF FIXED", "IDLE", "OF FIXED", "COLD OF 3/4 OF FUNCTIONS AT MOST");
    for (Outcome o : outcomes) {
      table.row(o.policy(), Long.toString(o.requests()), Long.toString(o.cold()), ratio(o.cold(), fixed.cold()),
          hours(o.machineHours()), ratio(o.machineHours(), fixed.machineHours()), hours(o.idleHours()), ratio(o.idleHours(), fixed.idleHours()),
          String.format(Locale.ROOT, "%.1f%%", 100 * o.coldQuartile()));
    }
    return table.lines();
  }

  private static String hours(double hours) {
    return String.format(Locale.ROOT, "%.1f", hours);
  }

  private static String ratio(double one, double other) {
    return other == 0 ? "-" : String.format(Locale.ROOT, "%.2f", one / other);
  }
}
