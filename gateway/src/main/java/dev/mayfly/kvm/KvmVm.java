package dev.mayfly.kvm;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A function's machine. As {@link Vm} says, everything but {@link #stop} on one thread; the engine's own {@link #close} may come from another, and
 * then takes effect when the thread has come out.
 */
final class KvmVm implements Vm {
  /** Of the kernel, for a VM with its vCPU (measured: 0.6 to 1.2 MiB), and its small image's. */
  private static final long KERNEL_BYTES = (1L << 20) + Warmth.SMALL_IMAGE;

  private enum Use {
    IDLE,
    BUSY,
    /** Busy, and to be closed after it. */
    LEAVING,
    CLOSED
  }

  private enum Stage {
    READY,
    /** As READY, but with what earlier requests left. */
    KEPT,
    /** In a run, between two entries; where {@code waiting} says whether the guest waits. */
    RUNNING,
    ENDED,
    /** To be discarded. */
    LOST
  }

  private final KvmEngine engine;
  private final Shell shell;
  private final KvmSnapshot snapshot;
  private final AtomicReference<Use> use = new AtomicReference<>(Use.IDLE);
  private Stage stage = Stage.READY;
  /** It has had no run. */
  private boolean fresh = true;
  private boolean waiting;
  private boolean waitsForInput;
  /** Whether {@code held} counts what the last run took; and the dirty pages that it was counted with. */
  private boolean heldIsKnown;
  private int heldPages = -1;
  private long held;
  private long putBack;

  /** Takes over the shell, with the snapshot in it, and one count of the snapshot. */
  KvmVm(KvmEngine engine, Shell shell, KvmSnapshot snapshot) {
    this.engine = engine;
    this.shell = shell;
    this.snapshot = snapshot;
  }

  @Override
  public Outcome start(HandOver request, Streams streams, long sliceNanos) {
    return start(request, List.of(), streams, sliceNanos);
  }

  @Override
  public Outcome start(HandOver request, List<HandOver> followers, Streams streams, long sliceNanos) {
    if (!begin()) {
      return new Outcome.Broken("the machine is closed");
    }
    try {
      require(stage == Stage.READY || stage == Stage.KEPT, "a machine is started once, then reset");
      begun();
      shell.exchange().request(request, followers, streams, engine.wallNanos(), engine.tscHz(), engine.entropy());
      Outcome outcome = run(streams, System.nanoTime() + sliceNanos);
      if (fresh) {
        fresh = false;
        engine.ran();
      }
      return outcome;
    } finally {
      end();
    }
  }

  @Override
  public Outcome resume(Streams streams, long sliceNanos) {
    if (!begin()) {
      return new Outcome.Broken("the machine is closed");
    }
    try {
      require(stage == Stage.RUNNING, "only a run that waits or was sliced goes on");
      boolean wasWaiting = waiting;
      begun();
      if (wasWaiting) {
        shell.exchange().resume(streams, waitsForInput, engine.wallNanos());
      }
      return run(streams, System.nanoTime() + sliceNanos);
    } finally {
      end();
    }
  }

  /** Lost until the outcome says better, so that a hand-over or streams that throw leave no machine that could go on. */
  private void begun() {
    stage = Stage.LOST;
    waiting = false;
    heldIsKnown = false;
  }

  private static void require(boolean ok, String rule) {
    if (!ok) {
      throw new IllegalStateException(rule);
    }
  }

  private Outcome run(Streams streams, long end) {
    Outcome outcome;
    do {
      outcome = switch (shell.enter(end)) {
        case OUT -> left(shell.exchange().leave(streams), streams);
        case SLICE -> sliced(streams);
        case STOP -> new Outcome.Stopped();
        case LOST -> new Outcome.Broken(shell.lost());
      };
    } while (outcome == null);
    stage = switch (outcome) {
      case Outcome.Waiting w -> Stage.RUNNING;
      case Outcome.Sliced s -> Stage.RUNNING;
      case Outcome.Exited e -> Stage.ENDED;
      case Outcome.Trapped t -> Stage.LOST;
      case Outcome.Stopped s -> Stage.LOST;
      case Outcome.Broken b -> Stage.LOST;
    };
    return outcome;
  }

  /** The guest is in the midst of something, perhaps for long: what it has published goes on its way. */
  private Outcome sliced(Streams streams) {
    Exchange.Exit failed = shell.exchange().drain(streams);
    streams.handOn();
    return failed == null ? new Outcome.Sliced() : left(failed, streams);
  }

  /** What an exit comes to; null: enter again. */
  private Outcome left(Exchange.Exit exit, Streams streams) {
    return switch (exit) {
      case Exchange.Exit.Answer a -> a.trapped() ? new Outcome.Trapped(a.message()) : new Outcome.Exited(a.status());
      case Exchange.Exit.Wait w -> {
        waiting = true;
        waitsForInput = w.forInput();
        streams.handOn();
        yield new Outcome.Waiting(w.nanos(), w.forInput());
      }
      case Exchange.Exit.Output o -> {
        streams.handOn();
        if (streams.paused()) {
          waiting = true;
          waitsForInput = o.takesInput();
          yield new Outcome.Waiting(0, true);
        }
        shell.exchange().resume(streams, o.takesInput(), engine.wallNanos());
        yield null;
      }
      case Exchange.Exit.Grow g -> {
        engine.grow(shell, snapshot.image());
        shell.exchange().resume(streams, false, engine.wallNanos());
        yield null;
      }
      case Exchange.Exit.Refused r -> new Outcome.Stopped();
      case Exchange.Exit.Failed f -> new Outcome.Broken("the guest failed after its ready point: " + f.message());
      case Exchange.Exit.Ready r -> new Outcome.Broken("the guest left with READY during a request");
      case Exchange.Exit.Done d -> new Outcome.Broken("the guest left with DONE during a request");
      case Exchange.Exit.Broken b -> new Outcome.Broken(b.reason());
    };
  }

  /** Whether a thread is about to be in the guest, or is; for tests, which otherwise could not know when to stop it. */
  boolean inGuest() {
    return shell.isInside();
  }

  /** For tests, between two runs. */
  MachineMemory memory() {
    return shell.memory();
  }

  @Override
  public void stop() {
    shell.stop();
  }

  @Override
  public void giveWay() {
    shell.giveWay();
  }

  @Override
  public boolean reset() {
    if (!begin()) {
      return false;
    }
    try {
      shell.dropStop();
      putBack = 0;
      if (stage == Stage.READY) {
        return true;
      }
      putBack = stage == Stage.LOST ? -1 : engine.reset(shell, snapshot);
      boolean clean = putBack >= 0;
      stage = clean ? Stage.READY : Stage.LOST;
      waiting = false;
      heldIsKnown = clean && shell.memory().dirtyPages() == heldPages; // as of the logs that the reset has read
      return clean;
    } catch (SyscallException e) {
      engine.failed("reset", e);
      stage = Stage.LOST;
      return false;
    } finally {
      end();
    }
  }

  @Override
  public long pagesPutBack() {
    return Math.max(0, putBack);
  }

  @Override
  public boolean keep() {
    if (!begin()) {
      return false;
    }
    try {
      if (stage != Stage.ENDED) {
        return false;
      }
      stage = Stage.KEPT;
      return true;
    } finally {
      end();
    }
  }

  @Override
  public Optional<Snapshot> capture() {
    if (!begin()) {
      return Optional.empty();
    }
    try {
      return stage == Stage.ENDED ? Optional.of(engine.snapshot(shell, snapshot.image())) : Optional.empty();
    } catch (Boot.Failure | SyscallException e) {
      return Optional.empty();
    } finally {
      end();
    }
  }

  @Override
  public long heldBytes() {
    if (!heldIsKnown && begin()) {
      try {
        shell.memory().readLogs();
        int pages = shell.memory().dirtyPages();
        if (pages != heldPages) { // the page map is asked only when a run has touched what none before it had
          held = engine.heldBytes(shell) + KERNEL_BYTES;
          heldPages = pages;
        }
        heldIsKnown = true;
      } finally {
        end();
      }
    }
    return held;
  }

  /** Nobody else may close the shell from here to {@link #end}. */
  private boolean begin() {
    return use.compareAndSet(Use.IDLE, Use.BUSY);
  }

  private void end() {
    if (!use.compareAndSet(Use.BUSY, Use.IDLE)) {
      use.set(Use.CLOSED); // it was LEAVING, and nothing leaves that but this
      engine.retire(this, shell, snapshot);
    }
  }

  @Override
  public void close() {
    while (true) {
      if (use.compareAndSet(Use.IDLE, Use.CLOSED)) {
        engine.retire(this, shell, snapshot);
        return;
      }
      if (use.compareAndSet(Use.BUSY, Use.LEAVING)) {
        shell.stop();
        return;
      }
      if (use.get() == Use.LEAVING || use.get() == Use.CLOSED) {
        return;
      }
    }
  }
}
