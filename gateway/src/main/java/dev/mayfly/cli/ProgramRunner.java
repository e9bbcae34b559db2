package dev.mayfly.cli;

import dev.mayfly.config.Configuration;
import dev.mayfly.function.DeployException;
import dev.mayfly.vm.Engine;
import java.time.Duration;
import java.util.Optional;

/** Runs a program once, with the standard streams of this process. */
@FunctionalInterface
public interface ProgramRunner {
  /**
   * Blocks until the program has ended, or was stopped.
   *
   * @return the exit status that this process is to have; what is not the program's own was said on standard error
   * @throws DeployException the file cannot be run
   */
  int run(Configuration.Function program, Optional<Duration> timeout) throws DeployException, Engine.CannotStart, InterruptedException;
}
