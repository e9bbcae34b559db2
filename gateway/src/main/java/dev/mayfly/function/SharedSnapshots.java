package dev.mayfly.function;

import dev.mayfly.vm.Snapshot;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Functions that come to the same snapshot share it: it is made once, also if they are deployed at the same time, and closed when the last of them
 * gives it back. Thread-safe. INVARIANT: a snapshot in the map has holders, or is being made.
 */
final class SharedSnapshots {
  private final Map<String, Shared> byKey = new HashMap<>();

  private static final class Shared {
    final CompletableFuture<Booter.Booted> made = new CompletableFuture<>();
    int holders;
  }

  /** Makes a snapshot. */
  @FunctionalInterface
  interface Maker {
    Booter.Booted make() throws DeployException, IOException;
  }

  /** The snapshot of this key, made now if nobody has it; to be given back once. */
  Booter.Booted take(String key, Maker maker) throws DeployException, IOException, InterruptedException {
    Shared shared;
    boolean mine;
    synchronized (this) {
      shared = byKey.computeIfAbsent(key, k -> new Shared());
      mine = shared.holders++ == 0;
    }
    boolean taken = false;
    try {
      if (mine) {
        make(shared, maker);
      }
      Booter.Booted booted = result(shared);
      taken = true;
      return booted;
    } finally {
      if (!taken) {
        leave(key, shared);
      }
    }
  }

  /** Gives back what {@link #take} gave. */
  void giveBack(Snapshot snapshot) {
    Map.Entry<String, Shared> held;
    synchronized (this) {
      held = byKey.entrySet().stream().filter(e -> isOf(e.getValue(), snapshot)).findFirst().orElse(null);
    }
    if (held != null) {
      leave(held.getKey(), held.getValue());
    }
  }

  private static boolean isOf(Shared shared, Snapshot snapshot) {
    return shared.made.isDone() && !shared.made.isCompletedExceptionally() && shared.made.join().snapshot() == snapshot;
  }

  private static void make(Shared shared, Maker maker) {
    try {
      shared.made.complete(maker.make());
    } catch (DeployException | IOException | RuntimeException | Error e) {
      shared.made.completeExceptionally(e);
    }
  }

  private static Booter.Booted result(Shared shared) throws DeployException, IOException, InterruptedException {
    try {
      return shared.made.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case DeployException d -> throw new DeployException(d.getMessage(), d);
        case IOException io -> throw io;
        case Error error -> throw error;
        case RuntimeException r -> throw r;
        default -> throw new AssertionError("makers throw nothing else", e);
      }
    }
  }

  private void leave(String key, Shared shared) {
    boolean last;
    synchronized (this) {
      last = --shared.holders == 0;
      if (last) {
        byKey.remove(key, shared);
      }
    }
    if (last && !shared.made.isCompletedExceptionally() && shared.made.isDone()) {
      shared.made.join().snapshot().close();
    }
  }
}
