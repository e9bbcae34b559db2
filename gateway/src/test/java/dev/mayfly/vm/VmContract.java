package dev.mayfly.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every engine's machines promise. An engine's test is a subclass that gives the engine. The guest is {@code contract/probe.c}; it reads its arguments
 * from the request, so one snapshot serves all probes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
public abstract class VmContract {
  private static final long SLICE = 5_000_000;
  private static final long MEMORY = 64L << 20;
  private static final long BOOT = 10_000_000_000L;

  @TempDir protected static Path scratch;
  private Engine engine;
  private byte[] code;
  private Snapshot snapshot;
  private final List<Vm> vms = new ArrayList<>();

  /** A program of the build, such as the engine without KVM needs. */
  protected static Path program(String name) {
    return ContractImage.program(name);
  }

  /** A new engine, closed by the suite. */
  protected abstract Engine make() throws Exception;

  @BeforeAll
  void boot() throws Exception {
    engine = make();
    code = ContractImage.compiled("/contract/probe.wasm", scratch);
    snapshot = boot(image(MEMORY)).snapshot();
  }

  @AfterAll
  void close() {
    if (snapshot != null) {
      snapshot.close();
    }
    if (engine != null) {
      engine.close();
      engine.close();
    }
  }

  @AfterEach
  void closeMachines() {
    vms.forEach(Vm::close);
    vms.clear();
  }

  @Test
  void theFingerprintIsAlwaysTheSame() throws Exception {
    try (Engine other = make()) {
      assertThat(other.fingerprint()).isEqualTo(engine.fingerprint()).isNotBlank();
    }
  }

  @Test
  void aProgramAnswers() throws Exception {
    Recorded streams = Recorded.input("");
    assertThat(run(restore(), streams, "hello")).isEqualTo(new Outcome.Exited(0));
    assertThat(streams.out()).isEqualTo("hello\n");
    assertThat(streams.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 125})
  void theExitStatusIsThePrograms(int status) throws Exception {
    assertThat(run(restore(), Recorded.input(""), "exit", String.valueOf(status))).isEqualTo(new Outcome.Exited(status));
  }

  @ParameterizedTest
  @CsvSource({"trap 0, unreachable", "past 0, out of bounds", "past 4096, out of bounds", "past 65535, out of bounds", "past 1000000000, out of bounds",
      "deep 0, stack", "asking 0, stack"})
  void aTrapIsNamed(String probe, String text) throws Exception {
    Outcome outcome = run(restore(), Recorded.input(""), probe.split(" "));
    assertThat(outcome).isInstanceOfSatisfying(Outcome.Trapped.class, t -> assertThat(t.message()).containsIgnoringCase(text));
  }

  @Test
  void afterATrapOthersGoOnAndTheNextMachineIsFine() throws Exception {
    Vm bystander = restore();
    run(restore(), Recorded.input(""), "trap");
    assertThat(run(bystander, Recorded.input(""), "hello")).isEqualTo(new Outcome.Exited(0));
    assertThat(run(restore(), Recorded.input(""), "hello")).isEqualTo(new Outcome.Exited(0));
  }

  @Test
  void theStreamsAreApart() throws Exception {
    Recorded streams = Recorded.input("");
    run(restore(), streams, "both");
    assertThat(streams.out()).isEqualTo("out");
    assertThat(streams.err()).isEqualTo("err\n");
  }

  @Test
  void theHandOverReachesTheProgram() throws Exception {
    HandOver handOver = HandOver.of(List.of("probe", "env", "NAME"), List.of("NAME=wörld"), Map.of());
    Recorded streams = Recorded.input("");
    assertThat(run(restore(), streams, handOver)).isEqualTo(new Outcome.Exited(0));
    assertThat(streams.out()).isEqualTo("wörld\n");
  }

