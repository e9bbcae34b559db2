package dev.mayfly.pool;

import dev.mayfly.pool.Result.Verdict;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import java.util.List;

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
 *
 * Several runs may go into the machine together ({@link Entry}): the first is QUEUED, the others FOLLOWING until the program comes to them or they are given back. Then
 * <ol start="8">
 *   <li>stop of one while the first is INSIDE: which one the program is at is known only when it is out, so the slice is ended, not the machine; at its end the cause of the one that it is at is seen. A kick
 *       that comes just before the entry is lost, and the slice ends by itself;
 *   <li>stop of one that is FOLLOWING: if the program comes to it, as before; if it is given back, whoever runs it next knows of the stop.
 * </ol>
 */
final class Run {
  /** How a run ended. */
  record End(Outcome outcome, Verdict stopped, boolean spoiled, long cpuNanos) {}

  /** Hears of the end, on the machine's thread. */
  interface Listener {
    void ended(End end);

    /** It followed in another's entry, and was given back before it began: it may be run elsewhere. {@link #ended} does not come. */
    default void givenBack() {}
  }

  /** The machine's thread. */
  interface Lane {
    /** @param takesLong the program has used up a slice, and is likely to use up another */
    void submit(Runnable step, boolean takesLong);

    /**
     * Submits the next slice of a program that has used one up.
     *
     * @param giveWay ends it early, for another function's sake; from any thread, at any time
     */
    default void submitSlice(Runnable step, Runnable giveWay) {
      submit(step, true);
    }
  }

  private enum State { QUEUED, FOLLOWING, INSIDE, PARKED, ENDED }

