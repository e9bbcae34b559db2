package dev.mayfly.loadtest.cli;

import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Phase;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Target;
import dev.mayfly.loadtest.scenario.InvalidValue;
import dev.mayfly.loadtest.scenario.Planner;
import dev.mayfly.loadtest.scenario.Scenario;
import dev.mayfly.loadtest.scenario.ScenarioException;
import dev.mayfly.loadtest.trace.TracePlan;
import dev.mayfly.trace.TraceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the load-test harness. Exit status: 0; 1 a threshold was not kept, or not one answer was good; 2 it cannot be run so. */
@Command(name = "mayfly load", sortOptions = false, usageHelpAutoWidth = true, abbreviateSynopsis = true,
    description = "Sends requests to the URLs and says how fast the answers came: at a rate, whatever comes back (the default), or as users that wait. "
        + "Times count from when a request should have been sent.",
    footer = {"", "A progress line each second goes to standard error, the table at the end to standard output.",
        "Exit status: 0; 1 a threshold was not kept, or not one answer was good; 2 it cannot be run so."})
public final class LoadCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin TrafficOptions traffic;
  @Mixin TraceOptions trace;
  @Mixin OutputOptions output;

  @Option(names = "--admin", paramLabel = "URL", description = "The gateway's admin port, for evictions and pool sizes: once for all URLs, or once for each.")
  List<String> admins = new ArrayList<>();

  @Option(names = "--name", paramLabel = "NAME", description = "What a URL is called in reports: once for each, in their order.")
  List<String> names = new ArrayList<>();

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Parameters(paramLabel = "URL", description = "Where to send to; several take turns, so that the rate is that of all together. They replace those of a scenario.")
  List<String> urls = new ArrayList<>();

  private List<String> arguments = List.of();

  /** @return the exit status */
  public static int execute(String... args) {
    return execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
  }

  static int execute(PrintWriter out, PrintWriter err, String... args) {
    LoadCommand command = new LoadCommand();
    command.arguments = List.of(args);
    CommandLine line = new CommandLine(command).setOut(out).setErr(err);
    // The library's picture of the terminal asks for its width by a process: not worth it for one help text.
    line.setUsageHelpWidth(120);
    return line.execute(args);
  }

  @Override
  public Integer call() throws Exception {
    try {
      Scenario scenario = traffic.scenario();
      Plan plan = new Functions().find(Planner.plan(scenario.withTargets(targets(scenario))));
      output.check(plan);
      if (!trace.given()) {
        return session(plan);
      }
      traffic.muchness().ifPresent(options -> {
        throw new CommandLine.ParameterException(spec.commandLine(), "a trace says how much is sent; " + options + " are not for it");
      });
      try (TracePlan replay = TracePlan.read(trace.paths, trace.replay(scenario.seed()), plan.calls().size(), trace.skips())) {
        spec.commandLine().getErr().println(replay.summary());
        return session(replaying(plan, replay));
      }
    } catch (ScenarioException e) {
      e.problems().forEach(p -> spec.commandLine().getErr().println(p));
      return 2;
    } catch (InvalidValue | IOException | TraceException e) {
      spec.commandLine().getErr().println("mayfly load: " + e.getMessage());
      return 2;
    }
  }

  private List<Target> targets(Scenario scenario) throws InvalidValue {
    if (urls.isEmpty() && scenario.targets().isEmpty()) {
      throw new CommandLine.ParameterException(spec.commandLine(), "no URL, and no scenario with targets: where should the requests go?");
    }
    if (urls.isEmpty()) {
      return scenario.targets();
    }
    List<Target> given = Targets.of(urls, names, admins);
    for (Scenario.Request request : scenario.requests()) {
      if (request.target().isPresent() && given.stream().noneMatch(t -> t.name().equals(request.target().get()))) {
        throw new InvalidValue("the scenario's request " + request.name() + " goes to its target " + request.target().get() + ", which the URLs replace; call one of them so by --name");
      }
    }
    return given;
  }

  private static Plan replaying(Plan plan, TracePlan trace) {
    Phase phase = new Phase("trace", true, trace.duration(), false, new Model.Open(trace.schedule()));
    return new Plan("trace", plan.targets(), plan.calls(), List.of(phase), plan.limits(), plan.thresholds());
  }

  private int session(Plan plan) throws IOException, InterruptedException {
    try (Session session = new Session(plan, arguments, output, spec.commandLine().getOut(), spec.commandLine().getErr())) {
      return session.run();
    }
  }
}
