package dev.mayfly.kvm;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Vm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What tests over the byte guest share. */
final class Kvm {
  static final long SECOND = 1_000_000_000L;

  private Kvm() {}

  /** Skips where there is no /dev/kvm; where there is one, it must work. */
  static void needed() {
    Assumptions.assumeTrue(Files.exists(Path.of(KvmDevice.PATH)), "no " + KvmDevice.PATH);
  }

  static KvmEngine engine(KvmSettings settings) throws Exception {
    needed();
    return new KvmEngine(ByteGuest.elf(), settings);
  }

  static Snapshot boot(KvmEngine engine, Path folder, Program boot) throws Boot.Failure, IOException {
    Image image = ByteGuest.image(folder, boot, 64L << 20);
    return engine.boot(image, new Boot(false, 0, 10 * SECOND), new Scripted(Programs.NOTHING)).snapshot();
  }

  static Outcome run(Vm vm, Program program) {
    return vm.start(HandOver.EMPTY, new Scripted(program), 10 * SECOND);
  }
}
