package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mayfly.config.Configuration;
import dev.mayfly.function.FakeEngine.Came;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway makes of the real compiler's answers. The build has it; without a build these tests have nothing to test. */
class RealCompilerTest {
  private static final HexFormat HEX = HexFormat.of();
  /** Header; type [] -> []; function 0 of it; a memory of two pages; exports "memory" and "_start"; an empty body. */
  private static final byte[] COMMAND = HEX.parseHex("0061736d01000000" + "01040160" + "0000" + "03020100" + "0503010002"
      + "071302" + "066d656d6f7279" + "0200" + "065f7374617274" + "0000" + "0a040102000b");
  /** The same with an import "env"."nothing" of type 0 before it. */
  private static final byte[] UNKNOWN_IMPORT = HEX.parseHex("0061736d01000000" + "01040160" + "0000" + "020f0103656e76076e6f7468696e670000" + "03020100"
      + "0503010002" + "071302" + "066d656d6f7279" + "0200" + "065f7374617274" + "0001" + "0a040102000b");

  @TempDir Path home;
  private Path wasm;
  private final FakeEngine engine = new FakeEngine((how, log) -> new Came(0, 0));

  @BeforeEach
  void open() {
    wasm = home.resolve("tiny.wasm");
    assumeTrue(built().isPresent() || RealCompilerTest.class.getResource("/native/mayfly-compiler") != null, "the compiler is not built");
  }

  @Test
  void aCommandIsCompiledAndItsMemoryKnown() throws Exception {
    Files.write(wasm, COMMAND);
    Compiled code = compiler(Compiler.Limits.DEFAULT).compile(wasm, (done, total) -> {});
    assertThat(code.kind()).isEqualTo("command");
    assertThat(code.memoryMinimum()).isEqualTo(2 * 65536);
    assertThat(code.imports()).isEmpty();
    assertThat(Files.readAllBytes(code.file())).startsWith(0x7f, 'E', 'L', 'F');
  }

  @Test
  void memoryBeyondTheLimitNamesBoth() throws Exception {
    Files.write(wasm, COMMAND);
    assertThatThrownBy(() -> check(65536)).hasMessage("tiny.wasm: needs 128KiB of memory at its start, and may use 64KiB; give it memory: 1MiB or more");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 7, 12, 20, 40, 49})
  void aFileThatWasCutIsOneLineThatNamesIt(int length) throws Exception {
    Files.write(wasm, Arrays.copyOf(COMMAND, length));
    assertThatThrownBy(() -> check(1 << 20)).isInstanceOf(DeployException.class).hasMessageStartingWith("tiny.wasm: ")
        .message().hasSizeGreaterThan("tiny.wasm: ".length() + 5).doesNotContain("Exception", "\n", ".tmp", home.toString());
  }

  @Test
  void textIsNoModule() throws Exception {
    Files.writeString(wasm, "#!/bin/sh\necho this is a shell script\n");
    assertThatThrownBy(() -> check(1 << 20)).isInstanceOf(DeployException.class).hasMessageStartingWith("tiny.wasm: ").message().doesNotContain(".tmp");
  }

  @Test
  void aModuleThatDoesNotValidateGivesTheByteOffset() throws Exception {
    byte[] wrong = COMMAND.clone();
    // The body's "end" becomes "drop": nothing is on the stack.
    wrong[wrong.length - 1] = 0x1a;
    Files.write(wasm, wrong);
    assertThatThrownBy(() -> check(1 << 20)).isInstanceOf(DeployException.class).hasMessageContaining("offset");
  }

  @Test
  void anImportThatDoesNotExistIsNamed() throws Exception {
    Files.write(wasm, UNKNOWN_IMPORT);
    assertThatThrownBy(() -> check(1 << 20)).isInstanceOf(DeployException.class).hasMessageContainingAll("env", "nothing");
  }

  @Test
  void aCompilerWithoutMemorySaysSo() throws Exception {
    Files.write(wasm, COMMAND);
    assertThatThrownBy(() -> compiler(new Compiler.Limits(Duration.ofSeconds(60), 8 << 20)).compile(wasm, (done, total) -> {}))
        .isInstanceOf(DeployException.class).hasMessageContaining("memory");
  }

  private void check(long memory) throws IOException, DeployException, InterruptedException {
    Configuration.Function function = Functions.of(wasm).memory(memory).make();
    new Deployer(engine, compiler(Compiler.Limits.DEFAULT), cache()).check(function, Progress.SILENT);
  }

  private Compiler compiler(Compiler.Limits limits) throws IOException {
    Cache cache = cache();
    Tools tools = built().isPresent() ? new Tools(cache, built(), name -> null) : Tools.of(cache);
    return new Compiler(tools, cache, limits);
  }

  private Cache cache() throws IOException {
    return Cache.open(home.resolve("cache"), 1 << 26);
  }

  private static Optional<Path> built() {
    Path folder = Path.of(System.getProperty("mayfly.home", "..")).resolve("functions/target/release").toAbsolutePath().normalize();
    return Optional.of(folder).filter(f -> Files.isExecutable(f.resolve("mayfly-compiler")));
  }
}