  /** The longest run before others get their turn. */
  static final long SLICE_NANOS = 5_000_000;
  /** The same for an entry of several requests, whose first ones' answers are seen when it ends. */
  private static final long ENTRY_NANOS = 1_000_000;
  /** A shorter sleep is not worth giving memory back for. */
  private static final long LONG_SLEEP_NANOS = 1_000_000;
  /** After how much waiting for someone else memory is given back. */
  private static final long REST_AFTER_NANOS = 10_000_000;

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
  private boolean atRest = true;
  /** What it goes, or went, into the machine with; null: alone. Set before the first step. */
  private Entry entry;
  /** Under the lock, like all below. */
  private State state = State.QUEUED;
  private Verdict cause;
  private boolean kicked;
  private int waits;
  private Runnable alarm = () -> {};
  private Runnable restAlarm = () -> {};
  private boolean waitsForInput;
  private boolean due;
  /** The lease counts what the machine holds, not its limit; and it has asked to count the limit again. */
  private boolean resting;
  private boolean waking;

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
    begin(List.of());
  }

  /** @param followers go into the machine with it, and begin one after the other, or are given back; none has begun */
  void begin(List<Run> followers) {
    if (!followers.isEmpty()) {
      Entry several = new Entry(this, followers);
      entry = several;
      followers.forEach(follower -> follower.follow(several));
    }
    thread.submit(this::step, false);
  }

  private synchronized void follow(Entry several) {
    entry = several;
    state = State.FOLLOWING;
  }

  /** Ends the run; the first cause stands. From any thread, at any time. */
  synchronized void stop(Verdict why) {
    if (state == State.ENDED || cause != null) {
      return;
    }
    cause = why;
    if (state == State.INSIDE && entry == null) {
      kicked = true;
      vm.stop();
    } else if (state == State.INSIDE) {
      vm.giveWay();
    }
    wake(waits);
  }

  /** Under the lock, so that it cannot hit the machine's next request. */
  private synchronized void giveWay() {
    if (state == State.INSIDE) {
      vm.giveWay();
    }
  }

  private void step() {
    if (!enter()) {
      if (entry != null) {
        entry.giveBack();
      }
      end(new Outcome.Stopped());
      return;
    }
    long before = System.nanoTime();
    Outcome outcome = go();
    Run at = this;
    if (entry != null) {
      entry.giveBack();
      at = entry.current();
    }
    at.left(outcome, System.nanoTime() - before);
  }

  private Outcome go() {
    long slice = Math.max(1, Math.min(SLICE_NANOS, cpuLimit - cpuNanos));
    try {
      if (started) {
        return vm.resume(entry == null ? streams : entry, slice);
      }
      started = true;
      return entry == null ? vm.start(request, streams, slice) : vm.start(request, entry.followers(), entry, Math.min(ENTRY_NANOS, slice));
    } catch (RuntimeException e) {
      return new Outcome.Broken("the engine failed: " + e);
    }
  }

  /** The machine has left, while it was at this request. */
  private void left(Outcome outcome, long nanos) {
    cpuNanos += nanos;
    atRest = outcome instanceof Outcome.Waiting || outcome instanceof Outcome.Exited;
    switch (outcome) {
      case Outcome.Sliced sliced -> sliced();
      case Outcome.Waiting waiting -> park(waiting);
      default -> end(outcome);
    }
  }

  // What its entry tells, on the machine's thread.

  /** The program has answered it, and goes on with one that followed. */
  void isAnswered() {
    end(new Outcome.Exited(0));
  }

  /** The program is at it now. */
  synchronized void takeUp() {
    started = true;
    state = State.INSIDE;
  }

  /** It is not in the machine any more, and has not begun. */
  void giveBack() {
    synchronized (this) {
      state = State.ENDED;
    }
    listener.givenBack();
  }

  HandOver request() {
    return request;
  }

  Streams streams() {
    return streams;
  }

  private synchronized boolean enter() {
    if (cause != null) {
      return false;
    }
    state = State.INSIDE;
    return true;
  }

  private void sliced() {
    boolean over;
    synchronized (this) {
      state = State.QUEUED;
      if (cause == null && cpuNanos >= cpuLimit) {
        cause = Verdict.CPU_EXCEEDED;
      }
      over = cause != null;
    }
    if (over) {
      end(new Outcome.Stopped());
      return;
    }
    thread.submitSlice(this::step, this::giveWay);
  }

  /**
   * A wait is over when its time is over or, if it is for input, when there is some (a command's is all there, so it never waits for any); and in any
   * case not before the client has taken what was written.
   */
  private void park(Outcome.Waiting waiting) {
    boolean forInput = waiting.forInput();
    boolean sleeps = !forInput && waiting.nanos() >= LONG_SLEEP_NANOS;
    if (sleeps) {
      lease.rest(Math.min(vm.heldBytes(), runningBytes));
    }
    synchronized (this) {
      state = State.PARKED;
      int number = ++waits;
      waitsForInput = forInput;
      due = waiting.nanos() <= 0;
      resting = sleeps;
      waking = false;
      if (cause != null || over()) {
        wake(number);
        return;
      }
      if (!due && waiting.nanos() < Long.MAX_VALUE) {
        alarm = timer.after(waiting.nanos(), () -> due(number));
      }
      if (due || !sleeps && waiting.nanos() >= REST_AFTER_NANOS) {
        restAlarm = timer.after(REST_AFTER_NANOS, () -> thread.submit(() -> rest(number), false));
      }
    }
  }

  /** Under the lock. */
  private boolean over() {
    return !streams.paused() && (due || waitsForInput && streams.ready());
  }

  private synchronized void due(int wait) {
    if (state == State.PARKED && wait == waits) {
      due = true;
      nudge();
    }
  }

  /** Something that the program waits for may be there: input, or room for output. From any thread, at any time. */
  synchronized void nudge() {
    if (state != State.PARKED || waking || !over()) {
      return;
    }
    int wait = waits;
    if (resting) {
      waking = true;
      lease.wake(runningBytes, () -> wake(wait)); // under the lock, so that a machine that is gone meanwhile takes no memory
    } else {
      wake(wait);
    }
  }

  /** On the machine's thread, where nothing else happens to the machine. A wait that lasts gives memory back; one for a client rarely does. */
  private void rest(int wait) {
    synchronized (this) {
      if (state != State.PARKED || wait != waits) {
        return;
      }
    }
    long held = Math.min(vm.heldBytes(), runningBytes);
    synchronized (this) {
      if (state == State.PARKED && wait == waits && !resting) {
        resting = true;
        lease.rest(held);
      }
    }
  }

  private synchronized void wake(int wait) {
    if (state == State.PARKED && wait == waits) {
      state = State.QUEUED;
      alarm.run();
      restAlarm.run();
      thread.submit(this::step, false);
    }
  }

  /** Whether the program has ended, has not begun, or waits: then the machine can be reset. On the machine's thread. */
  boolean atRest() {
    return atRest;
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