  @Test
  void theRequestIsThereAsFiles() throws Exception {
    Image image = ContractImage.write(file(), code, MEMORY, Image.ARGS_FROM_REQUEST | Image.REQUEST_TREE, List.of("probe"), List.of());
    try (Snapshot withTree = boot(image).snapshot()) {
      Recorded streams = Recorded.input("");
      HandOver handOver = HandOver.of(List.of("probe", "read", "/request/header/accept"), List.of(), Map.of("method", "GET", "header/accept", "text/plain\n"));
      assertThat(run(keep(engine.restore(withTree)), streams, handOver)).isEqualTo(new Outcome.Exited(0));
      assertThat(streams.out()).isEqualTo("text/plain\n");
      closeMachines();
    }
  }

  @Test
  void aHandOverThatDoesNotFitIsRefused() throws Exception {
    Vm vm = restore();
    HandOver tooLarge = HandOver.of(List.of("probe", "x".repeat(Exchange.IN_SIZE)), List.of(), Map.of());
    assertThatThrownBy(() -> vm.start(tooLarge, Recorded.input(""), SLICE)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(tooLarge.size())).hasMessageContaining(String.valueOf(Exchange.IN_SIZE));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000, Exchange.IN_SIZE - 100, Exchange.IN_SIZE, Exchange.IN_SIZE + 1, 3_000_000})
  void standardInputComesWholeHoweverLarge(int bytes) throws Exception {
    byte[] body = new byte[bytes];
    new Random(bytes).nextBytes(body);
    long sum = 0;
    for (byte b : body) {
      sum = sum * 31 + (b & 0xff);
    }
    Recorded streams = Recorded.input(body);
    assertThat(run(restore(), streams, "count")).isEqualTo(new Outcome.Exited(0));
    assertThat(streams.out()).isEqualTo(bytes + " " + Long.toUnsignedString(sum) + "\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, Exchange.OUT_SIZE - 8, Exchange.OUT_SIZE, Exchange.OUT_SIZE + 1, 2_000_000})
  void outputComesWholeHoweverLarge(int bytes) throws Exception {
    byte[] body = new byte[bytes];
    new Random(bytes).nextBytes(body);
    Recorded streams = Recorded.input(body);
    assertThat(run(restore(), streams, "echo")).isEqualTo(new Outcome.Exited(0));
    assertThat(streams.out.toByteArray()).isEqualTo(body);
  }

  @Test
  void aProgramThatWantsInputWaitsForIt() throws Exception {
    Vm vm = restore();
    Recorded streams = Recorded.open();
    Outcome outcome = unsliced(vm, streams, vm.start(handOver("echo"), streams, SLICE));
    assertThat(outcome).isInstanceOfSatisfying(Outcome.Waiting.class, w -> assertThat(w.forInput()).isTrue());
    streams.more("one ");
    outcome = unsliced(vm, streams, vm.resume(streams, SLICE));
    assertThat(outcome).isInstanceOf(Outcome.Waiting.class);
    assertThat(streams.out()).isEqualTo("one ");
    streams.more("two");
    streams.end();
    assertThat(finish(vm, streams, vm.resume(streams, SLICE))).isEqualTo(new Outcome.Exited(0));
    assertThat(streams.out()).isEqualTo("one two");
  }

  @Test
  void twoHundredMachinesSleepWithoutAThread() throws Exception {
    List<Vm> sleepers = new ArrayList<>();
    List<Recorded> streams = new ArrayList<>();
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    for (int n = 0; n < 200; n++) {
      Vm vm = restore();
      Recorded its = Recorded.input("");
      Outcome outcome = unsliced(vm, its, vm.start(handOver("sleep", "100"), its, SLICE));
      assertThat(outcome).isInstanceOfSatisfying(Outcome.Waiting.class, w -> assertThat(w.nanos()).isBetween(50_000_000L, 100_000_000L));
      sleepers.add(vm);
      streams.add(its);
    }
    Set<String> more = Thread.getAllStackTraces().keySet().stream().filter(t -> !before.contains(t)).map(Thread::getName)
        .filter(name -> !name.contains("ForkJoinPool") && !name.contains("nblocker") && !name.contains("process reaper")).collect(Collectors.toSet());
    assertThat(more).hasSizeLessThan(5);
    for (int n = 0; n < 200; n++) {
      assertThat(finish(sleepers.get(n), streams.get(n), new Outcome.Waiting(0, false))).isEqualTo(new Outcome.Exited(0));
      assertThat(streams.get(n).out()).isEqualTo("slept\n");
    }
  }

  @Test
  void aSpinningProgramIsSliced() throws Exception {
    Vm vm = restore();
    Recorded streams = Recorded.input("");
    assertThat(vm.start(handOver("loop"), streams, SLICE)).isEqualTo(new Outcome.Sliced());
    assertThat(vm.resume(streams, SLICE)).isEqualTo(new Outcome.Sliced());
    Vm other = restore();
    assertThat(run(other, Recorded.input(""), "hello")).isEqualTo(new Outcome.Exited(0));
    assertThat(vm.resume(streams, SLICE)).isEqualTo(new Outcome.Sliced());
  }

  @Test
  void aSpinningProgramIsStoppedFromAnotherThreadAndTheNextIsFine() throws Exception {
    Vm vm = restore();
    Recorded streams = Recorded.input("");
    Thread stopper = Thread.ofPlatform().unstarted(vm::stop);
    Outcome outcome = vm.start(handOver("loop"), streams, SLICE);
    assertThat(outcome).isEqualTo(new Outcome.Sliced());
    stopper.start();
    while (outcome instanceof Outcome.Sliced) {
      outcome = vm.resume(streams, 60_000_000_000L);
    }
    stopper.join();
    assertThat(outcome).isEqualTo(new Outcome.Stopped());
    vm.close();
    vm.stop();
    vm.close();
    assertThat(run(restore(), Recorded.input(""), "hello")).isEqualTo(new Outcome.Exited(0));
  }

  @Test
  void aStopBeforeTheStartEndsTheNextRun() throws Exception {
    Vm vm = restore();
    vm.stop();
    assertThat(run(vm, Recorded.input(""), "loop")).isEqualTo(new Outcome.Stopped());
  }

  @Test
  void randomnessNeverRepeats() throws Exception {
    Set<String> seen = new HashSet<>();
    Vm vm = restore();
    for (int n = 0; n < 20; n++) {
      Recorded streams = Recorded.input("");
      run(n % 2 == 0 ? restore() : vm, streams, "random");
      if (n % 2 == 1) {
        assertThat(vm.reset()).isTrue();
      }
      assertThat(seen.add(streams.out())).as("seen before: " + streams.out()).isTrue();
    }
  }

  @Test
  void theWallClockIsThePresentAndTheMonotonicClockGoesOn() throws Exception {
    Vm vm = restore();
    for (int n = 0; n < 3; n++) {
      long before = wall();
      Recorded streams = Recorded.input("");
      run(vm, streams, "clock");
      String[] clocks = streams.out().strip().split(" ");
      assertThat(Long.parseLong(clocks[0])).isBetween(before - 50_000_000, wall() + 50_000_000);
      assertThat(Long.parseLong(clocks[1])).isNotNegative();
      assertThat(vm.reset()).isTrue();
    }
  }

  @Test
  void aSleepTakesItsTime() throws Exception {
    Vm vm = restore();
    Recorded streams = Recorded.input("");
    Outcome outcome = unsliced(vm, streams, vm.start(handOver("sleep", "3600000"), streams, SLICE));
    assertThat(outcome).isInstanceOfSatisfying(Outcome.Waiting.class,
        w -> assertThat((double) w.nanos()).isCloseTo(3.6e12, within(60e9)));
    vm.stop();
    assertThat(unsliced(vm, streams, vm.resume(streams, SLICE))).isEqualTo(new Outcome.Stopped());
  }

  @Test
  void nothingCrossesAReset() throws Exception {
    Vm vm = restore();
    for (int n = 0; n < 5; n++) {
      Recorded streams = Recorded.input("");
      assertThat(run(vm, streams, "state")).isEqualTo(new Outcome.Exited(0));
      assertThat(streams.out()).as("uses, bytes in memory, bytes on the heap, file").isEqualTo("1 0 0 0\n");
      assertThat(vm.reset()).isTrue();
    }
  }

  @Test
  void nothingOfARequestCrossesAReset() throws Exception {
    Vm vm = restore();
    run(vm, Recorded.input("secret input"), HandOver.of(List.of("probe", "env", "NAME"), List.of("NAME=secret"), Map.of()));
    assertThat(vm.reset()).isTrue();
    Recorded streams = Recorded.input("");
    run(vm, streams, "env", "NAME");
    assertThat(streams.out()).isEqualTo("(none)\n");
    assertThat(vm.reset()).isTrue();
    streams = Recorded.input("");
    run(vm, streams, "echo");
    assertThat(streams.out()).isEmpty();
  }

  @Test
  void anAccessPastTheMemorysEndTrapsAfterEveryRestoreAndReset() throws Exception {
    Vm vm = restore();
    run(vm, Recorded.input(""), "hungry");
    assertThat(vm.reset()).isTrue();
    assertThat(run(vm, Recorded.input(""), "past", "0")).as("after a request that grew its memory").isInstanceOf(Outcome.Trapped.class);
    Vm other = restore();
    run(other, Recorded.input(""), "hello");
    assertThat(other.reset()).isTrue();
    assertThat(run(other, Recorded.input(""), "past", "65536")).isInstanceOf(Outcome.Trapped.class);
  }

  @Test
  void theMemoryLimitIsToldToTheProgramAndHolds() throws Exception {
    for (long mebibytes : new long[] {16, 64}) {
      try (Snapshot small = boot(image(mebibytes << 20)).snapshot()) {
        Recorded streams = Recorded.input("");
        assertThat(run(keep(engine.restore(small)), streams, "hungry")).isEqualTo(new Outcome.Exited(0));
        assertThat(Long.parseLong(streams.out().strip())).isBetween(mebibytes / 2, mebibytes);
        assertThat(streams.memoryRefused).as("what the gateway hears of it").isPositive();
        closeMachines();
      }
    }
  }

  @Test
  void aMachineTellsWhatItHolds() throws Exception {
    Vm vm = restore();
    run(vm, Recorded.input(""), "hungry");
    long fed = vm.heldBytes();
    assertThat(fed).isGreaterThan(MEMORY / 2);
    assertThat(vm.reset()).isTrue();
    assertThat(vm.heldBytes()).isLessThan(fed);
  }

  @Test
  void outputThatIsRefusedEndsTheRun() throws Exception {
    Recorded streams = Recorded.input("").refusing(1_000_000);
    assertThat(run(restore(), streams, "flood")).isEqualTo(new Outcome.Stopped());
    assertThat(streams.out.size()).isBetween(1_000_000, 1_000_000 + Exchange.OUT_SIZE);
    assertThat(run(restore(), Recorded.input(""), "hello")).isEqualTo(new Outcome.Exited(0));
  }

  @Test
  void aProgramIsHeldWhileItsOutputIsNotTaken() throws Exception {
    Recorded streams = Recorded.input("");
    streams.paused = true;
    Vm vm = restore();
    Outcome outcome = vm.start(handOver("flood"), streams, SLICE);
    for (int i = 1; i <= 5; i++) {
      while (outcome instanceof Outcome.Sliced) {
        outcome = vm.resume(streams, SLICE);
      }
      assertThat(outcome).isEqualTo(new Outcome.Waiting(0, true));
      assertThat(streams.out.size()).as("one OUT for each entry").isBetween(i, i * Exchange.OUT_SIZE);
      outcome = vm.resume(streams, SLICE);
    }
    while (outcome instanceof Outcome.Sliced) {
      outcome = vm.resume(streams, SLICE);
    }
    assertThat(vm.reset()).as("a machine that is held can be reset").isTrue();
    assertThat(run(vm, Recorded.input(""), "hello")).isEqualTo(new Outcome.Exited(0));
  }

  @Test
  void aFloodOfOutputIsSlicedAndCanBeStopped() throws Exception {
    Vm vm = restore();
    Recorded streams = Recorded.input("");
    Outcome outcome = vm.start(handOver("flood"), streams, SLICE);
    for (int n = 0; n < 3; n++) {
      assertThat(outcome).isEqualTo(new Outcome.Sliced());
      outcome = vm.resume(streams, SLICE);
    }
    vm.stop();
    assertThat(unsliced(vm, streams, outcome)).isEqualTo(new Outcome.Stopped());
    assertThat(streams.out.size()).isPositive();
  }

  @Test
  void theArgumentsAndTheEnvironmentOfTheImageStandWhereTheRequestBringsNone() throws Exception {
    Image image = ContractImage.write(file(), code, MEMORY, 0, List.of("probe", "env", "NAME"), List.of("NAME=image"));
    try (Snapshot fixed = boot(image).snapshot()) {
      Recorded streams = Recorded.input("");
      assertThat(run(keep(engine.restore(fixed)), streams, HandOver.EMPTY)).isEqualTo(new Outcome.Exited(0));
      assertThat(streams.out()).isEqualTo("image\n");
      closeMachines();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProgramAnswersFromTheReadyPointAndFromItsStart(boolean atStart) throws Exception {
    Image image = ContractImage.write(file(), code, MEMORY, 0, List.of("probe", "state"), List.of());
    Boot.Ready ready = engine.boot(image, new Boot(atStart, 0, BOOT), Recorded.input(""));
    try (Snapshot made = ready.snapshot()) {
      for (int n = 0; n < 2; n++) {
        Recorded streams = Recorded.input("");
        assertThat(run(keep(engine.restore(made)), streams, HandOver.EMPTY)).isEqualTo(new Outcome.Exited(0));
        assertThat(streams.out()).isEqualTo("1 0 0 0\n");
      }
      closeMachines();
    }
  }

  @Test
  void theBootStopsBeforeTheReadOfTheWallClockThatItIsToldTo() throws Exception {
    Image image = ContractImage.write(file(), code, MEMORY, 0, List.of("probe", "clock"), List.of());
    Boot.Ready first = engine.boot(image, new Boot(false, 0, BOOT), Recorded.input(""));
    first.snapshot().close();
    assertThat(first.wallReads()).isEqualTo(1);
    assertThat(first.randomDraws()).isZero();
    Boot.Ready second = engine.boot(image, new Boot(false, 1, BOOT), Recorded.input(""));
    try (Snapshot stopped = second.snapshot()) {
      assertThat(second.wallReads()).isZero();
      Recorded streams = Recorded.input("");
      long before = wall();
      run(keep(engine.restore(stopped)), streams, HandOver.EMPTY);
      assertThat(Long.parseLong(streams.out().split(" ")[0])).isGreaterThanOrEqualTo(before - 50_000_000);
      closeMachines();
    }
  }

  @Test
  void aBootCountsDrawsOfRandomness() throws Exception {
    Image image = ContractImage.write(file(), code, MEMORY, 0, List.of("probe", "random"), List.of());
    Boot.Ready ready = engine.boot(image, new Boot(false, 0, BOOT), Recorded.input(""));
    ready.snapshot().close();
    assertThat(ready.randomDraws()).isPositive();
  }

  @Test
  void aBootThatTrapsSaysSo() throws Exception {
    Image image = ContractImage.write(file(), code, MEMORY, 0, List.of("probe", "trap"), List.of());
    assertThatThrownBy(() -> boot(image)).isInstanceOfSatisfying(Boot.Failure.class, f -> {
      assertThat(f.kind()).isEqualTo(Boot.Failure.Kind.TRAPPED);
      assertThat(f).hasMessageContaining("unreachable");
    });
  }

  @Test
  void aBootThatDoesNotEndIsGivenUp() throws Exception {
    Image image = ContractImage.write(file(), code, MEMORY, 0, List.of("probe", "loop"), List.of());
    assertThatThrownBy(() -> engine.boot(image, new Boot(false, 0, 50_000_000), Recorded.input("")))
        .isInstanceOfSatisfying(Boot.Failure.class, f -> assertThat(f.kind()).isEqualTo(Boot.Failure.Kind.TOO_LONG));
  }

  @Test
  void anImageThatIsNoneIsRefused() throws Exception {
    Image good = image(MEMORY);
    byte[] bytes = Files.readAllBytes(good.file());
    bytes[8] = 77;
    Image bad = new Image("0".repeat(64), Files.write(file(), bytes), bytes.length, MEMORY);
    assertThatThrownBy(() -> boot(bad)).isInstanceOfSatisfying(Boot.Failure.class, f -> assertThat(f.kind()).isEqualTo(Boot.Failure.Kind.REFUSED));
  }

  @Test
  void aSnapshotThatWasWrittenIsReadAgain() throws Exception {
    Path stored = file();
    snapshot.write(stored);
    assertThat(Files.getPosixFilePermissions(stored)).extracting(Enum::name).containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
    try (Snapshot again = engine.read(stored, snapshot.image())) {
      Recorded streams = Recorded.input("");
      assertThat(run(keep(engine.restore(again)), streams, "hello")).isEqualTo(new Outcome.Exited(0));
      closeMachines();
    }
  }

  @Test
  void aSnapshotThatIsAbsentCutOrOfAnotherImageIsNotRead() throws Exception {
    Path stored = file();
    assertThatThrownBy(() -> engine.read(stored, snapshot.image())).isInstanceOf(IOException.class);
    snapshot.write(stored);
    Image other = image(32L << 20);
    assertThatThrownBy(() -> engine.read(stored, other)).isInstanceOf(IOException.class);
    byte[] whole = Files.readAllBytes(stored);
    Files.write(stored, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> engine.read(stored, snapshot.image())).isInstanceOf(IOException.class);
  }

  @Test
  void aSnapshotLivesAsLongAsItsMachines() throws Exception {
    Snapshot made = boot(image(MEMORY)).snapshot();
    Vm vm = keep(engine.restore(made));
    made.close();
    made.close();
    assertThat(run(vm, Recorded.input(""), "hello")).isEqualTo(new Outcome.Exited(0));
  }

  @Test
  void machinesOfOneSnapshotKnowNothingOfOneAnother() throws Exception {
    List<Vm> many = Stream.generate(this::restore).limit(8).toList();
    for (Vm vm : many) {
      Recorded streams = Recorded.input("");
      assertThat(run(vm, streams, "state")).isEqualTo(new Outcome.Exited(0));
      assertThat(streams.out()).isEqualTo("1 0 0 0\n");
    }
  }

  private Path file() throws IOException {
    return Files.createTempDirectory(scratch, "file").resolve("it");
  }

  private Image image(long memory) throws IOException {
    return ContractImage.write(file(), code, memory, Image.ARGS_FROM_REQUEST, List.of("probe"), List.of());
  }

  private Boot.Ready boot(Image image) throws Boot.Failure {
    return engine.boot(image, new Boot(false, 0, BOOT), Recorded.input(""));
  }

  private Vm restore() {
    try {
      return keep(engine.restore(snapshot));
    } catch (Engine.CannotStart e) {
      throw new AssertionError(e);
    }
  }

  private Vm keep(Vm vm) {
    vms.add(vm);
    return vm;
  }

  private static HandOver handOver(String... probe) {
    return HandOver.of(Stream.concat(Stream.of("probe"), Stream.of(probe)).toList(), List.of(), Map.of());
  }

  private static Outcome run(Vm vm, Recorded streams, String... probe) {
    return run(vm, streams, handOver(probe));
  }

  private static Outcome run(Vm vm, Recorded streams, HandOver handOver) {
    return finish(vm, streams, vm.start(handOver, streams, SLICE));
  }

  /** Goes on until the run has ended, and waits as the program asks. */
  private static Outcome finish(Vm vm, Recorded streams, Outcome outcome) {
    while (true) {
      switch (outcome) {
        case Outcome.Sliced sliced -> { }
        case Outcome.Waiting waiting when waiting.forInput() -> { }
        case Outcome.Waiting waiting -> LockSupport.parkNanos(waiting.nanos());
        default -> {
          return outcome;
        }
      }
      outcome = vm.resume(streams, SLICE);
    }
  }

  private static Outcome unsliced(Vm vm, Recorded streams, Outcome outcome) {
    while (outcome instanceof Outcome.Sliced) {
      outcome = vm.resume(streams, SLICE);
    }
    return outcome;
  }

  private static long wall() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }
}
