package dev.mayfly.loadtest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The components that other toolchains made, for first requests without a machine: what {@code functions/samples/build} left in a folder.
 *
 * @param function its name in the configuration
 * @param file in the folder
 * @param wantedMillis the longest median
 */
record Components(String function, String file, double wantedMillis) {
  private static final List<Components> ALL = List.of(new Components("c", "c.wasm", 2), new Components("js-fetch", "js-fetch.wasm", 15),
      new Components("js-handler", "js-handler.wasm", 15), new Components("python", "python.wasm", 25));

  /** Those that are there. */
  static List<Components> in(Path folder) {
    return ALL.stream().filter(component -> Files.exists(folder.resolve(component.file))).toList();
  }

  /** A function for each, and a route for each. */
  static String configuration(Path folder, List<Components> components) {
    StringBuilder functions = new StringBuilder("functions:\n");
    StringBuilder routes = new StringBuilder("routes:\n");
    for (Components c : components) {
      functions.append("  %s: {wasm: %s}\n".formatted(c.function, folder.resolve(c.file)));
      routes.append("  - {path: %s, function: %s}\n".formatted(c.path(), c.function));
    }
    return functions.append(routes).toString();
  }

  String path() {
    return "/" + function;
  }
}
