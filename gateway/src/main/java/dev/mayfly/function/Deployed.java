package dev.mayfly.function;

import dev.mayfly.config.Configuration;
import dev.mayfly.vm.Snapshot;
import java.util.List;

/**
 * A function that can be called.
 *
 * @param configuration as the file has it, the handler decided (never AUTO)
 * @param notes what deploying found worth saying (randomness drawn before the snapshot, a boot that failed), a sentence each
 */
public record Deployed(Configuration.Function configuration, Snapshot snapshot, List<String> notes) {
  public String name() {
    return configuration.name();
  }
}
