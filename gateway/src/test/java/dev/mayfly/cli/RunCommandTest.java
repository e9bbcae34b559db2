package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.SnapshotPoint;
import dev.mayfly.function.DeployException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCommandTest {
  @TempDir Path folder;
  private String wasm;
  private Commands commands;
  private Configuration.Function program;
  private Optional<Duration> timeout;

  @BeforeEach
  void write() throws IOException {
    wasm = Files.writeString(folder.resolve("x.wasm"), "").toString();
    for (String name : new String[] {"a", "b", "c"}) {
      Files.createDirectory(folder.resolve(name));
    }
    commands = new Commands(folder, Optional.empty());
    commands.programs = (p, t) -> {
      program = p;
      timeout = t;
      return 42;
    };
  }

  @Test
  void theStatusIsTheProgramsAndTheDefaultsAreTheDesigns() {
    assertThat(commands.execute("run", wasm)).isEqualTo(42);
    assertThat(program).isEqualTo(Configuration.Function.program(Path.of(wasm), 1L << 30, java.util.List.of(), Map.of(), Map.of(), Map.of(), java.util.List.of()));
    assertThat(program.snapshot()).isEqualTo(SnapshotPoint.START);
    assertThat(timeout).isEmpty();
    assertThat(commands.out.toString() + commands.err).isEmpty();
  }

  @Test
  void allAfterTheFileIsTheProgramsWhateverItLooksLike() {
    commands.execute("run", "--timeout", "2s", wasm, "--env", "A=1", "-h", "--", "x y", "", "@file", "'q'", "--memory=1");
    assertThat(program.args()).containsExactly("--env", "A=1", "-h", "--", "x y", "", "@file", "'q'", "--memory=1");
    assertThat(program.env()).isEmpty();
    assertThat(timeout).contains(Duration.ofSeconds(2));
  }

  @Test
  void optionsBeforeTheFileMayRepeatAndKeepTheirOrder() {
    String a = folder.resolve("a").toString();
    int status = commands.execute("run", "--env", "A=1", "--scratch", a + "::/z", "--env=B=x=y", "--dir", folder.resolve("b") + "::/y", "--memory", "32MiB",
        "--scratch=" + folder.resolve("c") + "::/x", "--env", "C=", wasm, "arg");
    assertThat(status).as(commands.err.toString()).isEqualTo(42);
    assertThat(program.env()).containsExactly(Map.entry("A", "1"), Map.entry("B", "x=y"), Map.entry("C", ""));
    assertThat(program.preopens()).containsExactly("/z", "/y", "/x");
    assertThat(program.files()).containsExactly(Map.entry("/y", folder.resolve("b")));
    assertThat(program.scratch()).containsExactly(Map.entry("/z", folder.resolve("a")), Map.entry("/x", folder.resolve("c")));
    assertThat(program.memory()).isEqualTo(32 << 20);
    assertThat(program.args()).containsExactly("arg");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --nothing 1       | Unknown option: '--nothing'
      --env A           | --env: "A" is not NAME=VALUE
      --env =A          | --env: "=A" is not NAME=VALUE
      --dir a           | --dir: "a" is not HOST::GUEST, like ./data::/data
      --dir none::/a    | --dir: none: no such directory
      --scratch /::a    | --scratch: "a" must be an absolute directory in the guest, like /data, without a slash at its end
      --dir /::/tmp     | --dir: "/tmp" is taken: /tmp is the gateway's own
      --memory 5        | "5" has no unit
      --memory 17GiB    | "17GiB" is out of range; from 64KiB to 16GiB are allowed
      --timeout soon    | "soon" is not a time
      """)
  void wrongUsageIs2AndSaidInOneLine(String options, String message) {
    String[] arguments = ("run " + options + " " + wasm).split(" ");
    assertThat(commands.execute(arguments)).isEqualTo(2);
    assertThat(commands.err.toString()).contains(message).contains("Try 'mayfly run --help'").hasLineCount(2);
    assertThat(program).isNull();
  }

  @Test
  void aFileThatIsMissingOrNoneOrCannotBeRunIs1AndOneLine() {
    assertThat(commands.execute("run", "none.wasm")).isEqualTo(1);
    assertThat(commands.execute("run", folder.toString())).isEqualTo(1);
    commands.programs = (_, _) -> {
      throw new DeployException("x.wasm: not a Wasm module");
    };
    assertThat(commands.execute("run", wasm)).isEqualTo(1);
    assertThat(commands.err.toString().lines()).containsExactly(
        "mayfly: none.wasm: no such file", "mayfly: " + folder + ": not a file", "mayfly: x.wasm: not a Wasm module");
    assertThat(commands.out.toString()).isEmpty();
  }

  @Test
  void withoutAFileItIsWrongUsage() {
    assertThat(commands.execute("run")).isEqualTo(2);
    assertThat(commands.err.toString()).contains("X.wasm");
  }
}
