package dev.mayfly.cli;

import dev.mayfly.config.TimeSpan;
import dev.mayfly.function.DeployException;
import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Vm;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** One run of one program in a machine, from its first instruction to its end. {@link #run} belongs to one thread, {@link #stop} to any. */
public final class ProgramRun {
  /** As GNU timeout has it. */
  static final int TIMED_OUT = 124;
  /** As a shell has it after SIGINT, SIGABRT (what a trap would be in a native program) and SIGPIPE. */
  static final int INTERRUPTED = 130;
  static final int TRAPPED = 134;
  static final int OUTPUT_REFUSED = 141;
  static final int FAILED = 1;

  private static final long LONGEST_SLICE = TimeUnit.HOURS.toNanos(1);
  /** Up to the first instruction nothing of the program runs. */
  private static final long BOOT_LIMIT = TimeUnit.SECONDS.toNanos(30);
  private static final long END_WAIT = 2;

  private final Engine engine;
  private final StandardStreams streams;
  private final PrintStream messages;
  private final LongSupplier nanoClock;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile Vm machine;

  ProgramRun(Engine engine, StandardStreams streams, PrintStream messages, LongSupplier nanoClock) {
    this.engine = engine;
    this.streams = streams;
    this.messages = messages;
    this.nanoClock = nanoClock;
  }

  /**
   * Runs an image with this process's streams, and stops it when the process is told to end (SIGINT, SIGTERM).
   *
   * @param name of the program, for messages
   */
  public static int withStandardStreams(Engine engine, Image image, String name, Optional<Duration> timeout)
      throws DeployException, Engine.CannotStart, InterruptedException {
    // Not System.out: a PrintStream keeps its errors to itself.
    boolean[] terminal = {StandardStreams.isTerminal(0), StandardStreams.isTerminal(1), StandardStreams.isTerminal(2)};
    StandardStreams streams = new StandardStreams(new java.io.FileInputStream(java.io.FileDescriptor.in),
        new java.io.FileOutputStream(java.io.FileDescriptor.out), new java.io.FileOutputStream(java.io.FileDescriptor.err), n -> terminal[n]);
    ProgramRun run = new ProgramRun(engine, streams, System.err, System::nanoTime);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(run::stop));
    return run.run(image, name, timeout);
  }

  /** Runs to the end, and says on {@code messages} why, if it is not the program's own. */
  int run(Image image, String name, Optional<Duration> timeout) throws DeployException, Engine.CannotStart, InterruptedException {
    try (Snapshot snapshot = engine.boot(image, new Boot(true, 0, BOOT_LIMIT), streams).snapshot();
        Vm vm = engine.restore(snapshot)) {
      machine = vm;
      if (stopped) {
        vm.stop();
      }
      long deadline = timeout.map(t -> nanoClock.getAsLong() + t.toNanos()).orElse(Long.MAX_VALUE);
      return ending(toTheEnd(vm, timeout.isPresent(), deadline), name, timeout);
    } catch (Boot.Failure e) {
      if (e.kind() == Boot.Failure.Kind.TRAPPED) {
        return ending(new Outcome.Trapped(e.getMessage()), name, timeout);
      }
      throw new DeployException(name + ": " + e.getMessage(), e);
    } finally {
      ended.countDown();
    }
  }

  /** Ends the run, and waits until its machine is closed, for two seconds at most. */
  public void stop() {
    stopped = true;
    Vm vm = machine;
    if (vm != null) {
      vm.stop();
    }
    streams.wake();
    try {
      boolean _ = vm == null || ended.await(END_WAIT, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs until the program ends, is stopped, or is still waiting or running at the deadline. */
  private Outcome toTheEnd(Vm vm, boolean limited, long deadline) throws InterruptedException {
    Outcome outcome = vm.start(HandOver.EMPTY, streams, slice(limited, deadline));
    while (outcome instanceof Outcome.Waiting || outcome instanceof Outcome.Sliced) {
      if (outcome instanceof Outcome.Waiting(long nanos, boolean forInput)) {
        streams.await(Math.min(nanos, left(limited, deadline)), forInput);
      }
      if (stopped || left(limited, deadline) <= 0) {
        return outcome;
      }
      outcome = vm.resume(streams, slice(limited, deadline));
    }
    return outcome;
  }

  private long left(boolean limited, long deadline) {
    return limited ? deadline - nanoClock.getAsLong() : Long.MAX_VALUE;
  }

  private long slice(boolean limited, long deadline) {
    return Math.clamp(left(limited, deadline), 1, LONGEST_SLICE);
  }

  private int ending(Outcome outcome, String name, Optional<Duration> timeout) {
    return switch (outcome) {
      case Outcome.Exited(int status) -> status;
      case Outcome.Trapped(String message) -> say(TRAPPED, name + ": trapped: " + message);
      case Outcome.Broken(String reason) -> say(FAILED, name + ": its machine failed: " + reason);
      case Outcome.Stopped _ when streams.refused() && !stopped -> streams.failure().isEmpty() ? OUTPUT_REFUSED
          : say(FAILED, name + ": its output cannot be written: " + streams.failure());
      case Outcome.Stopped _ -> INTERRUPTED;
      case Outcome.Waiting _, Outcome.Sliced _ -> stopped || timeout.isEmpty() ? INTERRUPTED
          : say(TIMED_OUT, name + ": stopped after its time-out of " + TimeSpan.format(timeout.get()));
    };
  }

  private int say(int status, String message) {
    messages.println("mayfly: " + message);
    messages.flush();
    return status;
  }
}
