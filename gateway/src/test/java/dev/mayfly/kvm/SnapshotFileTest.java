package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.vm.Image;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Vm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotFileTest {
  @TempDir
  static Path folder;

  static KvmEngine engine;
  static Snapshot snapshot;
  static byte[] whole;

  @BeforeAll
  static void write() throws Exception {
    engine = Kvm.engine(KvmSettings.defaults().withShells(1));
    snapshot = Kvm.boot(engine, folder, Programs.BOOT_MAP);
    Path file = folder.resolve("whole");
    snapshot.write(file);
    whole = Files.readAllBytes(file);
  }

  @AfterAll
  static void close() {
    if (engine != null) {
      snapshot.close();
      engine.close();
    }
  }

  @Test
  void aSnapshotThatWasReadIsTheOneThatWasWritten() throws Exception {
    Path file = folder.resolve("read");
    snapshot.write(file);
    try (Snapshot read = engine.read(file, snapshot.image()); Vm vm = engine.restore(read)) {
      assertThat(read.copiedBytes()).isEqualTo(snapshot.copiedBytes());
      assertThat(Kvm.run(vm, Programs.READ_WINDOW)).isEqualTo(new Outcome.Exited(1000));
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.COUNT_DATA)).isEqualTo(new Outcome.Exited(101));
    }
  }

  @Test
  void oneWithFramesOfItsOwnTakesThemAlong() throws Exception {
    Path file = folder.resolve("frames");
    try (Snapshot grown = Kvm.boot(engine, folder, Programs.BOOT_GROW)) {
      grown.write(file);
      try (Snapshot read = engine.read(file, grown.image()); Vm vm = engine.restore(read)) {
        for (int i = 0; i < 2; i++) {
          assertThat(Kvm.run(vm, Programs.COUNT_GROWN)).isEqualTo(new Outcome.Exited(501));
          assertThat(vm.reset()).isTrue();
        }
      }
    }
  }

  @Test
  void anImageIsReadOnceForAllThatIsMadeOfIt() throws Exception {
    Path file = folder.resolve("once");
    long before = engine.imageLoads();
    Image image;
    try (Snapshot first = Kvm.boot(engine, folder, Programs.RETURN_42)) {
      image = first.image();
      first.write(file);
      try (Snapshot read = engine.read(file, image); Vm one = engine.restore(first); Vm other = engine.restore(read)) {
        assertThat(engine.imageLoads()).isEqualTo(before + 1);
      }
    }
    await().until(() -> { // the machines are given back elsewhere
      engine.read(file, image).close();
      return engine.imageLoads() == before + 2;
    });
  }

  @Test
  void onlyTheOwnerMayReadIt() throws IOException {
    Path file = folder.resolve("mode");
    snapshot.write(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
  }

  @Test
  void nothingElseIsLeftInTheFolder(@TempDir Path empty) throws IOException {
    snapshot.write(empty.resolve("one"));
    snapshot.write(empty.resolve("one"));
    try (var files = Files.list(empty)) {
      assertThat(files).containsExactly(empty.resolve("one"));
    }
  }

  @Test
  void aFolderThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> snapshot.write(folder.resolve("no/such"))).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.0001, 0.3, 0.9, 0.99999})
  void aFileThatIsCutIsRefused(double part) throws IOException {
    assertRefused(java.util.Arrays.copyOf(whole, (int) (whole.length * part)), snapshot.image());
  }

  @Test
  void oneWithMoreAfterItIsRefused() throws IOException {
    assertRefused(java.util.Arrays.copyOf(whole, whole.length + 1), snapshot.image());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.0002, 0.0005, 0.05, 0.2, 0.5, 0.99999})
  void anyChangedByteIsFound(double where) throws IOException {
    byte[] changed = whole.clone();
    changed[(int) (whole.length * where)] ^= 0x40;
    assertRefused(changed, snapshot.image());
  }

  @Test
  void anotherImagesIsRefused() throws IOException {
    Image image = snapshot.image();
    assertRefused(whole, new Image("0".repeat(64), image.file(), image.bytes(), image.memoryLimit()));
  }

  @Test
  void anotherUnikernelsIsRefused() throws Exception {
    Path file = Files.write(folder.resolve("other"), whole);
    byte[] elf = java.util.Arrays.copyOf(ByteGuest.elf(), ByteGuest.elf().length + 1);
    try (KvmEngine other = new KvmEngine(elf, KvmSettings.defaults().withShells(0))) {
      assertThatThrownBy(() -> other.read(file, snapshot.image())).isInstanceOf(IOException.class).hasMessageContaining("another");
    }
  }

  private static void assertRefused(byte[] bytes, Image image) throws IOException {
    Path file = Files.write(folder.resolve("refused"), bytes);
    assertThatThrownBy(() -> engine.read(file, image)).isInstanceOf(IOException.class).hasMessageContaining("snapshot " + file);
  }
}
