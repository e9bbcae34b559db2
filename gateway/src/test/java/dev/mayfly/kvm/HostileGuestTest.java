package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine.CannotStart;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Vm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a guest does, its machine is lost, and nobody else notices. */
class HostileGuestTest {
  @TempDir
  static Path folder;

  static KvmEngine engine;
  static Snapshot snapshot;

  @BeforeAll
  static void boot() throws Exception {
    engine = Kvm.engine(KvmSettings.defaults().withShells(2));
    snapshot = Kvm.boot(engine, folder, Programs.NOTHING);
  }

  @AfterAll
  static void close() {
    if (engine != null) {
      snapshot.close();
      engine.close();
    }
  }

  static Stream<Arguments> misdeeds() {
    return Stream.of(
        Arguments.of("another port", Programs.PORT, "port 0x70"),
        Arguments.of("reading the port", Programs.IN, "in of 1 times 1 bytes"),
        Arguments.of("a word to the port", Programs.WORD, "2 bytes"),
        Arguments.of("a string to the port", Programs.STRING, "") /* KVM may hand it over byte by byte */,
        Arguments.of("hlt", Programs.HLT, "vector 13"),
        Arguments.of("loading CR3", Programs.CR3, "vector 13"),
        Arguments.of("a debug register, which a reset does not set", Programs.DEBUG_REGISTER, "vector 13"),
        Arguments.of("XCR0, which a reset does not set", Programs.XCR0, "vector 13"),
        Arguments.of("memory that is not there", Programs.MMIO, "KVM_EXIT_MMIO"),
        Arguments.of("writing the shared slot", Programs.WRITE_SHARED, "vector 14"),
        Arguments.of("page 0", Programs.PAGE_ZERO, "vector 14"),
        Arguments.of("syscall", Programs.SYSCALL, ""),
        Arguments.of("more output than there is room", Programs.FORGED_LENGTH, "OUT holds 65537 bytes"),
        Arguments.of("a negative length of output", Programs.FORGED_NEGATIVE, "OUT holds 4294967280 bytes"),
        Arguments.of("a record longer than the output", Programs.FORGED_RECORD, "2147483647 bytes"),
        Arguments.of("an unknown reason", Programs.FORGED_REASON, "reason 77"),
        Arguments.of("a second ready point", Programs.FORGED_READY, "READY"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misdeeds")
  void aBrokenRuleLosesTheMachine(String what, Program program, String named) throws CannotStart {
    try (Vm vm = engine.restore(snapshot)) {
      assertThat(Kvm.run(vm, program)).isInstanceOfSatisfying(Outcome.Broken.class, b -> assertThat(b.reason()).contains(named));
      assertThat(vm.reset()).isFalse();
      assertThatThrownBy(() -> vm.resume(new Scripted(Programs.NOTHING), Kvm.SECOND)).isInstanceOf(IllegalStateException.class);
    }
    try (Vm vm = engine.restore(snapshot)) {
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
    }
  }

  @Test
  void anMsrIsOutOfReach() throws CannotStart {
    try (Vm vm = engine.restore(snapshot)) {
      assertThat(Kvm.run(vm, Programs.RDMSR)).isInstanceOf(Outcome.Broken.class);
    }
  }

  @Test
  void tablesInACircleAreWalkedOnce() throws CannotStart {
    try (Vm vm = engine.restore(snapshot)) {
      assertThat(Kvm.run(vm, Programs.TABLES_IN_A_CIRCLE)).isEqualTo(new Outcome.Exited(1));
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.READ_WINDOW)).isInstanceOf(Outcome.Broken.class);
    }
  }

  @Test
  void theExchangeAreaAsTablesEndsInACleanMachineOrNone() throws CannotStart {
    try (Vm vm = engine.restore(snapshot)) {
      assertThat(Kvm.run(vm, Programs.EXCHANGE_AS_TABLE)).isEqualTo(new Outcome.Exited(1));
      if (vm.reset()) {
        assertThat(Kvm.run(vm, Programs.READ_WINDOW)).isInstanceOf(Outcome.Broken.class);
      }
    }
  }

  @Test
  void aTrapIsTheFunctionsOwn() throws CannotStart {
    try (Vm vm = engine.restore(snapshot)) {
      assertThat(Kvm.run(vm, Programs.TRAPPED)).isEqualTo(new Outcome.Trapped("oop"));
      assertThat(vm.reset()).isFalse();
    }
  }

  @Test
  void aHandOverThatDoesNotFitLosesTheMachineOnly() throws CannotStart {
    HandOver large = HandOver.of(java.util.List.of(), java.util.List.of(), Map.of("header/x", "x".repeat(300_000)));
    try (Vm vm = engine.restore(snapshot)) {
      assertThatThrownBy(() -> vm.start(large, new Scripted(Programs.NOTHING), Kvm.SECOND)).isInstanceOf(RuntimeException.class);
      assertThat(vm.reset()).isFalse();
    }
  }

  static Stream<Arguments> failingBoots() {
    return Stream.of(
        Arguments.of("refused", Programs.FAILED, Boot.Failure.Kind.REFUSED, "no"),
        Arguments.of("trapped", Programs.TRAPPED, Boot.Failure.Kind.TRAPPED, "oop"),
        Arguments.of("faulted", Programs.PAGE_ZERO, Boot.Failure.Kind.BROKEN, "vector 14"),
        Arguments.of("another port", Programs.PORT, Boot.Failure.Kind.BROKEN, "port 0x70"),
        Arguments.of("waits", Programs.WAIT, Boot.Failure.Kind.BROKEN, "before its ready point"),
        Arguments.of("forged", Programs.FORGED_LENGTH, Boot.Failure.Kind.BROKEN, "65537"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failingBoots")
  void aBootFailsByName(String what, Program program, Boot.Failure.Kind kind, String named) {
    assertThatThrownBy(() -> Kvm.boot(engine, folder, program))
        .isInstanceOfSatisfying(Boot.Failure.class, f -> assertThat(f.kind()).isEqualTo(kind)).hasMessageContaining(named);
  }

  @Test
  void aBootHasADeadline() throws IOException {
    Image image = ByteGuest.image(folder, Programs.SPIN, 1 << 20);
    assertThatThrownBy(() -> engine.boot(image, new Boot(false, 0, 20_000_000), new Scripted(Programs.NOTHING)))
        .isInstanceOfSatisfying(Boot.Failure.class, f -> assertThat(f.kind()).isEqualTo(Boot.Failure.Kind.TOO_LONG));
  }

  @Test
  void anImageThatIsShorterThanSaidIsRefused() throws IOException {
    Image image = ByteGuest.image(folder, Programs.NOTHING, 1 << 20);
    Image longer = new Image("longer", image.file(), image.bytes() + 4096, 1 << 20);
    assertThatThrownBy(() -> engine.boot(longer, new Boot(false, 0, Kvm.SECOND), new Scripted(Programs.NOTHING))).isInstanceOf(Boot.Failure.class)
        .hasMessageContaining("bytes");
  }
}
