package dev.mayfly.cli;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.ConfigurationLoader.Loaded;
import dev.mayfly.function.DeployException;
import dev.mayfly.function.Progress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says everything that is wrong with a configuration and its functions, or shows its routes. */
@Command(name = "check", description = "Validate a configuration, compile its functions, and print its routes.")
final class CheckCommand implements Callable<Integer> {
  private final Parts parts;
  private final ConfigurationFile files;

  @Spec CommandSpec spec;

  @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "The configuration (default: mayfly.yaml here, else the examples).")
  Path file;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  CheckCommand(Parts parts, ConfigurationFile files) {
    this.parts = parts;
    this.files = files;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Optional<Loaded> loaded = files.load(Optional.ofNullable(file), err);
    if (loaded.isEmpty() || !compiles(loaded.get(), err)) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    RouteLines.table(loaded.get().configuration()).forEach(spec.commandLine().getOut()::println);
    return CommandLine.ExitCode.OK;
  }

  private boolean compiles(Loaded loaded, PrintWriter err) throws InterruptedException {
    FunctionChecker checker = parts.checker();
    Progress progress = new ProgressLines(err, System::nanoTime);
    boolean good = true;
    for (Configuration.Function function : loaded.configuration().functions().values()) {
      try {
        checker.check(function, progress);
      } catch (DeployException e) {
        err.println(loaded.problem(function.name(), e.getMessage()));
        good = false;
      }
    }
    return good;
  }
}
