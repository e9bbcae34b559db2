package dev.mayfly.cli;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Isolation;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** An engine whose machines do, run by run, what the test says. Keeps what happened. */
final class ScriptedEngine implements Engine {
  final List<String> happened = new CopyOnWriteArrayList<>();
  final List<Long> slices = new CopyOnWriteArrayList<>();
  final AtomicBoolean stopped = new AtomicBoolean();
  private final List<Function<Streams, Outcome>> runs;
  private final Boot.Failure failure;

  @SafeVarargs
  ScriptedEngine(Function<Streams, Outcome>... runs) {
    this(null, runs);
  }

  @SafeVarargs
  ScriptedEngine(Boot.Failure failure, Function<Streams, Outcome>... runs) {
    this.failure = failure;
    this.runs = new ArrayList<>(List.of(runs));
  }

  @Override
  public Isolation isolation() {
    return Isolation.KVM;
  }

  @Override
  public String fingerprint() {
    return "scripted";
  }

  @Override
  public Boot.Ready boot(Image image, Boot how, Streams log) throws Boot.Failure {
    happened.add("boot" + (how.atStart() ? " at start" : ""));
    if (failure != null) {
      throw failure;
    }
    return new Boot.Ready(new Snapshot() {
      @Override
      public Image image() {
        return image;
      }

      @Override
      public long copiedBytes() {
        return 0;
      }

      @Override
      public void write(Path file) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void close() {
        happened.add("snapshot closed");
      }
    }, 0, 0);
  }

  @Override
  public Snapshot read(Path file, Image image) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Vm restore(Snapshot snapshot) {
    return new Vm() {
      @Override
      public Outcome start(HandOver request, Streams streams, long sliceNanos) {
        return run("start", streams, sliceNanos);
      }

      @Override
      public Outcome resume(Streams streams, long sliceNanos) {
        return run("resume", streams, sliceNanos);
      }

      private Outcome run(String what, Streams streams, long sliceNanos) {
        happened.add(what);
        slices.add(sliceNanos);
        return runs.removeFirst().apply(streams);
      }

      @Override
      public void stop() {
        stopped.set(true);
      }

      @Override
      public boolean reset() {
        throw new UnsupportedOperationException();
      }

      @Override
      public long heldBytes() {
        return 0;
      }

      @Override
      public void close() {
        happened.add("machine closed");
      }
    };
  }

  @Override
  public boolean idle() {
    return false;
  }

  @Override
  public Shells shells() {
    return new Shells(0, 0, 0);
  }

  @Override
  public void close() {}
}
