package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompilerTest {
  private static final BiConsumer<Long, Long> UNHEARD = (done, total) -> {};

  @TempDir Path home;
  private Cache cache;
  private FakeCompiler fake;
  private Path wasm;

  @BeforeEach
  void open() throws IOException {
    cache = Cache.open(home.resolve("cache"), 1 << 20);
    fake = new FakeCompiler(home.resolve("native"), FakeCompiler.GOOD);
    wasm = Files.writeString(home.resolve("hello.wasm"), "module");
  }

  @Test
  void givesTheCodeAndWhatTheCompilerReports() throws Exception {
    Compiled code = compiler().compile(wasm, UNHEARD);
    assertThat(code.file()).hasContent("code of module");
    assertThat(code.bytes()).isEqualTo("code of module".length());
    assertThat(code.kind()).isEqualTo("command");
    assertThat(code.functions()).isEqualTo(2);
    assertThat(code.memoryMinimum()).isEqualTo(65536);
    assertThat(code.imports()).containsExactly("a.b");
    assertThat(code.go()).isFalse();
  }

  @Test
  void progressIsHeardInOrder() throws Exception {
    List<String> heard = new ArrayList<>();
    compiler().compile(wasm, (done, total) -> heard.add(done + "/" + total));
    assertThat(heard).containsExactly("0/2", "2/2");
  }

  @Test
  void theSameModuleIsCompiledOnceWhateverItsNameAndProcess() throws Exception {
    Path other = Files.copy(wasm, home.resolve("other.wasm"));
    Compiled first = compiler().compile(wasm, UNHEARD);
    Compiler second = compiler();
    assertThat(second.compile(other, UNHEARD)).isEqualTo(first);
    assertThat(second.compile(wasm, UNHEARD)).isEqualTo(first);
    assertThat(fake.runs()).hasSize(1);
  }

  @Test
  void anotherModuleOrAnotherCompilerIsCompiledAnew() throws Exception {
    compiler().compile(wasm, UNHEARD);
    fake.script("fake 2", FakeCompiler.GOOD);
    compiler().compile(wasm, UNHEARD);
    Files.writeString(wasm, "changed");
    assertThat(compiler().compile(wasm, UNHEARD).file()).hasContent("code of changed");
    assertThat(fake.runs()).hasSize(3);
  }

  @Test
  void damagedCodeIsCompiledAnew() throws Exception {
    Files.writeString(compiler().compile(wasm, UNHEARD).file(), "damaged");
    assertThat(compiler().compile(wasm, UNHEARD).file()).hasContent("code of module");
  }

  @Test
  void codeThatSomeoneDeletedUnderARunningGatewayIsCompiledAnew() throws Exception {
    Compiler compiler = compiler();
    Files.delete(compiler.compile(wasm, UNHEARD).file());
    assertThat(compiler.compile(wasm, UNHEARD).file()).hasContent("code of module");
  }

  @Test
  void ofManyWhoAskAtTheSameTimeOneCompiles() throws Exception {
    Path gate = home.resolve("gate");
    fake.script(FakeCompiler.FINGERPRINT, "while [ ! -e '" + gate + "' ]; do sleep 0.01; done; " + FakeCompiler.GOOD);
    Compiler compiler = compiler();
    List<Future<Compiled>> all = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        all.add(threads.submit(() -> compiler.compile(wasm, UNHEARD)));
      }
      Files.createFile(gate);
    }
    for (Future<Compiled> one : all) {
      assertThat(one.get()).isEqualTo(all.getFirst().get());
    }
    assertThat(fake.runs()).hasSize(1);
  }

  @Test
  void itsOwnMessageIsTheError() throws IOException {
    fake.script(FakeCompiler.FINGERPRINT, "echo \"error: $2: unexpected end (at offset 0x8)\" >&2; exit 1");
    assertRefused("unexpected end (at offset 0x8)");
    fake.script(FakeCompiler.FINGERPRINT, "echo \"error: $2 is empty\" >&2; exit 1");
    assertRefused("is empty");
    fake.script(FakeCompiler.FINGERPRINT, "echo 'error: needs more than 4096 MiB' >&2; exit 3");
    assertRefused("needs more than 4096 MiB");
    assertThat(leftOvers()).isEmpty();
  }

  @Test
  void aRefusedModuleMayBeFixed() throws Exception {
    Compiler compiler = compiler();
    fake.script(FakeCompiler.FINGERPRINT, "echo 'error: bad' >&2; exit 1");
    assertThatThrownBy(() -> compiler.compile(wasm, UNHEARD)).hasMessage("bad");
    fake.script(FakeCompiler.FINGERPRINT, FakeCompiler.GOOD);
    assertThat(compiler.compile(wasm, UNHEARD).file()).hasContent("code of module");
  }

  @Test
  void aCompilerThatCrashesIsAnErrorWithItsStatus() throws IOException {
    fake.script(FakeCompiler.FINGERPRINT, "kill -SEGV $$");
    assertRefused("the compiler failed with status 139");
    fake.script(FakeCompiler.FINGERPRINT, "echo 'no report'");
    assertRefused("the compiler failed with status 0");
    fake.script(FakeCompiler.FINGERPRINT, "echo '" + FakeCompiler.REPORT + "'");
    assertRefused("the compiler failed with status 0");
  }

  @Test
  void aFullDiskIsTheCachesFaultAndNotTheModules() throws IOException {
    fake.script(FakeCompiler.FINGERPRINT, "echo \"error: cannot write $3: No space left on device (os error 28)\" >&2; exit 1");
    assertThatThrownBy(() -> compiler().compile(wasm, UNHEARD)).isInstanceOf(Cache.Unusable.class)
        .hasMessageContainingAll(home.resolve("cache").toString(), "No space left on device", "free some space");
  }

  @Test
  void oneThatDoesNotEndIsStopped() throws IOException {
    fake.script(FakeCompiler.FINGERPRINT, "exec sleep 1000");
    Compiler hasty = new Compiler(fake.tools(cache), cache, new Compiler.Limits(Duration.ZERO, 1 << 30), Duration.ofMillis(200));
    assertThatThrownBy(() -> hasty.compile(wasm, UNHEARD)).isInstanceOf(DeployException.class).hasMessage("compiling did not end within 0 s, and was stopped");
    assertThat(leftOvers()).isEmpty();
  }

  @Test
  void anInterruptStopsIt() throws Exception {
    Path pid = home.resolve("pid");
    fake.script(FakeCompiler.FINGERPRINT, "echo $$ > '" + pid + "'; echo progress 0 1; exec sleep 1000");
    Compiler compiler = compiler();
    Thread main = Thread.currentThread();
    assertThatThrownBy(() -> compiler.compile(wasm, (done, total) -> main.interrupt())).isInstanceOf(InterruptedException.class);
    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(p -> p.onExit().join());
    assertThat(leftOvers()).isEmpty();
  }

  @Test
  void itsLimitsAreHandedToIt() throws Exception {
    new Compiler(fake.tools(cache), cache, new Compiler.Limits(Duration.ofSeconds(7), 1 << 30)).compile(wasm, UNHEARD);
    assertThat(fake.runs().getFirst()).contains("--memory-limit 1073741824", "--cpu-limit " + 7 * Runtime.getRuntime().availableProcessors());
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws IOException {
    Path missing = home.resolve("missing.wasm");
    assertThatThrownBy(() -> compiler().compile(missing, UNHEARD)).isInstanceOf(DeployException.class)
        .hasMessage("cannot read " + missing + ": it does not exist");
    Path directory = Files.createDirectory(home.resolve("dir.wasm"));
    assertThatThrownBy(() -> compiler().compile(directory, UNHEARD)).isInstanceOf(DeployException.class).hasMessage(directory + " is not a file");
  }

  @Test
  void aCompilerThatDoesNotRunHereIsNamed() throws IOException {
    fake.script("", FakeCompiler.GOOD);
    assertThatThrownBy(() -> compiler().compile(wasm, UNHEARD)).isInstanceOf(IOException.class)
        .hasMessageContainingAll(home.resolve("native").toString(), "does not run here");
  }

  private Compiler compiler() {
    return new Compiler(fake.tools(cache), cache, Compiler.Limits.DEFAULT);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> compiler().compile(wasm, UNHEARD)).isInstanceOf(DeployException.class).hasMessage(message);
  }

  private List<Path> leftOvers() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("cache").resolve("code"))) {
      return files.toList();
    }
  }
}
