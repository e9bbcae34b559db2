package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine.CannotStart;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Vm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Life of a machine over the byte guest: run, wait, stop, reset. */
class KvmVmTest {
  @TempDir
  static Path folder;

  static KvmEngine engine;
  static Snapshot plain;
  /** Its boot has mapped a page at 0x80_0000_1000 (it holds 1000), and set the data's count to 100. */
  static Snapshot mapped;

  @BeforeAll
  static void boot() throws Exception {
    engine = Kvm.engine(KvmSettings.defaults().withShells(2));
    plain = Kvm.boot(engine, folder, Programs.NOTHING);
    mapped = Kvm.boot(engine, folder, Programs.BOOT_MAP);
  }

  @AfterAll
  static void close() {
    if (engine != null) {
      plain.close();
      mapped.close();
      engine.close();
    }
  }

  @Test
  void aRequestIsAnswered() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
    }
  }

  @Test
  void theBootsMemoryAndTablesAreThereAfterARestore() throws CannotStart {
    try (Vm vm = engine.restore(mapped)) {
      assertThat(Kvm.run(vm, Programs.READ_WINDOW)).isEqualTo(new Outcome.Exited(1000));
    }
  }

  @Test
  void theImageIsReadAndNotWritten() throws CannotStart {
    try (Vm vm = engine.restore(mapped)) {
      assertThat(Kvm.run(vm, Programs.READ_IMAGE)).isInstanceOf(Outcome.Exited.class);
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.WRITE_IMAGE)).isInstanceOf(Outcome.Broken.class);
    }
    try (Vm vm = engine.restore(mapped)) {
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
    }
  }

  static Stream<Arguments> whatARunLeaves() {
    return Stream.of(
        Arguments.of("data", Programs.COUNT_DATA, 101),
        Arguments.of("a warmed frame", Programs.COUNT_FRAME, 1),
        Arguments.of("a frame outside the snapshot", Programs.COUNT_HIDDEN, 1),
        Arguments.of("the depth of the stack", Programs.COUNT_DEEP_STACK, 1),
        Arguments.of("the end of IN", Programs.COUNT_EXCHANGE, 1),
        Arguments.of("the rest of the guest page", Programs.COUNT_GUEST_PAGE, 1),
        Arguments.of("the function's own frames", Programs.GROW, 1),
        Arguments.of("xmm5", Programs.XMM, 0),
        Arguments.of("the upper half of ymm5", Programs.YMM, 0),
        Arguments.of("the x87 control word", Programs.X87, 0),
        Arguments.of("MXCSR", Programs.MXCSR, 0),
        Arguments.of("r15", Programs.R15, 0),
        Arguments.of("a flag", Programs.FLAGS, 0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whatARunLeaves")
  void nothingCrossesAReset(String what, Program program, int first) throws CannotStart {
    try (Vm vm = engine.restore(mapped)) {
      for (int i = 0; i < 3; i++) {
        assertThat(Kvm.run(vm, program)).isEqualTo(new Outcome.Exited(first));
        assertThat(vm.reset()).isTrue();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whatARunLeaves")
  void nothingCrossesMachines(String what, Program program, int first) throws CannotStart {
    for (int i = 0; i < 2; i++) {
      try (Vm vm = engine.restore(mapped)) {
        assertThat(Kvm.run(vm, program)).isEqualTo(new Outcome.Exited(first));
      }
    }
  }

  static Stream<Arguments> registersThatMachinesDoNotPromise() {
    return Stream.of(Arguments.of("fs base", Programs.FSBASE), Arguments.of("k1", Programs.MASK), Arguments.of("zmm20", Programs.ZMM));
  }

  /** Under a KVM that runs ring 3 on the bare processor they are there all the same; elsewhere their use is a fault. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("registersThatMachinesDoNotPromise")
  void whatIsNotPromisedDoesNotCrossEither(String what, Program program) throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      Outcome outcome = Kvm.run(vm, program);
      assertThat(outcome).isIn(new Outcome.Exited(0), outcome instanceof Outcome.Broken ? outcome : null);
      if (vm.reset()) {
        assertThat(Kvm.run(vm, program)).isEqualTo(new Outcome.Exited(0));
      }
    }
  }

  @Test
  void entropyIsFreshForEachRequest() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      Outcome first = Kvm.run(vm, Programs.SEED);
      assertThat(vm.reset()).isTrue();
      Outcome second = Kvm.run(vm, Programs.SEED);
      assertThat(vm.reset()).isTrue();
      assertThat(List.of(first, second, Kvm.run(vm, Programs.SEED)).stream().distinct().count()).isGreaterThan(1); // 32 bits each
    }
  }

  @Test
  void tablesThatARunAddedAreGoneAfterAReset() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      assertThat(Kvm.run(vm, Programs.MAP)).isEqualTo(new Outcome.Exited(1));
      assertThat(vm.reset()).isTrue();
      assertFaultInWindow(Kvm.run(vm, Programs.READ_WINDOW));
    }
  }

  static Stream<Arguments> waysToUseOldTables() {
    return Stream.of(Arguments.of("with another entry", Programs.RELINK), Arguments.of("as they are", Programs.RELINK_ONLY), Arguments.of("the top alone", Programs.RELINK_TOP));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("waysToUseOldTables")
  void framesThatWereTablesAreEmptyTablesTheNextTime(String how, Program relink) throws CannotStart {
    for (Program map : List.of(Programs.MAP, Programs.MAP_AND_FLUSH)) {
      try (Vm vm = engine.restore(plain)) {
        assertThat(Kvm.run(vm, map)).isEqualTo(new Outcome.Exited(1));
        assertThat(vm.reset()).isTrue();
        assertFaultInWindow(Kvm.run(vm, relink)); // reads the page that only the first run had mapped
      }
    }
  }

  @Test
  void aTranslationUsedAndHiddenIsGoneAfterAReset() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      assertThat(Kvm.run(vm, Programs.MAP_UNMAP)).isEqualTo(new Outcome.Exited(1));
      assertThat(vm.reset()).isTrue();
      assertFaultInWindow(Kvm.run(vm, Programs.READ_WINDOW));
    }
  }

  /** Each reset loads CR3 with the other one of two values, and must do so every time. */
  @Test
  void aTranslationUsedAndHiddenIsGoneAfterEachOfManyResets() throws CannotStart {
    for (int resets = 1; resets <= 4; resets++) {
      try (Vm vm = engine.restore(plain)) {
        for (int i = 0; i < resets; i++) {
          assertThat(Kvm.run(vm, Programs.MAP_UNMAP)).isEqualTo(new Outcome.Exited(1));
          assertThat(vm.reset()).isTrue();
        }
        assertFaultInWindow(Kvm.run(vm, Programs.READ_WINDOW));
      }
    }
  }

  @Test
  void whatTheFirstRunLeftAloneIsPutBackWhenALaterOneWritesIt() throws CannotStart {
    for (Program later : List.of(Programs.COUNT_FRAME, Programs.COUNT_DATA, Programs.COUNT_HIDDEN)) {
      try (Vm vm = engine.restore(mapped)) {
        assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
        assertThat(vm.reset()).isTrue();
        Outcome first = Kvm.run(vm, later);
        for (int i = 0; i < 3; i++) {
          assertThat(vm.reset()).isTrue();
          assertThat(Kvm.run(vm, later)).isEqualTo(first);
        }
      }
    }
  }

  @Test
  void anEntryPointedElsewhereIsPutBack() throws CannotStart {
    try (Vm vm = engine.restore(mapped)) {
      assertThat(Kvm.run(vm, Programs.REMAP)).isEqualTo(new Outcome.Exited(99));
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.READ_WINDOW)).isEqualTo(new Outcome.Exited(1000));
    }
  }

  @Test
  void manyTableChangesTakeSeveralLists() throws CannotStart {
    try (Vm vm = engine.restore(mapped)) {
      assertThat(Kvm.run(vm, Programs.MAP_MANY)).isEqualTo(new Outcome.Exited(1)); // 10,240 entries; a list has 8,192
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.READ_WINDOW)).isEqualTo(new Outcome.Exited(1000));
    }
  }

  private static void assertFaultInWindow(Outcome outcome) {
    assertThat(outcome).isInstanceOfSatisfying(Outcome.Broken.class, b -> assertThat(b.reason()).contains("vector 14").contains("address 0x8000001000"));
  }

  @Test
  void aWaitHoldsNoThreadAndGoesOn() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      Scripted streams = new Scripted(Programs.WAIT);
      assertThat(vm.start(HandOver.EMPTY, streams, Kvm.SECOND)).isEqualTo(new Outcome.Waiting(1_000_000, false));
      assertThat(vm.resume(streams, Kvm.SECOND)).isEqualTo(new Outcome.Exited(42));
    }
  }

  @Test
  void aMachineThatWaitsCanBeReset() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      assertThat(Kvm.run(vm, Programs.WAIT)).isInstanceOf(Outcome.Waiting.class);
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
    }
  }

  @Test
  void twoHundredMachinesWaitAtOnce() throws CannotStart {
    List<Vm> machines = new ArrayList<>();
    List<Scripted> streams = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        machines.add(engine.restore(plain));
        streams.add(new Scripted(Programs.WAIT));
        assertThat(machines.get(i).start(HandOver.EMPTY, streams.get(i), Kvm.SECOND)).isInstanceOf(Outcome.Waiting.class);
      }
      for (int i = 0; i < 200; i++) {
        assertThat(machines.get(i).resume(streams.get(i), Kvm.SECOND)).isEqualTo(new Outcome.Exited(42));
      }
    } finally {
      machines.forEach(Vm::close);
    }
  }

  @Test
  void aSpinningGuestIsSlicedAndGoesOn() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      Scripted streams = new Scripted(Programs.SPIN);
      assertThat(vm.start(HandOver.EMPTY, streams, 5_000_000)).isEqualTo(new Outcome.Sliced());
      for (int i = 0; i < 20; i++) {
        assertThat(vm.resume(streams, 1_000_000)).isEqualTo(new Outcome.Sliced());
      }
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
    }
  }

  @Test
  void aSpinningGuestGivesWayAndGoesOn() throws Exception {
    try (Vm vm = engine.restore(plain)) {
      Scripted streams = new Scripted(Programs.SPIN);
      assertThat(vm.start(HandOver.EMPTY, streams, 1_000_000)).isEqualTo(new Outcome.Sliced());
      for (int i = 0; i < 20; i++) {
        Thread other = Thread.ofPlatform().start(() -> {
          await().pollInSameThread().until(() -> ((KvmVm) vm).inGuest());
          vm.giveWay();
        });
        assertThat(vm.resume(streams, 600 * Kvm.SECOND)).isEqualTo(new Outcome.Sliced());
        other.join();
      }
      vm.giveWay(); // too late for any run: the next is not cut short
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
      vm.giveWay();
      assertThat(vm.reset()).isTrue();
    }
  }

  @Test
  void aGuestThatOnlyWritesIsSlicedToo() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      assertThat(vm.start(HandOver.EMPTY, new Scripted(Programs.OUTPUT_FOREVER), 5_000_000)).isEqualTo(new Outcome.Sliced());
    }
  }

  @Test
  void outputThatIsNotWantedEndsTheRun() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      Scripted streams = new Scripted(Programs.OUTPUT_FOREVER, 1000);
      assertThat(vm.start(HandOver.EMPTY, streams, 10 * Kvm.SECOND)).isEqualTo(new Outcome.Stopped());
      assertThat(streams.output.toString()).startsWith("alo\nalo\n");
      assertThat(vm.reset()).isFalse();
    }
  }

  @Test
  void stopEndsASpinningGuest() throws Exception {
    try (Vm vm = engine.restore(plain)) {
      Thread stopper = Thread.ofPlatform().start(() -> {
        await().pollInSameThread().until(() -> ((KvmVm) vm).inGuest());
        vm.stop();
      });
      assertThat(vm.start(HandOver.EMPTY, new Scripted(Programs.SPIN), 600 * Kvm.SECOND)).isEqualTo(new Outcome.Stopped());
      assertThat(vm.reset()).isFalse();
      stopper.join();
    }
  }

  @Test
  void stopsAtRandomMomentsAreNeverLost() throws Exception {
    for (int i = 0; i < 100; i++) {
      try (Vm vm = engine.restore(plain)) {
        int spins = i * 200;
        Thread stopper = Thread.ofPlatform().start(() -> {
          for (int k = 0; k < spins; k++) {
            Thread.onSpinWait();
          }
          vm.stop();
        });
        assertThat(vm.start(HandOver.EMPTY, new Scripted(Programs.SPIN), 600 * Kvm.SECOND)).isEqualTo(new Outcome.Stopped());
        stopper.join();
      }
    }
  }

  @Test
  void aStopBeforeTheRunEndsItAtItsStart() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      vm.stop();
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Stopped());
    }
  }

  @Test
  void aResetDropsAStopThatCameTooLate() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
      vm.stop();
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
    }
  }

  @Test
  void aClosedMachineIsClosed() throws CannotStart {
    Vm vm = engine.restore(plain);
    vm.close();
    vm.close();
    vm.stop();
    assertThat(vm.reset()).isFalse();
    assertThat(vm.heldBytes()).isZero();
    assertThat(Kvm.run(vm, Programs.RETURN_42)).isInstanceOf(Outcome.Broken.class);
  }

  @Test
  void aMachineIsNotStartedTwice() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      Kvm.run(vm, Programs.RETURN_42);
      assertThatThrownBy(() -> Kvm.run(vm, Programs.RETURN_42)).isInstanceOf(IllegalStateException.class);
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
    }
  }

  @Test
  void aMachineThatIsKeptGoesOnWithWhatItHasUntilItsReset() throws CannotStart {
    try (Vm vm = engine.restore(mapped)) {
      assertThat(vm.keep()).as("nothing has ended yet").isFalse();
      for (int i = 1; i <= 3; i++) {
        assertThat(Kvm.run(vm, Programs.COUNT_DATA)).isEqualTo(new Outcome.Exited(100 + i));
        assertThat(vm.keep()).isTrue();
      }
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.COUNT_DATA)).isEqualTo(new Outcome.Exited(101));
    }
  }

  @Test
  void theHostKnowsWhatAMachineHolds() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      long before = vm.heldBytes();
      assertThat(before).isBetween(1L << 20, 8L << 20);
      Kvm.run(vm, Programs.TOUCH_16M);
      assertThat(vm.heldBytes()).isGreaterThanOrEqualTo(before + (16L << 20));
    }
  }

  @Test
  void aResetKeepsSomeOfWhatARunTookAndGivesTheRestBack() throws CannotStart {
    try (Vm vm = engine.restore(plain)) {
      long before = vm.heldBytes();
      for (int i = 0; i < 3; i++) {
        assertThat(Kvm.run(vm, Programs.TOUCH_16M)).isEqualTo(new Outcome.Exited(1));
        assertThat(vm.reset()).isTrue();
        assertThat(vm.heldBytes()).isBetween(before, before + KvmSettings.defaults().keptBytes());
      }
      assertThat(Kvm.run(vm, Programs.GROW)).isEqualTo(new Outcome.Exited(1));
    }
  }

  @Test
  void aMachineThatHoldsMuchIsNotReset() throws Exception {
    KvmSettings d = KvmSettings.defaults();
    KvmSettings small = new KvmSettings(0, d.hugeOwn(), d.hugeFrames(), d.overheadBytes(), d.keptBytes(), 12L << 20, d.trimLimit());
    try (KvmEngine one = Kvm.engine(small); Snapshot snapshot = Kvm.boot(one, folder, Programs.NOTHING); Vm vm = one.restore(snapshot)) {
      assertThat(Kvm.run(vm, Programs.TOUCH_16M)).isEqualTo(new Outcome.Exited(1));
      assertThat(vm.reset()).isFalse();
    }
  }

  @Test
  void closingTheEngineBringsRunningMachinesBack() throws Exception {
    KvmEngine one = Kvm.engine(KvmSettings.defaults().withShells(1));
    Snapshot snapshot = Kvm.boot(one, folder, Programs.NOTHING);
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    CompletableFuture<Vm> machine = new CompletableFuture<>();
    Thread.ofPlatform().start(() -> {
      try {
        Vm vm = one.restore(snapshot);
        machine.complete(vm);
        outcome.complete(vm.start(HandOver.EMPTY, new Scripted(Programs.SPIN), 600 * Kvm.SECOND));
      } catch (Exception e) {
        outcome.completeExceptionally(e);
      }
    });
    Vm vm = machine.get(10, TimeUnit.SECONDS);
    await().until(() -> ((KvmVm) vm).inGuest());
    one.close();
    one.close();
    assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo(new Outcome.Stopped());
    assertThatThrownBy(() -> one.restore(snapshot)).isInstanceOf(CannotStart.class);
    vm.stop();
    vm.close();
    snapshot.close();
  }

  @Test
  void closingTheEngineEndsABoot() throws Exception {
    KvmEngine one = Kvm.engine(KvmSettings.defaults().withShells(1));
    CompletableFuture<Object> ended = new CompletableFuture<>();
    Thread.ofPlatform().start(() -> {
      try {
        ended.complete(Kvm.boot(one, folder, Programs.SPIN));
      } catch (Exception e) {
        ended.complete(e);
      }
    });
    await().until(() -> one.shells().made() > 1); // the boot took the first
    one.close();
    assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(Boot.Failure.class);
    assertThatThrownBy(() -> Kvm.boot(one, folder, Programs.NOTHING)).isInstanceOf(Boot.Failure.class).hasMessageContaining("closed");
  }

  @Test
  void shellsAreMadeAheadAndCounted() throws CannotStart {
    await().until(() -> engine.shells().ready() == 2);
    long missed = engine.shells().missed();
    try (Vm vm = engine.restore(plain)) {
      assertThat(engine.shells().missed()).isEqualTo(missed);
      await().until(() -> engine.shells().ready() == 2);
      assertThat(engine.shells().made()).isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void withoutShellsOneIsMadeOnTheSpot() throws Exception {
    try (KvmEngine one = Kvm.engine(KvmSettings.defaults().withShells(0)); Snapshot snapshot = Kvm.boot(one, folder, Programs.NOTHING); Vm vm = one.restore(snapshot)) {
      assertThat(Kvm.run(vm, Programs.RETURN_42)).isEqualTo(new Outcome.Exited(42));
      assertThat(one.shells().missed()).isEqualTo(2);
    }
  }

  @Test
  void aClosedSnapshotLivesOnInItsMachines() throws Exception {
    Snapshot snapshot = Kvm.boot(engine, folder, Programs.BOOT_MAP);
    try (Vm vm = engine.restore(snapshot)) {
      snapshot.close();
      snapshot.close();
      assertThatThrownBy(() -> engine.restore(snapshot)).isInstanceOf(CannotStart.class);
      assertThat(Kvm.run(vm, Programs.COUNT_DATA)).isEqualTo(new Outcome.Exited(101));
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.COUNT_DATA)).isEqualTo(new Outcome.Exited(101));
    }
  }
}
