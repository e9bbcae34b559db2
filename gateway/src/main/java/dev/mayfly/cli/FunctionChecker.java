package dev.mayfly.cli;

import dev.mayfly.config.Configuration;
import dev.mayfly.function.DeployException;
import dev.mayfly.function.Progress;

/** Finds out what can be found out about a function without running it: compiles it, reads its files. Blocks. */
@FunctionalInterface
public interface FunctionChecker {
  void check(Configuration.Function function, Progress progress) throws DeployException, InterruptedException;
}
