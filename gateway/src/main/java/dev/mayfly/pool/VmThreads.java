package dev.mayfly.pool;

import dev.mayfly.vm.Engine;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * The threads that all machines of the gateway run on, and the one timer that wakes sleeping machines. Its waits are exact to about 0.1 ms (a hashed
 * wheel of 1 ms would make a program that sleeps 50 us wait twenty times as long). Thread-safe.
 */
public final class VmThreads implements AutoCloseable {
  private final List<VmThread> threads;
  private final ScheduledThreadPoolExecutor timer;
  private final Timer deadlines;

  /** As many threads as there are cores, but two at least, so that one spinning machine does not hold up all others for its slice. */
  public VmThreads(Engine engine) {
    this(engine, Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  VmThreads(Engine engine, int count) {
    AtomicBoolean looking = new AtomicBoolean();
    threads = IntStream.range(0, count).mapToObj(n -> new VmThread(n, engine, looking)).toList();
    timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("mayfly-timer").daemon(true).factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    deadlines = new LazyTimer(timer(), System::nanoTime);
    threads.forEach(VmThread::begin);
  }

  /** For a new machine: the thread with the least to do; among equals the one with the fewest machines. */
  VmThread leastLoaded() {
    VmThread best = threads.getFirst();
    for (VmThread thread : threads) {
      int difference = Integer.compare(thread.load(), best.load());
      if (difference < 0 || difference == 0 && thread.machines() < best.machines()) {
        best = thread;
      }
    }
    return best;
  }

  /** Calls back on the timer's thread; the callback must be short. */
  Timer timer() {
    return (nanos, callback) -> {
      var task = timer.schedule(callback, nanos, TimeUnit.NANOSECONDS);
      return () -> task.cancel(false);
    };
  }

  /** The same, for what is seldom reached and mostly cancelled. */
  Timer deadlines() {
    return deadlines;
  }

  /** For callbacks that must not run on the caller's stack. */
  public void execute(Runnable callback) {
    timer.execute(callback);
  }

  /** Lets the threads finish what is queued, a few seconds at most. After the pools have stopped; twice is fine. */
  @Override
  public void close() {
    timer.shutdownNow();
    threads.forEach(VmThread::close);
    try {
      for (VmThread thread : threads) {
        thread.awaitEnd(5_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
