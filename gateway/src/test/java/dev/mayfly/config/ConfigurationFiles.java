package dev.mayfly.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes configurations for tests into a folder, and loads them on a host of 32 GiB. */
final class ConfigurationFiles {
  private final Path folder;
  private final Path file;

  ConfigurationFiles(Path folder) throws IOException {
    this.folder = folder;
    file = folder.resolve("mayfly.yaml");
    Files.writeString(folder.resolve("a.wasm"), "not looked into here");
    Files.createDirectories(folder.resolve("dir"));
    Path proc = Files.createDirectories(folder.resolve("root/proc"));
    Files.writeString(proc.resolve("meminfo"), "MemTotal:       33554432 kB\n");
  }

  Path file() {
    return file;
  }

  Configuration load(String yaml) throws ConfigurationException, IOException {
    Files.writeString(file, yaml);
    return ConfigurationLoader.read(file, new HostMemory(folder.resolve("root"))).configuration();
  }

  /** What is wrong, a line each, without the file's name. */
  List<String> problems(String yaml) throws IOException {
    try {
      load(yaml);
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems().stream().map(p -> p.toString().substring(file.toString().length() + 1)).toList();
    }
  }

  /** The one function {@code a} with these lines. */
  Configuration.Function function(String... lines) throws ConfigurationException, IOException {
    return load(withFunction(lines)).functions().get("a");
  }

  /** Problems of the function {@code a} with these lines, the first of which is line 4. */
  List<String> functionProblems(String... lines) throws IOException {
    return problems(withFunction(lines));
  }

  private static String withFunction(String... lines) {
    StringBuilder yaml = new StringBuilder("functions:\n  a:\n    wasm: a.wasm\n");
    List.of(lines).forEach(l -> yaml.append("    ").append(l).append('\n'));
    return yaml.append("routes:\n  - {path: /a, function: a}\n").toString();
  }
}
