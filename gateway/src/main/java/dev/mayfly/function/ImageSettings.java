package dev.mayfly.function;

import java.util.List;
import java.util.Map;

/**
 * What an image holds beside code and files.
 *
 * @param arguments the program's name first
 * @param environment in the configuration's order
 * @param flags of {@link dev.mayfly.vm.Image}
 * @param memoryLimit bytes
 * @param variables of {@code wasi:config} and Spin, which only components can read
 */
record ImageSettings(List<String> arguments, Map<String, String> environment, int flags, long memoryLimit, Kind kind, Map<String, String> variables) {
  /** A preview 1 command's. */
  ImageSettings(List<String> arguments, Map<String, String> environment, int flags, long memoryLimit) {
    this(arguments, environment, flags, memoryLimit, Kind.COMMAND, Map.of());
  }
}
