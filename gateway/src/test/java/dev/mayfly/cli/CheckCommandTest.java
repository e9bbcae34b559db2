package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.function.DeployException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  @TempDir Path folder;
  private Path file;
  private Commands commands;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("mayfly.yaml");
    Files.writeString(folder.resolve("a.wasm"), "");
    Files.writeString(file, """
        functions:
          a: {wasm: a.wasm, memory: 128MiB, timeout: 2s, handler: wagi}
          b:
            wasm: a.wasm
        routes:
          - {path: "/a/{name}", function: a, methods: [GET, POST], host: example.com, limit: 10/m}
          - {path: /b/*, function: b}
        """);
    commands = new Commands(folder, Optional.empty());
  }

  @Test
  void aGoodConfigurationIsATableOfRoutes() {
    assertThat(commands.execute("check", "-f", file.toString())).isZero();
    assertThat(commands.out.toString().lines()).containsExactly(
        "HOST         METHODS   PATH       FUNCTION  HANDLER  MEMORY  TIMEOUT  CONCURRENCY  LIMIT",
        "example.com  GET,POST  /a/{name}  a         wagi     128MiB  2s       64           10/m",
        "*            *         /b/*       b         auto     64MiB   10s      64           -");
    assertThat(commands.err.toString()).isEmpty();
  }

  @Test
  void whatAManifestOfSpinHasAndIsNotServedIsNoted() throws Exception {
    Path manifest = Files.writeString(folder.resolve("spin.toml"), """
        spin_manifest_version = 2
        application.name = "x"
        [[trigger.http]]
        route = "/:name/..."
        component = "a"
        [[trigger.redis]]
        channel = "c"
        component = "a"
        [component.a]
        source = "a.wasm"
        """);
    assertThat(commands.execute("check", "-f", manifest.toString())).isZero();
    assertThat(commands.err.toString().lines()).containsExactly(manifest + ":6:1: note: trigger.redis is left out: Mayfly serves HTTP triggers");
    assertThat(commands.out.toString()).contains("/{name}/*");
  }

  @Test
  void everyFunctionThatDoesNotCompileIsSaidWithItsPlace() {
    commands.checker = (f, _) -> {
      throw new DeployException("a.wasm: truncated, in " + f.name());
    };
    assertThat(commands.execute("check")).isEqualTo(1);
    assertThat(commands.err.toString().lines()).containsExactly(
        file + ":2:13: a.wasm: truncated, in a", file + ":4:11: a.wasm: truncated, in b");
    assertThat(commands.out.toString()).isEmpty();
  }

  @Test
  void everyProblemOfTheFileIsSaid() throws Exception {
    Files.writeString(file, "functions: {}\nroutes:\n  - {path: a, function: b}\n");
    assertThat(commands.execute("check")).isEqualTo(1);
    assertThat(commands.err.toString().lines()).hasSize(2).allMatch(l -> l.startsWith(file + ":3:"));
  }

  @Test
  void withoutAFileTheCurrentFoldersGoesFirstAndThenTheExamples() throws Exception {
    Path home = folder.resolve("home");
    Files.createDirectories(home.resolve("functions"));
    Files.writeString(home.resolve("functions/mayfly.yaml"), "functions: {}\nroutes: nothing\n");
    commands = new Commands(folder, Optional.of(home));
    assertThat(commands.execute("check")).isZero();
    Files.delete(file);
    assertThat(commands.execute("check")).isEqualTo(1);
    assertThat(commands.err.toString()).startsWith(home.resolve("functions/mayfly.yaml") + ":2:9: ");
  }

  @Test
  void withoutAnyFileItSaysWhatToGive() throws Exception {
    Files.delete(file);
    assertThat(commands.execute("check")).isEqualTo(1);
    assertThat(commands.err.toString()).startsWith("mayfly: there is no mayfly.yaml in this folder; name a configuration with -f FILE").hasLineCount(1);
    assertThat(commands.execute("check", "-f", "none.yaml")).isEqualTo(1);
    assertThat(commands.err.toString()).contains("none.yaml: no such file");
  }
}
