package dev.mayfly.cli;

import dev.mayfly.config.ByteSize;
import dev.mayfly.config.Configuration;
import dev.mayfly.config.GuestDirectory;
import dev.mayfly.config.InvalidValue;
import dev.mayfly.config.TimeSpan;
import dev.mayfly.function.DeployException;
import dev.mayfly.vm.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Runs one WASI command, once; streams and exit status are the program's own. */
@Command(name = "run", description = "Run one WASI command, once, in a virtual machine.", sortOptions = false,
    customSynopsis = "mayfly run [--env K=V] [--dir HOST::GUEST] [--scratch HOST::GUEST] [--memory N] [--timeout T] X.wasm [ARG...]",
    footer = {"", "Options stand before X.wasm and may repeat; all that follows it is the program's.",
        "Exit status: the program's; 134 after a trap, 124 after the time-out, 1 if it cannot be run."})
final class RunCommand implements Callable<Integer> {
  private static final long KIB = 1 << 10;
  private static final long GIB = 1 << 30;

  private final Parts parts;

  @Spec CommandSpec spec;

  @Option(names = "--env", paramLabel = "K=V", description = "Set a variable of the program's environment.")
  List<String> env = new ArrayList<>();

  /** A group, because it keeps the order of both options. */
  @ArgGroup(multiplicity = "0..*")
  List<Mount> mounts = new ArrayList<>();

  @Option(names = "--memory", paramLabel = "N", description = "What the program may use (default: 1GiB).", converter = Memory.class)
  long memory = GIB;

  @Option(names = "--timeout", paramLabel = "T", description = "Stop the program after this time (default: never).", converter = Timeout.class)
  Duration timeout;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Parameters(index = "0", paramLabel = "X.wasm", description = "The program.")
  Path wasm;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARG", description = "The program's arguments.")
  List<String> arguments = new ArrayList<>();

  RunCommand(Parts parts) {
    this.parts = parts;
  }

  /** One directory for the program. */
  static final class Mount {
    @Option(names = "--dir", paramLabel = "HOST::GUEST", required = true, description = "Show a directory to the program, read-only.")
    String dir;

    @Option(names = "--scratch", paramLabel = "HOST::GUEST", required = true, description = "Give the program a copy of a directory to write to; it goes with the program.")
    String scratch;
  }

  static final class Memory implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      try {
        return ByteSize.parse(text, 64 * KIB, 16 * GIB);
      } catch (InvalidValue e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  static final class Timeout implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return TimeSpan.parse(text, Duration.ofMillis(1), Duration.ofDays(365));
      } catch (InvalidValue e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    Configuration.Function program = program();
    if (!Files.isRegularFile(wasm) || !Files.isReadable(wasm)) {
      return failed(wasm + ": " + (!Files.exists(wasm) ? "no such file" : Files.isRegularFile(wasm) ? "cannot be read (permission denied)" : "not a file"));
    }
    try {
      return parts.programs().run(program, Optional.ofNullable(timeout));
    } catch (DeployException | Engine.CannotStart e) {
      return failed(e.getMessage());
    }
  }

  private int failed(String message) {
    spec.commandLine().getErr().println("mayfly: " + message);
    return CommandLine.ExitCode.SOFTWARE;
  }

  private Configuration.Function program() {
    Map<String, Path> files = new LinkedHashMap<>();
    Map<String, Path> scratch = new LinkedHashMap<>();
    List<String> preopens = new ArrayList<>();
    for (Mount mount : mounts) {
      boolean readOnly = mount.dir != null;
      mount(readOnly ? "--dir" : "--scratch", readOnly ? mount.dir : mount.scratch, readOnly ? files : scratch, preopens);
    }
    return Configuration.Function.program(wasm.toAbsolutePath(), memory, List.copyOf(arguments), environment(), files, scratch, preopens);
  }

  private Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String variable : env) {
      int equals = variable.indexOf('=');
      if (equals < 1) {
        throw wrong("--env: \"" + variable + "\" is not NAME=VALUE");
      }
      variables.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return variables;
  }

  private void mount(String option, String text, Map<String, Path> into, List<String> preopens) {
    int colons = text.indexOf("::");
    if (colons < 1) {
      throw wrong(option + ": \"" + text + "\" is not HOST::GUEST, like ./data::/data");
    }
    Path host = Path.of(text.substring(0, colons));
    if (!Files.isDirectory(host)) {
      throw wrong(option + ": " + host + (Files.exists(host) ? " is not a directory" : ": no such directory"));
    }
    try {
      String guest = GuestDirectory.check(text.substring(colons + 2), preopens);
      into.put(guest, host.toAbsolutePath());
      preopens.add(guest);
    } catch (InvalidValue e) {
      throw wrong(option + ": " + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
