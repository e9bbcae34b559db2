package dev.mayfly.pool;

import dev.mayfly.pool.Result.Verdict;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;

/**
 * One request in one machine, from its hand-over to its end. Its steps happen on the machine's thread; {@link #stop} comes from any thread.
 *
 * <pre>
 *             begin                    step: Sliced
 *   (new) ───────────▶ QUEUED ◀───────────────────────────┐
 *                       │  ▲                              │
 *                  step │  └── wake: alarm, memory, stop  │
 *                       ▼                │                │
 *                     INSIDE ────────▶ PARKED             │
 *                       │ │    Waiting                    │
 *                       │ └───────────────────────────────┘
 *                       ▼ any other outcome, or stopped
 *                     ENDED  (the listener hears, once)
 * </pre>
 *
 * In QUEUED exactly one step is on its way to the thread; in PARKED none is, and no thread is held. Where two meet:
 * <ol>
 *   <li>stop before the first step, or between two: the step sees the cause and ends the run without entering the machine;
 *   <li>stop while INSIDE: the machine is kicked, under the lock, so that the kick cannot hit the machine's next request;
 *   <li>stop while INSIDE, but the program ended just before the kick: the program's own end stands; the machine keeps a kick that nobody took, so it is
 *       {@code spoiled} and not used again;
 *   <li>stop while PARKED: the run is queued, and its step ends it;
 *   <li>stop after the end: nothing, the machine may be serving another request;
 *   <li>alarm, memory and stop at the same time: the first takes the run out of PARKED and submits the step; the others find it QUEUED;
 *   <li>an alarm of an earlier wait that fires late: it carries the number of its wait, which is not the present one.
 * </ol>
 */
final class Run {
  /** How a run ended. */
  record End(Outcome outcome, Verdict stopped, boolean spoiled, long cpuNanos) {}

  /** Hears of the end, on the machine's thread. */
  interface Listener {
    void ended(End end);
  }

  /** The machine's thread. */
  interface Lane {
    /** @param takesLong the program has used up a slice, and is likely to use up another */
    void submit(Runnable step, boolean takesLong);
  }

  private enum State { QUEUED, INSIDE, PARKED, ENDED }

  /** The longest run before others get their turn. */
  static final long SLICE_NANOS = 5_000_000;
  /** A shorter sleep is not worth giving memory back for. */
  private static final long LONG_SLEEP_NANOS = 1_000_000;

  private final Vm vm;
  private final Lane thread;
  private final Timer timer;
  private final MemoryBudget.Lease lease;
  private final HandOver request;
  private final Streams streams;
  private final long cpuLimit;
  private final Listener listener;
  private final long runningBytes;
  /** Machine's thread only. */
  private long cpuNanos;
  private boolean started;
  /** Under the lock, like all below. */
  private State state = State.QUEUED;
  private Verdict cause;
  private boolean kicked;
  private int waits;
  private Runnable alarm = () -> {};

  Run(Vm vm, Lane thread, Timer timer, MemoryBudget.Lease lease, HandOver request, Streams streams, long cpuLimit, Listener listener) {
    this.vm = vm;
    this.thread = thread;
    this.timer = timer;
    this.lease = lease;
    this.request = request;
    this.streams = streams;
    this.cpuLimit = cpuLimit;
    this.listener = listener;
    this.runningBytes = lease.bytes();
  }

  void begin() {
    thread.submit(this::step, false);
  }

  /** Ends the run; the first cause stands. From any thread, at any time. */
  synchronized void stop(Verdict why) {
    if (state == State.ENDED || cause != null) {
      return;
    }
    cause = why;
    if (state == State.INSIDE) {
      kicked = true;
      vm.stop();
    }
    wake(waits);
  }

  private void step() {
    if (!enter()) {
      end(new Outcome.Stopped());
      return;
    }
    long before = System.nanoTime();
    Outcome outcome = go(Math.max(1, Math.min(SLICE_NANOS, cpuLimit - cpuNanos)));
    cpuNanos += System.nanoTime() - before;
    switch (outcome) {
      case Outcome.Sliced sliced -> sliced();
      case Outcome.Waiting waiting -> park(waiting);
      default -> end(outcome);
    }
  }

  private Outcome go(long slice) {
    try {
      if (started) {
        return vm.resume(streams, slice);
      }
      started = true;
      return vm.start(request, streams, slice);
    } catch (RuntimeException e) {
      return new Outcome.Broken("the engine failed: " + e);
    }
  }

  private synchronized boolean enter() {
    if (cause != null) {
      return false;
    }
    state = State.INSIDE;
    return true;
  }

  private void sliced() {
    synchronized (this) {
      state = State.QUEUED;
      if (cause == null && cpuNanos >= cpuLimit) {
        cause = Verdict.CPU_EXCEEDED;
      }
    }
    thread.submit(this::step, true);
  }

  /** A command's input is all there, so a program that waits for some goes on at once. */
  private void park(Outcome.Waiting waiting) {
    long nanos = waiting.forInput() ? 0 : waiting.nanos();
    boolean sleeps = nanos >= LONG_SLEEP_NANOS;
    if (sleeps) {
      lease.rest(Math.min(vm.heldBytes(), runningBytes));
    }
    synchronized (this) {
      state = State.PARKED;
      int number = ++waits;
      if (cause != null || nanos <= 0) {
        wake(number);
      } else if (nanos < Long.MAX_VALUE) {
        alarm = timer.after(nanos, sleeps ? () -> wakeWithMemory(number) : () -> wake(number));
      }
    }
  }

  private synchronized void wake(int wait) {
    if (state == State.PARKED && wait == waits) {
      state = State.QUEUED;
      alarm.run();
      thread.submit(this::step, false);
    }
  }

  /** Under the lock, so that a machine that is gone meanwhile takes no memory. */
  private synchronized void wakeWithMemory(int wait) {
    if (state == State.PARKED && wait == waits) {
      lease.wake(runningBytes, () -> wake(wait));
    }
  }

  private void end(Outcome outcome) {
    Verdict stopped;
    boolean spoiled;
    synchronized (this) {
      state = State.ENDED;
      stopped = cause;
      spoiled = kicked;
    }
    listener.ended(new End(outcome, stopped, spoiled, cpuNanos));
  }
}
