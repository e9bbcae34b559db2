package dev.mayfly;

import dev.mayfly.config.Configuration.EngineChoice;
import dev.mayfly.function.Tools;
import dev.mayfly.kvm.KvmEngine;
import dev.mayfly.kvm.KvmProbe;
import dev.mayfly.kvm.KvmSettings;
import dev.mayfly.process.ProcessEngine;
import dev.mayfly.vm.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.util.function.Consumer;

/** Chooses and opens the engine that machines are made by. */
final class Engines {
  private final Tools tools;
  private final KvmSettings kvm;

  /** @param kvm how many shells to keep, and how warm */
  Engines(Tools tools, KvmSettings kvm) {
    this.tools = tools;
    this.kvm = kvm;
  }

  /**
   * Opens one.
   *
   * @param notes hears, in one line, why machines are only processes where {@code auto} had to choose that
   * @throws Engine.CannotStart the message is one line for the user
   */
  Engine open(EngineChoice choice, Consumer<String> notes) throws Engine.CannotStart {
    try {
      if (choice == EngineChoice.PROCESS) {
        return new ProcessEngine(tools.process());
      }
      KvmProbe probe = KvmEngine.probe();
      if (probe instanceof KvmProbe.Usable) {
        return new KvmEngine(Files.readAllBytes(tools.unikernel()), kvm);
      }
      if (choice == EngineChoice.KVM) {
        throw new Engine.CannotStart("engine: kvm cannot start: " + probe.text(), null);
      }
      notes.accept("no virtual machines here, functions run as processes (for development only): " + probe.text());
      return new ProcessEngine(tools.process());
    } catch (IOException e) {
      throw new Engine.CannotStart(e.getMessage(), e);
    }
  }
}
