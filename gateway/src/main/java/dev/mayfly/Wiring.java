package dev.mayfly;

import dev.mayfly.cli.FunctionChecker;
import dev.mayfly.cli.GatewayStarter;
import dev.mayfly.cli.Parts;
import dev.mayfly.cli.ProgramRun;
import dev.mayfly.cli.ProgramRunner;
import dev.mayfly.cli.QuietLog;
import dev.mayfly.config.Configuration;
import dev.mayfly.function.Cache;
import dev.mayfly.function.Compiler;
import dev.mayfly.function.DeployException;
import dev.mayfly.function.Deployer;
import dev.mayfly.function.Progress;
import dev.mayfly.function.Tools;
import dev.mayfly.kvm.KvmSettings;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Image;
import java.nio.file.Path;
import java.util.List;

/** The composition root: the one place that knows all packages, and makes their objects by hand. */
final class Wiring implements Parts {
  @Override
  public GatewayStarter gateway() {
    return (loaded, progress) -> {
      try {
        Cache cache = cache();
        return new GatewayStart(cache, Tools.of(cache), loaded, progress).start();
      } catch (Cache.Unusable e) {
        throw new GatewayStarter.CannotStart(List.of(e.getMessage()));
      }
    };
  }

  @Override
  public FunctionChecker checker() {
    return (function, progress) -> deployer(null).check(function, progress);
  }

  @Override
  public ProgramRunner programs() {
    QuietLog.on();
    return (program, timeout) -> {
      Image image = deployer(null).imageForRun(program, Progress.SILENT);
      Engines engines = new Engines(tools(), KvmSettings.defaults().withShells(0));
      try (Engine engine = engines.open(Configuration.EngineChoice.AUTO, note -> System.err.println("mayfly: " + note))) {
        return ProgramRun.withStandardStreams(engine, image, program.wasm().getFileName().toString(), timeout);
      }
    };
  }

  /** @param engine null where nothing is booted */
  private static Deployer deployer(Engine engine) throws DeployException {
    try {
      Cache cache = cache();
      return new Deployer(engine, new Compiler(Tools.of(cache), cache, Compiler.Limits.DEFAULT), cache);
    } catch (Cache.Unusable e) {
      throw new DeployException(e.getMessage(), e);
    }
  }

  private static Tools tools() throws DeployException {
    try {
      return Tools.of(cache());
    } catch (Cache.Unusable e) {
      throw new DeployException(e.getMessage(), e);
    }
  }

  private static Cache cache() throws Cache.Unusable {
    return Cache.open(Cache.folder(System.getenv(), Path.of(System.getProperty("user.home"))), Cache.DEFAULT_LIMIT);
  }
}
