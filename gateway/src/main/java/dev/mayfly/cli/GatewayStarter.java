package dev.mayfly.cli;

import dev.mayfly.config.ConfigurationLoader;
import dev.mayfly.function.Progress;
import java.util.List;

/** Starts a gateway: engine, functions, pools, servers. */
@FunctionalInterface
public interface GatewayStarter {
  /** Returns when all functions are deployed and both ports are open. Blocks; can be interrupted. */
  RunningGateway start(ConfigurationLoader.Loaded configuration, Progress progress) throws CannotStart, InterruptedException;

  /** The gateway cannot start; nothing of it is left running. */
  final class CannotStart extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> lines;

    /** @param lines what is wrong, whole: a port that is taken, functions that cannot be deployed, a line each */
    public CannotStart(List<String> lines) {
      super(String.join("\n", lines));
      this.lines = List.copyOf(lines);
    }

    public List<String> lines() {
      return lines;
    }
  }
}
