package dev.mayfly.cli;

import dev.mayfly.config.ConfigurationException;
import dev.mayfly.config.ConfigurationLoader;
import dev.mayfly.config.ConfigurationLoader.Loaded;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which configuration a command means.
 *
 * @param folder the current one; empty, so that messages name files as the user would
 * @param home where Mayfly's own examples are, if that is known
 */
record ConfigurationFile(Path folder, Optional<Path> home) {
  private static final String NAME = "mayfly.yaml";

  /** Of this process: the launcher gives the home as a system property, a container as a variable. */
  static ConfigurationFile ofProcess() {
    String home = System.getProperty("mayfly.home", System.getenv().getOrDefault("MAYFLY_HOME", ""));
    return new ConfigurationFile(Path.of(""), Optional.of(home).filter(h -> !h.isEmpty()).map(Path::of));
  }

  /**
   * Loads the file that is named, or else the current folder's, or else the examples'; what is wrong is said.
   *
   * @param errors takes a line for each problem
   */
  Optional<Loaded> load(Optional<Path> named, PrintWriter errors) {
    Optional<Path> file = named.or(() -> existing(folder)).or(() -> home.flatMap(h -> existing(h.resolve("functions"))));
    if (file.isEmpty()) {
      errors.println("mayfly: there is no " + NAME + " in this folder; name a configuration with -f FILE, or a function: mayfly up X.wasm");
      return Optional.empty();
    }
    Optional<Loaded> loaded = attempt(() -> ConfigurationLoader.read(file.get()), errors);
    loaded.ifPresent(l -> l.notes().forEach(errors::println));
    return loaded;
  }

  /** One function alone. */
  static Optional<Loaded> single(Path wasm, PrintWriter errors) {
    return attempt(() -> ConfigurationLoader.single(wasm), errors);
  }

  @FunctionalInterface
  private interface Loading {
    Loaded load() throws ConfigurationException;
  }

  private static Optional<Loaded> attempt(Loading loading, PrintWriter errors) {
    try {
      return Optional.of(loading.load());
    } catch (ConfigurationException e) {
      e.problems().forEach(errors::println);
      return Optional.empty();
    }
  }

  private static Optional<Path> existing(Path folder) {
    return Optional.of(folder.resolve(NAME)).filter(Files::exists);
  }
}
