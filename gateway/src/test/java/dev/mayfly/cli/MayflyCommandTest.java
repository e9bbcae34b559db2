package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MayflyCommandTest {
  private final Commands commands = new Commands(Path.of(""), Optional.empty());

  @ParameterizedTest
  @ValueSource(strings = {"up", "run", "check", "evict", "list", "load"})
  void everyCommandHasHelp(String command) {
    assertThat(commands.execute(command, "--help")).isZero();
    assertThat(commands.out.toString()).contains("Usage: mayfly " + command).contains("--help");
  }

  @Test
  void withoutACommandItSaysWhichThereAre() {
    assertThat(commands.execute()).isEqualTo(2);
    assertThat(commands.err.toString()).contains("up, run, check, evict, list, pools, load");
  }

  @Test
  void aFaultOfMayflysOwnShowsItsTrace(@TempDir Path folder) throws Exception {
    Path wasm = Files.writeString(folder.resolve("a.wasm"), "");
    commands.gateway = (_, _) -> {
      throw new IllegalStateException("fault");
    };
    assertThat(commands.execute("up", wasm.toString())).isEqualTo(1);
    assertThat(commands.err.toString()).contains("IllegalStateException: fault", "\tat ");
  }

  @Test
  void loadSaysWhereTheHarnessIsWhateverFollows() {
    assertThat(commands.execute("load", "--rate", "5")).isZero();
    assertThat(commands.out.toString()).contains("loadtest/README.md");
  }
}
