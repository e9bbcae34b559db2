package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Fresh;
import dev.mayfly.config.Configuration.Handler;
import dev.mayfly.config.Configuration.SnapshotPoint;
import dev.mayfly.function.FakeEngine.Came;
import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class DeployerTest {
  @TempDir Path home;
  private Cache cache;
  private FakeCompiler compiler;
  private Path wasm;
  private FakeEngine engine;

  @BeforeEach
  void open() throws IOException {
    cache = Cache.open(home.resolve("cache"), 1 << 20);
    compiler = new FakeCompiler(home.resolve("native"), FakeCompiler.GOOD);
    wasm = Files.writeString(home.resolve("hello.wasm"), "module");
    engine = new FakeEngine((how, log) -> new Came(0, 0));
  }

  @Test
  void aCommandIsCompiledImagedAndBooted() throws Exception {
    Deployed deployed = deployer().deploy(function().args("2000").env(Map.of("A", "b")).make(), Progress.SILENT);
    assertThat(deployed.name()).isEqualTo("hello");
    assertThat(deployed.configuration().handler()).isEqualTo(Handler.STDOUT);
    assertThat(deployed.notes()).isEmpty();
    ParsedImage image = image(deployed);
    assertThat(image.code).asString().isEqualTo("code of module");
    assertThat(image.arguments).containsExactly("hello.wasm", "2000");
    assertThat(image.environment).containsExactly("A=b");
    assertThat(image.memoryLimit).isEqualTo(64 << 20);
    assertThat(image.flags).isEqualTo(Image.REQUEST_TREE);
    assertThat(engine.boots).containsExactly(new Boot(false, 0, 10_000_000_000L));
  }

  @Test
  void argumentsThatNameRouteParametersComeWithTheRequest() throws Exception {
    ParsedImage image = image(deployer().deploy(function().args("-y", "{year}").make(), Progress.SILENT));
    assertThat(image.arguments).containsExactly("hello.wasm");
    assertThat(image.flags).isEqualTo(Image.REQUEST_TREE | Image.ARGS_FROM_REQUEST);
  }

  @Test
  void underWagiTheEnvironmentComesWithTheRequest() throws Exception {
    Deployed deployed = deployer().deploy(function().handler(Handler.WAGI).make(), Progress.SILENT);
    assertThat(deployed.configuration().handler()).isEqualTo(Handler.WAGI);
    assertThat(image(deployed).flags).isEqualTo(Image.REQUEST_TREE | Image.ENV_FROM_REQUEST);
  }

  @Test
  void filesAndScratchAreThereInTheFilesOrder() throws Exception {
    Path data = Files.createDirectory(home.resolve("data"));
    Path seed = Files.createDirectory(home.resolve("seed"));
    Deployed deployed = deployer().deploy(function().files(Map.of("/data", data)).scratch(Map.of("/work", seed)).make(), Progress.SILENT);
    assertThat(image(deployed).tree).hasSize(2);
    assertThat(image(deployed).tree.getFirst()).startsWith("/work writable");
    assertThat(image(deployed).tree.getLast()).startsWith("/data read-only");
  }

  @Test
  void theSecondStartNeitherCompilesNorBootsNorWritesAnything() throws Exception {
    engine = new FakeEngine((how, log) -> new Came(0, 1));
    Deployed first = deployer().deploy(function().make(), Progress.SILENT);
    List<Object> written = inodes();
    Deployed second = deployer().deploy(function().make(), Progress.SILENT);
    assertThat(second.notes()).isEqualTo(first.notes()).hasSize(1);
    assertThat(second.snapshot().image()).isEqualTo(first.snapshot().image());
    assertThat(compiler.runs()).hasSize(1);
    assertThat(engine.boots).hasSize(1);
    assertThat(inodes()).isEqualTo(written);
  }

  @Test
  void aSnapshotOnDiskIsForItsOwnerAlone() throws Exception {
    deployer().deploy(function().make(), Progress.SILENT);
    for (Path file : files("snapshots")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    }
    assertThat(files("snapshots")).hasSize(2);
  }

  @Test
  void whatASnapshotBelongsToMakesItAnewWhenItDiffers() throws Exception {
    List<Configuration.Function> all = List.of(function().make(), function().args("x").make(), function().env(Map.of("A", "b")).make(),
        function().memory(32 << 20).make(), function().handler(Handler.WAGI).make(), function().snapshot(SnapshotPoint.START).make(),
        function().boot(Duration.ofSeconds(1)).make());
    for (Configuration.Function one : all) {
      deployer().deploy(one, Progress.SILENT);
    }
    assertThat(engine.boots).hasSize(all.size());
    engine.fingerprint = "another kernel";
    deployer().deploy(function().make(), Progress.SILENT);
    assertThat(engine.boots).hasSize(all.size() + 1);
    deployer().deploy(function().name("renamed").make(), Progress.SILENT);
    assertThat(engine.boots).as("its name is no part of it").hasSize(all.size() + 1);
  }

  @Test
  void aSnapshotThatIsDamagedOrCannotBeReadIsMadeAnew() throws Exception {
    deployer().deploy(function().make(), Progress.SILENT);
    for (Path file : files("snapshots")) {
      Files.writeString(file, "damaged");
    }
    deployer().deploy(function().make(), Progress.SILENT);
    assertThat(engine.boots).hasSize(2);
    engine.readsItsSnapshots = false;
    deployer().deploy(function().make(), Progress.SILENT);
    assertThat(engine.boots).hasSize(3);
    engine.readsItsSnapshots = true;
    deployer().deploy(function().make(), Progress.SILENT);
    assertThat(engine.boots).hasSize(3);
  }

  @Test
  void aProgramThatReadsTheClockIsSnapshottedBeforeItsLastRead() throws Exception {
    engine = new FakeEngine((how, log) -> new Came(how.stopAtWallRead() == 0 ? 3 : how.stopAtWallRead() - 1, 0));
    Deployed deployed = deployer().deploy(function().make(), Progress.SILENT);
    assertThat(((FakeEngine.FakeSnapshot) deployed.snapshot()).content()).contains("stopAtWallRead=3");
    assertThat(engine.open).as("the first boot's snapshot is closed").hasValue(1);
  }

  @Test
  void randomnessBeforeTheSnapshotIsToldByItsConsequence() throws Exception {
    Files.write(wasm, new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 0, 11, 10, 'g', 'o', ':', 'b', 'u', 'i', 'l', 'd', 'i', 'd'});
    engine = new FakeEngine((how, log) -> new Came(0, 2));
    assertThat(deployer().deploy(function().make(), Progress.SILENT).notes()).singleElement().asString().contains("math/rand", "crypto/rand", "snapshot: start");
  }

  @Test
  void aBootThatTrapsIsAFunctionWithAWarningAndIsNotTriedAgain() throws Exception {
    engine = trapping(Boot.Failure.Kind.TRAPPED);
    assertThat(deployer().deploy(function().make(), Progress.SILENT).notes()).singleElement().asString().contains("unreachable");
    assertThat(deployer().deploy(function().make(), Progress.SILENT).notes()).singleElement().asString().contains("unreachable");
    assertThat(engine.boots).containsExactly(new Boot(false, 0, 10_000_000_000L), new Boot(true, 0, 10_000_000_000L));
  }

  @Test
  void aBootThatTakesTooLongIsTriedAgainOnlyWithAnotherTime() throws Exception {
    engine = trapping(Boot.Failure.Kind.TOO_LONG);
    deployer().deploy(function().make(), Progress.SILENT);
    deployer().deploy(function().make(), Progress.SILENT);
    assertThat(engine.boots).hasSize(2);
    deployer().deploy(function().boot(Duration.ofSeconds(60)).make(), Progress.SILENT);
    assertThat(engine.boots).hasSize(4);
  }

  @Test
  void anImageThatIsRefusedIsAnErrorWithTheFilesNameAndLeavesNoSnapshot() throws Exception {
    engine = trapping(Boot.Failure.Kind.REFUSED);
    assertFails(function(), "hello.wasm: unreachable");
    assertThat(files("snapshots")).isEmpty();
    assertThat(engine.open).hasValue(0);
  }

  @Test
  void aModuleThatDoesNotCompileIsAnErrorWithTheFilesName() throws Exception {
    compiler.script(FakeCompiler.FINGERPRINT, "echo \"error: $2: unexpected end (at offset 0x8)\" >&2; exit 1");
    assertFails(function(), "hello.wasm: unexpected end (at offset 0x8)");
  }

  @Test
  void whatACommandCannotBeIsAnError() {
    assertFails(function().handler(Handler.HTTP), "hello.wasm: is a WASI command, and handler: http is for components; write handler: stdout or wagi, or leave it out");
    assertFails(function().fresh(Fresh.Kind.NUMBER, 100),
        "hello.wasm: is a WASI command, which ends with its request, so fresh: 100 is not possible; write fresh: request or machine");
    assertFails(function().fresh(Fresh.Kind.NEVER, Integer.MAX_VALUE),
        "hello.wasm: is a WASI command, which ends with its request, so fresh: never is not possible; write fresh: request or machine");
    assertFails(function().memory(65535), "hello.wasm: needs 64KiB of memory at its start, and may use 65535 bytes; give it memory: 1MiB or more");
  }

  private void compilesTo(String kind) throws IOException {
    compiler.script(FakeCompiler.FINGERPRINT, FakeCompiler.GOOD.replace("\"kind\":\"command\"", "\"kind\":\"" + kind + "\""));
  }

  @Test
  void aComponentThatServesHttpIsServedAsOne() throws Exception {
    compilesTo("http");
    Deployed deployed = deployer().deploy(function().args("a").env(Map.of("A", "b")).variables(Map.of("v", "1")).fresh(Fresh.Kind.NEVER, Integer.MAX_VALUE).make(), Progress.SILENT);
    assertThat(deployed.configuration().handler()).isEqualTo(Handler.HTTP);
    ParsedImage image = image(deployed);
    assertThat(image.kind).isEqualTo(2);
    assertThat(image.flags).isZero();
    assertThat(image.variables).containsExactly("v", "1");
    assertThat(image.arguments).containsExactly("hello.wasm", "a");
    assertThat(image.environment).containsExactly("A=b");
    assertThat(deployer().deploy(function().handler(Handler.HTTP).fresh(Fresh.Kind.NUMBER, 100).make(), Progress.SILENT).configuration().handler())
        .isEqualTo(Handler.HTTP);
  }

  @Test
  void aComponentThatIsACommandIsServedLikeOne() throws Exception {
    compilesTo("component-command");
    Deployed deployed = deployer().deploy(function().make(), Progress.SILENT);
    assertThat(deployed.configuration().handler()).isEqualTo(Handler.STDOUT);
    assertThat(image(deployed).kind).isEqualTo(3);
    assertThat(image(deployed).flags).isEqualTo(Image.REQUEST_TREE);
    assertFails(function().fresh(Fresh.Kind.NEVER, Integer.MAX_VALUE),
        "hello.wasm: is a WASI command, which ends with its request, so fresh: never is not possible; write fresh: request or machine");
  }

  @Test
  void whatAComponentThatServesHttpCannotBeIsAnError() throws Exception {
    compilesTo("http");
    assertFails(function().handler(Handler.WAGI),
        "hello.wasm: is a component that serves HTTP, and handler: wagi is for commands; write handler: http, or leave it out");
    assertFails(function().args("{year}"),
        "hello.wasm: is a component that serves HTTP, so its args cannot name the route parameter {year}; it finds the parameter in the request's path");
    assertThatThrownBy(() -> deployer().imageForRun(function().make(), Progress.SILENT))
        .hasMessage("hello.wasm: is a component that serves HTTP, not a command; serve it with: mayfly up hello.wasm");
  }

  @Test
  void aKindThatIsNotKnownIsAnError() throws Exception {
    compilesTo("future");
    assertFails(function(), "hello.wasm: is a \"future\" for its compiler, which this gateway does not know; install compiler and gateway of the same version");
  }

  @Test
  void aMissingFolderOfFilesIsAnError() {
    assertFails(function().files(Map.of("/data", home.resolve("nowhere"))), "hello.wasm: files /data: " + home.resolve("nowhere") + " cannot be read: it does not exist");
  }

  @Test
  void standardErrorOfTheBootIsLoggedOnceAndWithinItsLimit() throws Exception {
    engine = new FakeEngine((how, log) -> {
      FakeEngine.print(log, "starting\u001b\nnow, with much to say\n");
      return new Came(how.stopAtWallRead() == 0 ? 1 : 0, 0);
    });
    ListAppender<ILoggingEvent> heard = new ListAppender<>();
    heard.start();
    Logger logger = (Logger) LoggerFactory.getLogger(Booter.class);
    logger.addAppender(heard);
    try {
      deployer().deploy(function().log(13).make(), Progress.SILENT);
    } finally {
      logger.detachAppender(heard);
    }
    assertThat(heard.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("hello (deploying): starting\uFFFD", "hello (deploying): now",
        "hello (deploying): (19 bytes more, above limits.log)");
  }

  @Test
  void progressGoesThroughItsStages() throws Exception {
    List<String> heard = new ArrayList<>();
    deployer().deploy(function().make(), (function, stage, done, total) -> heard.add(function + " " + stage + " " + done + "/" + total));
    assertThat(heard).containsExactly("hello COMPILING 0/1", "hello COMPILING 0/2", "hello COMPILING 2/2", "hello BOOTING 0/1", "hello DEPLOYED 1/1");
  }

  @Test
  void functionsOfOneImageShareItsSnapshotUntilTheLastIsRetired() throws Exception {
    CountDownLatch both = new CountDownLatch(1);
    engine = new FakeEngine((how, log) -> {
      awaitQuietly(both);
      return new Came(0, 0);
    });
    Deployer deployer = deployer();
    List<Future<Deployed>> all = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(3)) {
      for (String name : List.of("a", "b", "c")) {
        all.add(threads.submit(() -> deployer.deploy(function().name(name).make(), Progress.SILENT)));
      }
      both.countDown();
    }
    assertThat(engine.boots).hasSize(1);
    assertThat(engine.open).hasValue(1);
    deployer.retire(all.get(0).get());
    deployer.retire(all.get(1).get());
    assertThat(engine.open).hasValue(1);
    deployer.retire(all.get(2).get());
    assertThat(engine.open).hasValue(0);
    deployer.deploy(function().make(), Progress.SILENT);
    assertThat(engine.open).as("deployed again from disk").hasValue(1);
    assertThat(engine.boots).hasSize(1);
  }

  @Test
  void aProgramToRunHasNoRequestAndTakesItsArgumentsAsTheyAre() throws Exception {
    Configuration.Function program = function().args("{year}").memory(1 << 30).make();
    Image image = deployer().imageForRun(program, Progress.SILENT);
    ParsedImage parsed = new ParsedImage(image.file());
    assertThat(parsed.flags).isZero();
    assertThat(parsed.arguments).containsExactly("hello.wasm", "{year}");
    assertThat(parsed.memoryLimit).isEqualTo(1 << 30);
    assertThat(engine.boots).isEmpty();
  }

  private Deployer deployer() throws IOException {
    Cache own = Cache.open(home.resolve("cache"), 1 << 20);
    return new Deployer(engine, new Compiler(compiler.tools(own), own, Compiler.Limits.DEFAULT), own);
  }

  private Functions function() {
    return Functions.of(wasm);
  }

  private void assertFails(Functions function, String message) {
    assertThatThrownBy(() -> deployer().deploy(function.make(), Progress.SILENT)).isInstanceOf(DeployException.class).hasMessage(message);
  }

  private static FakeEngine trapping(Boot.Failure.Kind kind) {
    return new FakeEngine((how, log) -> {
      if (!how.atStart()) {
        throw new Boot.Failure(kind, "unreachable");
      }
      return new Came(0, 0);
    });
  }

  private static ParsedImage image(Deployed deployed) throws IOException {
    return new ParsedImage(deployed.snapshot().image().file());
  }

  private List<Path> files(String kind) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("cache").resolve(kind))) {
      return files.sorted().toList();
    }
  }

  private List<Object> inodes() throws IOException {
    List<Object> inodes = new ArrayList<>();
    for (String kind : List.of("code", "images", "snapshots")) {
      for (Path file : files(kind)) {
        inodes.add(Files.getAttribute(file, "unix:ino"));
      }
    }
    return inodes;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
