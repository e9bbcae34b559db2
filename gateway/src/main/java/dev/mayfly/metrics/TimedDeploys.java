package dev.mayfly.metrics;

import dev.mayfly.function.Progress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Tells how long each function's last deploy took, from its first stage to its last, and passes on what it hears. Thread-safe. */
final class TimedDeploys implements Progress {
  /** Takes a function and nanoseconds. */
  @FunctionalInterface
  interface Took {
    void nanos(String function, long nanos);
  }

  private final Progress next;
  private final LongSupplier nanoClock;
  private final Took took;
  private final ConcurrentHashMap<String, Long> begun = new ConcurrentHashMap<>();

  TimedDeploys(Progress next, LongSupplier nanoClock, Took took) {
    this.next = next;
    this.nanoClock = nanoClock;
    this.took = took;
  }

  @Override
  public void at(String function, Stage stage, long done, long total) {
    long now = nanoClock.getAsLong();
    long start = begun.computeIfAbsent(function, f -> now);
    if (stage == Stage.DEPLOYED) {
      begun.remove(function);
      took.nanos(function, now - start);
    }
    next.at(function, stage, done, total);
  }
}
