package dev.mayfly.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * Says where the load-test harness is: a program of its own, so that what it measures is a gateway alone. The launcher hands over to it before it comes
 * here; only who starts the gateway's jar by himself sees this.
 */
@Command(name = "load", description = "Run the load-test harness: mayfly load URL; mayfly load --help has its options.")
final class LoadCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Unmatched List<String> rest = new ArrayList<>();

  @Override
  public void run() {
    spec.commandLine().getOut().println("The load-test harness is a program of its own: ./mayfly load starts it, or java -jar loadtest/target/loadtest.jar; see loadtest/README.md.");
  }
}
