package dev.mayfly.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Says where the load-test harness is: a program of its own, so that what it measures is a gateway alone. */
@Command(name = "load", description = "Say how to run the load-test harness.")
final class LoadCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Unmatched List<String> rest = new ArrayList<>();

  @Override
  public void run() {
    spec.commandLine().getOut().println("The load-test harness is a program of its own, in the folder loadtest of Mayfly's sources: loadtest/README.md says how to run it.");
  }
}
