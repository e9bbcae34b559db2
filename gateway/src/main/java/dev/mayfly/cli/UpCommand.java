package dev.mayfly.cli;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Address;
import dev.mayfly.config.ConfigurationLoader.Loaded;
import dev.mayfly.vm.Isolation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Serves a configuration, or one function, until the process is told to end. */
@Command(name = "up", description = "Serve a configuration, or one function at /.")
final class UpCommand implements Callable<Integer> {
  private final Parts parts;
  private final ConfigurationFile files;

  @Spec CommandSpec spec;

  @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "The configuration (default: mayfly.yaml here, else the examples).")
  Path file;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Parameters(index = "0", arity = "0..1", paramLabel = "X.wasm", description = "One function, served at every path on port 8080.")
  Path wasm;

  UpCommand(Parts parts, ConfigurationFile files) {
    this.parts = parts;
    this.files = files;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (file != null && wasm != null) {
      throw new ParameterException(spec.commandLine(), "give -f FILE or X.wasm, not both");
    }
    PrintWriter err = spec.commandLine().getErr();
    Optional<Loaded> loaded = wasm != null ? ConfigurationFile.single(wasm, err) : files.load(Optional.ofNullable(file), err);
    if (loaded.isEmpty()) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    try {
      RunningGateway gateway = parts.gateway().start(loaded.get(), new ProgressLines(err, System::nanoTime));
      Thread hook = Thread.ofPlatform().name("stop").unstarted(gateway::stop);
      Runtime.getRuntime().addShutdownHook(hook);
      announce(loaded.get().configuration(), gateway);
      gateway.awaitEnd();
      return CommandLine.ExitCode.OK;
    } catch (GatewayStarter.CannotStart e) {
      e.lines().forEach(l -> err.println("mayfly: " + l));
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private void announce(Configuration configuration, RunningGateway gateway) {
    PrintWriter out = spec.commandLine().getOut();
    boolean tls = configuration.tls().isPresent();
    String isolation = gateway.isolation() == Isolation.KVM ? "every function in a virtual machine of its own (kvm)"
        : "every function in a process of its own (process): for development, not for functions that are not trusted";
    out.println("Mayfly serves " + url(gateway.listen(), tls) + ", " + isolation);
    out.println("admin port " + url(gateway.admin(), false));
    gateway.notes().forEach(out::println);
    out.println();
    TextTable table = new TextTable();
    configuration.routes().forEach(r -> table.row(List.of(RouteLines.methods(r), r.host().orElse("") + r.path(), r.function(), gateway.isolation().label(),
        RouteLines.curl(r, gateway.listen(), tls))));
    table.lines().forEach(out::println);
    out.flush();
  }

  private static String url(Address address, boolean tls) {
    String host = address.host().contains(":") ? "[" + address.host() + "]" : address.host();
    return (tls ? "https://" : "http://") + host + ":" + address.port();
  }
}
