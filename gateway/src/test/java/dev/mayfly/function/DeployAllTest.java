package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.config.Configuration;
import dev.mayfly.function.FakeEngine.Came;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployAllTest {
  @TempDir Path home;
  private FakeCompiler compiler;

  @BeforeEach
  void open() throws IOException {
    compiler = new FakeCompiler(home.resolve("native"),
        "if grep -q bad \"$2\"; then echo \"error: $2: bad\" >&2; exit 1; fi; " + FakeCompiler.GOOD);
  }

  @Test
  void allFunctionsAreDeployedInTheConfigurationsOrder() throws Exception {
    FakeEngine engine = new FakeEngine((how, log) -> new Came(0, 0));
    assertThat(all(engine).deploy(configuration("c", "a", "b"), Progress.SILENT).keySet()).containsExactly("c", "a", "b");
    assertThat(engine.open).hasValue(3);
  }

  @Test
  void everyErrorIsToldAndNothingIsDeployed() throws Exception {
    FakeEngine engine = new FakeEngine((how, log) -> new Came(0, 0));
    assertThatThrownBy(() -> all(engine).deploy(configuration("a", "bad1", "b", "bad2"), Progress.SILENT))
        .isInstanceOfSatisfying(DeployAll.Errors.class, e -> assertThat(e.lines()).containsExactly("bad1: bad1.wasm: bad", "bad2: bad2.wasm: bad"));
    assertThat(engine.open).hasValue(0);
  }

  @Test
  void aFaultOfTheGatewayIsAnErrorOfThatFunction() throws Exception {
    FakeEngine engine = new FakeEngine((how, log) -> {
      throw new IllegalStateException("oops");
    });
    assertThatThrownBy(() -> all(engine).deploy(configuration("a"), Progress.SILENT)).isInstanceOf(DeployAll.Errors.class)
        .hasMessageStartingWith("a: ").hasMessageContaining("oops");
  }

  @Test
  void checkingCompilesAndBootsNothing() throws Exception {
    FakeEngine engine = new FakeEngine((how, log) -> new Came(0, 0));
    all(engine).check(configuration("a", "b"), Progress.SILENT);
    assertThat(compiler.runs()).hasSize(2);
    assertThatThrownBy(() -> all(engine).check(configuration("a", "bad"), Progress.SILENT)).isInstanceOf(DeployAll.Errors.class).hasMessage("bad: bad.wasm: bad");
    assertThat(engine.boots).isEmpty();
  }

  @Test
  void aFewAreUnderWayAtATime() throws Exception {
    AtomicInteger under = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch two = new CountDownLatch(2);
    FakeEngine engine = new FakeEngine((how, log) -> {
      most.accumulateAndGet(under.incrementAndGet(), Math::max);
      two.countDown();
      try {
        assertThat(two.await(30, TimeUnit.SECONDS)).as("two at the same time").isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      under.decrementAndGet();
      return new Came(0, 0);
    });
    all(engine).deploy(configuration("a", "b", "c", "d"), Progress.SILENT);
    assertThat(most).hasValue(2);
  }

  @Test
  void anInterruptEndsItAndGivesBackWhatWasDeployed() throws Exception {
    Thread main = Thread.currentThread();
    FakeEngine engine = new FakeEngine((how, log) -> {
      main.interrupt();
      return new Came(0, 0);
    });
    DeployAll all = all(engine);
    Configuration configuration = configuration("a", "b", "c", "d");
    assertThatThrownBy(() -> all.deploy(configuration, Progress.SILENT)).isInstanceOf(InterruptedException.class);
    Thread.interrupted();
    assertThat(engine.open).hasValue(0);
  }

  private DeployAll all(FakeEngine engine) throws IOException {
    Cache cache = Cache.open(home.resolve("cache"), 1 << 20);
    return new DeployAll(new Deployer(engine, new Compiler(compiler.tools(cache), cache, Compiler.Limits.DEFAULT), cache));
  }

  private Configuration configuration(String... names) throws IOException {
    Configuration.Function[] functions = new Configuration.Function[names.length];
    for (int i = 0; i < names.length; i++) {
      functions[i] = Functions.of(Files.writeString(home.resolve(names[i] + ".wasm"), "module " + names[i])).name(names[i]).make();
    }
    return Functions.configuration(functions);
  }
}
