package dev.mayfly.cli;

import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command itself; it does nothing without a subcommand but say which there are. */
@Command(name = "mayfly", synopsisSubcommandLabel = "COMMAND", versionProvider = MayflyCommand.Version.class,
    description = "HTTP routes to WebAssembly functions, each in a virtual machine of its own.",
    subcommands = {UpCommand.class, RunCommand.class, CheckCommand.class, EvictCommand.class, ListCommand.class, PoolsCommand.class, LoadCommand.class},
    footer = {"", "mayfly COMMAND --help says more."})
public final class MayflyCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version.")
  boolean version;

  /** The command line, whose commands get from {@code parts} what they need. */
  public static CommandLine commandLine(Parts parts) {
    return commandLine(parts, ConfigurationFile.ofProcess());
  }

  static CommandLine commandLine(Parts parts, ConfigurationFile files) {
    CommandLine line = new CommandLine(MayflyCommand.class, factory(parts, files));
    // An argument is what was typed: no files of arguments, and after X.wasm everything is the program's.
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.getSubcommands().get("run").setStopAtPositional(true);
    line.setParameterExceptionHandler((e, _) -> wrongUsage(e));
    line.setExecutionExceptionHandler((e, command, _) -> failed(e, command));
    line.setUsageHelpLongOptionsMaxWidth(32);
    return line;
  }

  private static IFactory factory(Parts parts, ConfigurationFile files) {
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        Object made = type == UpCommand.class ? new UpCommand(parts, files)
            : type == CheckCommand.class ? new CheckCommand(parts, files)
            : type == RunCommand.class ? new RunCommand(parts)
            : CommandLine.defaultFactory().create(type);
        return type.cast(made);
      }
    };
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing: " + String.join(", ", spec.subcommands().keySet()));
  }

  private static int wrongUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("mayfly: " + Optional.ofNullable(e.getMessage()).orElse("wrong usage"));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  /** What commands throw is a fault of Mayfly's, so its trace is shown; what users do wrong, they say themselves. */
  private static int failed(Exception e, CommandLine command) {
    if (e instanceof InterruptedException) {
      command.getErr().println("mayfly: interrupted");
    } else {
      e.printStackTrace(command.getErr());
    }
    command.getErr().flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The jar's version. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"mayfly " + number()};
    }

    static String number() {
      return Optional.ofNullable(MayflyCommand.class.getPackage().getImplementationVersion()).orElse("(not from a jar)");
    }
  }
}
