package dev.mayfly.cli;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.ConfigurationLoader;
import dev.mayfly.function.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;

/** The command line over parts that the test gives, with what it printed. */
final class Commands implements Parts {
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  GatewayStarter gateway = (ConfigurationLoader.Loaded _, Progress _) -> {
    throw new AssertionError("not to be started");
  };
  FunctionChecker checker = (Configuration.Function _, Progress _) -> {};
  ProgramRunner programs = (Configuration.Function _, Optional<Duration> _) -> {
    throw new AssertionError("not to be run");
  };
  private final ConfigurationFile files;

  Commands(Path folder, Optional<Path> home) {
    files = new ConfigurationFile(folder, home);
  }

  int execute(String... arguments) {
    CommandLine line = MayflyCommand.commandLine(this, files);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @Override
  public GatewayStarter gateway() {
    return gateway;
  }

  @Override
  public FunctionChecker checker() {
    return checker;
  }

  @Override
  public ProgramRunner programs() {
    return programs;
  }
}
