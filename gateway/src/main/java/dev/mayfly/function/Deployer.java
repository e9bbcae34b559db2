package dev.mayfly.function;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Handler;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Image;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes functions of what a configuration says. Errors are for the function's owner and begin with the Wasm file's name. Thread-safe; everything
 * blocks, for as long as compiling and booting take, and can be interrupted while it compiles.
 */
public final class Deployer {
  private final Compiler compiler;
  private final Images images;
  private final Booter booter;
  private final SharedSnapshots snapshots = new SharedSnapshots();

  public Deployer(Engine engine, Compiler compiler, Cache cache) {
    this.compiler = compiler;
    images = new Images(cache);
    booter = new Booter(engine, cache);
  }

  /** Everything that booting needs. */
  private record Prepared(Configuration.Function function, Compiled code, ImageSettings settings, FileTree tree) {}

  /**
   * Makes a function that can be called. What it holds is given back with {@link #retire}, not by closing its snapshot: functions of the same
   * image share it.
   */
  public Deployed deploy(Configuration.Function function, Progress progress) throws DeployException, InterruptedException {
    progress.at(function.name(), Progress.Stage.COMPILING, 0, 1);
    return named(function.wasm(), () -> {
      Prepared prepared = prepare(function, progress);
      Configuration.Function decided = prepared.function;
      progress.at(function.name(), Progress.Stage.BOOTING, 0, 1);
      Image image = images.image(prepared.code, prepared.settings, prepared.tree);
      String key = booter.key(image, decided);
      Booter.Booted booted = snapshots.take(key, () -> booter.boot(key, image, decided, prepared.code.go()));
      progress.at(function.name(), Progress.Stage.DEPLOYED, 1, 1);
      List<String> notes = new ArrayList<>(prepared.tree.notes());
      notes.addAll(booted.notes());
      return new Deployed(decided, booted.snapshot(), List.copyOf(notes));
    });
  }

  /** Gives back what a function holds; its machines are closed before. Once for each {@link #deploy}. */
  public void retire(Deployed deployed) {
    snapshots.giveBack(deployed.snapshot());
  }

  /** Finds out what can be found out without booting: compiles, reads the function's files, compares with its limits. */
  public void check(Configuration.Function function, Progress progress) throws DeployException, InterruptedException {
    named(function.wasm(), () -> {
      Prepared prepared = prepare(function, progress);
      return ImageLayout.of(prepared.code.bytes(), prepared.settings, prepared.tree);
    });
  }

  /** The image of a command that is run once ({@code mayfly run}): no {@code /request}, its arguments as they are. To be booted at its start. */
  public Image imageForRun(Configuration.Function program, Progress progress) throws DeployException, InterruptedException {
    return named(program.wasm(), () -> {
      Compiled code = compile(program.wasm(), program.name(), progress);
      Kind kind = Kind.of(code.kind());
      if (kind == Kind.HTTP) {
        throw new DeployException("is a component that serves HTTP, not a command; serve it with: mayfly up " + program.wasm().getFileName());
      }
      CommandRules.memory(code, program.memory());
      FileTree tree = TreeReader.read(preopens(program), TreeReader.Limits.DEFAULT);
      List<String> arguments = CommandRules.arguments(program.wasm().getFileName().toString(), program.args());
      return images.image(code, new ImageSettings(arguments, program.env(), 0, program.memory(), kind, program.variables()), tree);
    });
  }

  private Prepared prepare(Configuration.Function function, Progress progress) throws DeployException, IOException, InterruptedException {
    Compiled code = compile(function.wasm(), function.name(), progress);
    Kind kind = Kind.of(code.kind());
    boolean http = kind == Kind.HTTP;
    if (!http) {
      CommandRules.fresh(function.fresh());
    }
    CommandRules.memory(code, function.memory());
    Handler handler = http ? ComponentRules.handler(function) : CommandRules.handler(function);
    ImageSettings settings = http ? ComponentRules.settings(function) : CommandRules.settings(function, handler, kind);
    FileTree tree = TreeReader.read(preopens(function), TreeReader.Limits.DEFAULT);
    return new Prepared(CommandRules.decided(function, handler), code, settings, tree);
  }

  private Compiled compile(Path wasm, String name, Progress progress) throws DeployException, IOException, InterruptedException {
    return compiler.compile(wasm, (done, total) -> progress.at(name, Progress.Stage.COMPILING, done, total));
  }

  private static List<Preopen> preopens(Configuration.Function function) {
    return function.preopens().stream()
        .map(guest -> {
          boolean writable = function.scratch().containsKey(guest);
          return new Preopen(guest, writable ? function.scratch().get(guest) : function.files().get(guest), writable);
        })
        .toList();
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws DeployException, IOException, InterruptedException;
  }

  /** Whatever goes wrong is told with the file's name in front. */
  private static <T> T named(Path wasm, Work<T> work) throws DeployException, InterruptedException {
    try {
      return work.run();
    } catch (DeployException e) {
      throw new DeployException(wasm.getFileName() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      String file = e instanceof FileSystemException f ? f.getFile() + ": " : "";
      throw new DeployException(wasm.getFileName() + ": " + file + HostFile.reason(e), e);
    }
  }
}
