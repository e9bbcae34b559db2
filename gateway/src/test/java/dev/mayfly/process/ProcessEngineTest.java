package dev.mayfly.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.NoStreams;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.ProbeImage;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Vm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is the process engine's own: its processes, and that none stays behind. */
@Timeout(60)
class ProcessEngineTest {
  private static final long SLICE = 5_000_000;

  @TempDir Path scratch;
  private ProcessEngine engine;
  private Snapshot snapshot;

  @BeforeEach
  void boot() throws Exception {
    engine = new ProcessEngine(ProbeImage.program("mayfly-process"));
    snapshot = engine.boot(ProbeImage.probe(scratch), new Boot(false, 0, 10_000_000_000L), NoStreams.DROPPING).snapshot();
  }

  @AfterEach
  void close() {
    engine.close();
    await().untilAsserted(() -> assertThat(processes()).isEmpty());
  }

  @Test
  void aSpinningProcessEndsWithItsMachine() throws Exception {
    Vm vm = engine.restore(snapshot);
    assertThat(vm.start(probe("loop"), NoStreams.DROPPING, SLICE)).isEqualTo(new Outcome.Sliced());
    assertThat(processes()).hasSize(2);
    vm.close();
    await().until(() -> processes().size() == 1);
  }

  @Test
  void aSnapshotsProcessEndsWithItsLastMachine() throws Exception {
    Vm vm = engine.restore(snapshot);
    snapshot.close();
    assertThat(processes()).hasSize(2);
    vm.close();
    await().until(() -> processes().isEmpty());
    assertThatThrownBy(() -> engine.restore(snapshot)).hasMessageContaining("closed");
  }

  @Test
  void everyProcessEndsWithTheEngine() throws Exception {
    for (int n = 0; n < 3; n++) {
      engine.restore(snapshot).start(probe("loop"), NoStreams.DROPPING, SLICE);
    }
    assertThat(processes()).hasSize(4);
    engine.close();
    await().until(() -> processes().isEmpty());
  }

  @Test
  void aMachineWhoseProcessIsKilledIsBroken() throws Exception {
    Vm vm = engine.restore(snapshot);
    vm.start(probe("loop"), NoStreams.DROPPING, SLICE);
    children().forEach(ProcessHandle::destroyForcibly);
    Outcome outcome = vm.resume(NoStreams.DROPPING, 30_000_000_000L);
    assertThat(outcome).isInstanceOfSatisfying(Outcome.Broken.class, b -> assertThat(b.reason()).contains("process has ended"));
    assertThat(vm.reset()).as("a reset is another process").isTrue();
    assertThat(vm.start(probe("hello"), NoStreams.DROPPING, 30_000_000_000L)).isEqualTo(new Outcome.Exited(0));
  }

  @Test
  void aSnapshotWhoseProcessIsKilledIsBootedAnew() throws Exception {
    Set<Long> before = processes();
    before.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    await().until(() -> processes().isEmpty());
    Vm vm = engine.restore(snapshot);
    assertThat(vm.start(probe("hello"), NoStreams.DROPPING, 30_000_000_000L)).isEqualTo(new Outcome.Exited(0));
    assertThat(processes()).hasSize(2).doesNotContainAnyElementsOf(before);
  }

  @Test
  void threeHundredResetsLeaveNoProcessesAndFewFiles() throws Exception {
    Vm vm = engine.restore(snapshot);
    for (int n = 0; n < 300; n++) {
      assertThat(vm.start(probe("hello"), NoStreams.DROPPING, 30_000_000_000L)).isEqualTo(new Outcome.Exited(0));
      assertThat(vm.reset()).isTrue();
    }
    await().until(() -> processes().size() == 2);
    try (Stream<Path> files = Files.list(directory())) {
      assertThat(files.count()).isLessThan(50);
    }
  }

  @Test
  void itsDirectoryIsForItselfAndGoesWithIt() throws Exception {
    Path mine = directory();
    assertThat(Files.getPosixFilePermissions(mine)).extracting(Enum::name).containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE", "OWNER_EXECUTE");
    engine.close();
    assertThat(mine).doesNotExist();
  }

  @Test
  void theNextGatewayClearsUpAfterOneThatWasKilled() throws Exception {
    Path base = directory().getParent();
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Path stale = Files.createDirectory(base.resolve("mayfly-process-" + gone.pid() + "-1"));
    Files.writeString(stale.resolve("area-1"), "left");
    Path other = Files.createDirectory(base.resolve("mayfly-process-" + ProcessHandle.current().pid() + "-2"));
    try (ProcessEngine next = new ProcessEngine(ProbeImage.program("mayfly-process"))) {
      assertThat(next.fingerprint()).isEqualTo(engine.fingerprint());
      assertThat(stale).doesNotExist();
      assertThat(other).as("its gateway lives").exists();
    } finally {
      Files.delete(other);
    }
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> new ProcessEngine(scratch.resolve("nothing"))).isInstanceOf(IOException.class)
        .hasMessageContaining("nothing").hasMessageContaining("cargo build");
  }

  @Test
  void aProgramThatDoesNotComeUpIsToldWithItsWords() throws Exception {
    Path broken = Files.writeString(scratch.resolve("broken"), "#!/bin/sh\necho no luck today >&2\nexit 3\n");
    Files.setPosixFilePermissions(broken, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    try (ProcessEngine other = new ProcessEngine(broken)) {
      assertThatThrownBy(() -> other.boot(snapshot.image(), new Boot(false, 0, 1_000_000_000L), NoStreams.DROPPING))
          .isInstanceOf(Boot.Failure.class).hasMessageContaining("no luck today");
    }
  }

  private static HandOver probe(String name) {
    return HandOver.of(List.of("probe", name), List.of(), Map.of());
  }

  private Path directory() throws IOException {
    String mine = "mayfly-process-" + ProcessHandle.current().pid() + "-";
    for (Path base : List.of(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")))) {
      if (Files.isDirectory(base)) {
        try (Stream<Path> found = Files.list(base)) {
          var newest = found.filter(p -> p.getFileName().toString().startsWith(mine)).filter(p -> Files.exists(p.resolve("socket"))).findFirst();
          if (newest.isPresent()) {
            return newest.get();
          }
        }
      }
    }
    throw new AssertionError("no directory of the engine's");
  }

  /** This JVM's: the booted ones and their forks. */
  private static Set<Long> processes() {
    return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  /** The forks. */
  private static List<ProcessHandle> children() {
    return ProcessHandle.current().children().flatMap(ProcessHandle::children).toList();
  }
}
