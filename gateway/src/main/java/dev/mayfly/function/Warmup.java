package dev.mayfly.function;

import dev.mayfly.vm.Engine;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Isolation;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Vm;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a component the request that {@code warmup:} names, and takes the snapshot after it: caches are filled then, code that is made at run time is made. A
 * second such request shows that the snapshot still answers, which a component that takes one request for each instance does not. Blocks.
 */
final class Warmup {
  private static final long SLICE_NANOS = 5_000_000;

  private final Engine engine;
  private final String path;
  private final long limitNanos;

  /** @param limitNanos for each of the two requests */
  Warmup(Engine engine, String path, long limitNanos) {
    this.engine = engine;
    this.path = path;
    this.limitNanos = limitNanos;
  }

  /**
   * @param warmed a snapshot to be used instead of the one at the ready point; empty: that one stays
   * @param note what is to be said if it stays, else empty
   */
  record Result(Optional<Snapshot> warmed, String note) {}

  /** The snapshot given stays the caller's. */
  Result of(Snapshot ready) {
    if (engine.isolation() != Isolation.KVM) {
      return kept("the engine without KVM takes its snapshots at the ready point alone");
    }
    try (Vm vm = engine.restore(ready)) {
      String failed = request(vm);
      if (!failed.isEmpty()) {
        return kept("its answer to GET " + path + " was no success: " + failed);
      }
      Optional<Snapshot> warmed = vm.capture();
      return warmed.isPresent() ? proven(warmed.get()) : kept("its machine could not be kept");
    } catch (Engine.CannotStart e) {
      return kept(e.getMessage());
    }
  }

  private Result proven(Snapshot warmed) throws Engine.CannotStart {
    String failed = "no machine";
    try (Vm vm = engine.restore(warmed)) {
      failed = request(vm);
    } finally {
      if (!failed.isEmpty()) {
        warmed.close();
      }
    }
    return failed.isEmpty() ? new Result(Optional.of(warmed), "") : kept("after one request it answers no other (" + failed + ")");
  }

  private static Result kept(String why) {
    return new Result(Optional.empty(), "Its warmup: is left out, and its snapshot taken at the ready point: " + why);
  }

  /** What went wrong, or nothing. */
  private String request(Vm vm) {
    WarmupStreams streams = new WarmupStreams();
    long end = System.nanoTime() + limitNanos;
    Outcome outcome = vm.start(HandOver.http(List.of("GET", "http", "localhost", path), List.of("host", "localhost")), streams, SLICE_NANOS);
    while (outcome instanceof Outcome.Sliced || outcome instanceof Outcome.Waiting) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return "none came within " + limitNanos / 1_000_000 + " ms";
      }
      if (outcome instanceof Outcome.Waiting waiting && !(waiting.forInput() && streams.ready())) {
        LockSupport.parkNanos(Math.min(left, waiting.nanos()));
      }
      outcome = vm.resume(streams, SLICE_NANOS);
    }
    return switch (outcome) {
      case Outcome.Exited e when streams.status() == 0 -> "there was none";
      case Outcome.Exited e -> streams.status() < 400 ? "" : "status " + streams.status();
      case Outcome.Trapped trapped -> trapped.message();
      case Outcome.Broken broken -> broken.reason();
      default -> outcome.toString();
    };
  }
}
