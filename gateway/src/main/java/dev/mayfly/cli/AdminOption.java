package dev.mayfly.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which gateway a command talks to, for commands to mix in. */
final class AdminOption {
  private static final String DEFAULT = "http://127.0.0.1:9090";

  @Spec(Spec.Target.MIXEE) CommandSpec spec;

  @Option(names = "--admin", paramLabel = "URL", description = "The gateway's admin port (default: $MAYFLY_ADMIN, else " + DEFAULT + ").")
  String url;

  AdminClient client() {
    return client(System.getenv());
  }

  AdminClient client(Map<String, String> environment) {
    String named = environment.getOrDefault("MAYFLY_ADMIN", "");
    try {
      return AdminClient.at(url != null ? url : named.isEmpty() ? DEFAULT : named);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), (url != null ? "--admin: " : "MAYFLY_ADMIN: ") + e.getMessage());
    }
  }

  /** Says what a command could not do; its exit status. */
  int failed(String message) {
    spec.commandLine().getErr().println("mayfly: " + message);
    return CommandLine.ExitCode.SOFTWARE;
  }
}
