package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolsTest {
  private static final String PROGRAM = "#!/bin/sh\necho hello\n";

  @TempDir Path home;
  private Cache cache;

  @BeforeEach
  void open() throws IOException {
    cache = Cache.open(home.resolve("cache"), 1 << 20);
  }

  @Test
  void aProgramOfTheJarIsExtractedUnderItsSha256AndRuns() throws Exception {
    Path program = inJar(Map.of("/native/mayfly-compiler", PROGRAM)).compiler();
    assertThat(program).hasContent(PROGRAM).hasFileName(Sha256.of(PROGRAM.getBytes(StandardCharsets.UTF_8)));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(program))).isEqualTo("rwxr-xr-x");
    Process process = new ProcessBuilder(program.toString()).start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("hello\n");
  }

  @Test
  void eachProgramIsItsOwn() throws IOException {
    Tools tools = inJar(Map.of("/native/mayfly-unikernel", "u", "/native/mayfly-compiler", "c", "/native/mayfly-process", "p"));
    assertThat(tools.unikernel()).hasContent("u");
    assertThat(tools.compiler()).hasContent("c");
    assertThat(tools.process()).hasContent("p");
  }

  @Test
  void aDamagedProgramIsExtractedAgainBeforeItIsUsed() throws IOException {
    Map<String, String> jar = Map.of("/native/mayfly-process", PROGRAM);
    Path first = inJar(jar).process();
    Files.writeString(first, "#!/bin/sh\necho HELLO\n");
    assertThat(inJar(jar).process()).isEqualTo(first).hasContent(PROGRAM);
  }

  @Test
  void aWholeProgramIsNotExtractedAgain() throws IOException {
    Map<String, String> jar = Map.of("/native/mayfly-process", PROGRAM);
    Object first = Files.getAttribute(inJar(jar).process(), "unix:ino");
    assertThat(Files.getAttribute(inJar(jar).process(), "unix:ino")).isEqualTo(first);
  }

  @Test
  void aShaInTheJarSavesReadingTheProgramAtEachStart() throws IOException {
    String sha = Sha256.of(PROGRAM.getBytes(StandardCharsets.UTF_8));
    Path first = inJar(Map.of("/native/mayfly-process", PROGRAM, "/native/mayfly-process.sha256", sha + "  mayfly-process\n")).process();
    assertThat(first).hasContent(PROGRAM);
    assertThat(inJar(Map.of("/native/mayfly-process.sha256", sha + "  mayfly-process\n")).process()).isEqualTo(first);
  }

  @Test
  void aProgramThatIsNotTheBuildsIsNotUsed() {
    Map<String, String> jar = Map.of("/native/mayfly-process", PROGRAM, "/native/mayfly-process.sha256", "0".repeat(64));
    assertThatThrownBy(() -> inJar(jar).process()).isInstanceOf(IOException.class).hasMessageContaining("its SHA-256 differs");
    assertThatThrownBy(() -> inJar(jar).process()).isInstanceOf(IOException.class);
  }

  @Test
  void aJarWithoutTheProgramSaysWhichBuildStepMakesIt() {
    assertThatThrownBy(() -> inJar(Map.of()).unikernel()).isInstanceOf(FileNotFoundException.class)
        .hasMessageContainingAll("no mayfly-unikernel", "mvn package", Tools.PROPERTY);
  }

  @Test
  void aFolderGoesBeforeTheJar() throws IOException {
    Path own = Files.writeString(home.resolve("mayfly-unikernel"), "own");
    Tools tools = new Tools(cache, Optional.of(home), name -> new ByteArrayInputStream(new byte[] {1}));
    assertThat(tools.unikernel()).isEqualTo(own);
    assertThatThrownBy(tools::compiler).isInstanceOf(FileNotFoundException.class).hasMessageContainingAll("mayfly-compiler", home.toString(), Tools.PROPERTY);
  }

  private Tools inJar(Map<String, String> resources) {
    return new Tools(cache, Optional.empty(),
        name -> Optional.ofNullable(resources.get(name)).map(text -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))).orElse(null));
  }
}
