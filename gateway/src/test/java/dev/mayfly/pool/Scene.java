package dev.mayfly.pool;

import dev.mayfly.pool.Admission.Limits;
import dev.mayfly.pool.Result.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** An admission, a clock that the test moves, and what was decided so far; the invariant is checked after each event. */
final class Scene implements MemoryBudget.Pool {
  /** A budget's callbacks, done when the event at hand is done; shared by the scenes that share the budget. */
  static final class Later implements Executor {
    private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
    private boolean draining;

    @Override
    public void execute(Runnable callback) {
      callbacks.add(callback);
    }

    private void drain() {
      if (!draining) {
        draining = true;
        while (!callbacks.isEmpty()) {
          callbacks.poll().run();
        }
        draining = false;
      }
    }
  }

  static final long SECOND = 1_000_000_000;
  static final long MEMORY = 10;

  final MemoryBudget budget;
  private final Later later;
  final Admission admission;
  final List<Slot> restores = new ArrayList<>();
  final List<Slot> resets = new ArrayList<>();
  final List<Slot> closes = new ArrayList<>();
  final List<Action.Serve> served = new ArrayList<>();
  final List<Action.Refuse> refused = new ArrayList<>();
  final List<Action.Stop> stops = new ArrayList<>();
  /** Whether a restore begins as soon as it is decided; one that does not can be called off. */
  boolean restoresBegin = true;
  private final Set<Slot> begun = new HashSet<>();
  long now = 1_000 * SECOND;

  Scene(Limits limits) {
    this(limits, 1_000_000);
  }

  Scene(Limits limits, long memory) {
    this(limits, memory, new Later());
  }

  private Scene(Limits limits, long memory, Later later) {
    this(limits, new MemoryBudget(memory, later), later);
  }

  /** Beside another that has the same budget. */
  Scene(Limits limits, Scene other) {
    this(limits, other.budget, other.later);
  }

  private Scene(Limits limits, MemoryBudget budget, Later later) {
    this.budget = budget;
    this.later = later;
    admission = new Admission(limits, FunctionPool.places("f", limits.concurrency()), FunctionPool.breaker("f", () -> now), FunctionPool.crashes("f", () -> now), budget, this);
    budget.join(this);
    admission.begin(now);
    took();
  }

  /** Concurrency and queue length; the rest generous: 10 s for everything. */
  static Limits limits(int concurrency, int queue) {
    return new Limits(concurrency, queue, 10 * SECOND, 10 * SECOND, 0, 32, 30 * SECOND, false, MEMORY);
  }

  static Limits warm(int concurrency, int min, int max) {
    return new Limits(concurrency, 100, 10 * SECOND, 10 * SECOND, min, max, 30 * SECOND, false, MEMORY);
  }

  static Limits useOnce(int concurrency, int min) {
    return new Limits(concurrency, 0, 10 * SECOND, 10 * SECOND, min, 32, 30 * SECOND, true, MEMORY);
  }

  Ticket arrive() {
    Ticket ticket = new Ticket();
    admission.arrived(ticket, now);
    took();
    return ticket;
  }

  /** One whose run keeps its time itself. */
  Ticket arriveUntimed() {
    Ticket ticket = new Ticket();
    ticket.untimed = true;
    admission.arrived(ticket, now);
    took();
    return ticket;
  }

  /** One that can go into a machine with others. */
  Ticket arriveToFollow() {
    Ticket ticket = new Ticket();
    ticket.untimed = true;
    ticket.canFollow = true;
    admission.arrived(ticket, now);
    took();
    return ticket;
  }

  void givenBack(Ticket ticket) {
    admission.givenBack(ticket, now);
    took();
  }

  void givenBack(Ticket ticket, Verdict why) {
    admission.givenBack(ticket, why, now);
    took();
  }

  boolean gone(Ticket ticket) {
    boolean queued = admission.gone(ticket, now);
    took();
    return queued;
  }

  void ended(Ticket ticket, boolean reusable, boolean whole) {
    ended(ticket, reusable, whole, whole);
  }

  void ended(Ticket ticket, boolean reusable, boolean whole, boolean answered) {
    admission.ended(ticket, reusable, whole, answered, now);
    took();
  }

  void restored(Slot slot) {
    restores.remove(slot);
    admission.restored(slot, now);
    took();
  }

  void restored() {
    restored(restores.getFirst());
  }

  /** The oldest that is still wanted; null when all were called off. */
  Slot begins() {
    while (!restores.isEmpty() && !begun(restores.getFirst())) {
      restores.removeFirst();
    }
    return restores.isEmpty() ? null : restores.getFirst();
  }

  private boolean begun(Slot slot) {
    return begun.contains(slot) || slot.claim() && begun.add(slot);
  }

  void restoreFails() {
    admission.restoreFailed(restores.removeFirst(), "no memory", now);
    took();
  }

  void ended(Ticket ticket) {
    ended(ticket, true);
  }

  void ended(Ticket ticket, boolean reusable) {
    admission.ended(ticket, reusable, now);
    took();
  }

  void reset() {
    reset(1);
  }

  void reset(long held) {
    admission.reset(resets.removeFirst(), held, now);
    took();
  }

  void closed() {
    admission.closed(closes.removeFirst(), now);
    took();
  }

  void pass(long nanos) {
    now += nanos;
    admission.tick(now);
    took();
  }

  void size(int machines, long spareSeconds) {
    admission.size(machines, spareSeconds * SECOND, now);
    took();
  }

  void evict(Runnable done) {
    admission.evict(done, now);
    took();
  }

  void stop(Runnable done) {
    admission.stop(done, now);
    took();
  }

  void cutOff() {
    admission.cutOff(now);
    took();
  }

  /** A machine, made and used once, that is warm now. */
  void warmUp(int machines) {
    List<Ticket> tickets = new ArrayList<>();
    for (int n = 0; n < machines; n++) {
      tickets.add(arrive());
    }
    while (!restores.isEmpty()) {
      restored();
    }
    tickets.forEach(this::ended);
    while (!resets.isEmpty()) {
      reset();
    }
  }

  /** Null while it waits. */
  Boolean cold(Ticket ticket) {
    return served.stream().anyMatch(s -> s.ticket() == ticket) ? ticket.cold : null;
  }

  Verdict verdict(Ticket ticket) {
    return refused.stream().filter(r -> r.ticket() == ticket).map(Action.Refuse::verdict).findFirst().orElse(null);
  }

  Stats stats() {
    return admission.stats(0);
  }

  @Override
  public void memoryFreed() {
    admission.memoryFreed(now);
    took();
  }

  @Override
  public void memoryWanted() {
    admission.memoryWanted();
    took();
  }

  private void took() {
    for (Action action : admission.actions()) {
      switch (action) {
        case Action.Serve serve -> served.add(serve);
        case Action.Restore restore -> {
          restores.add(restore.slot());
          if (restoresBegin) {
            begun(restore.slot());
          }
        }
        case Action.Reset reset -> resets.add(reset.slot());
        case Action.Close close -> closes.add(close.slot());
        case Action.Refuse refuse -> refused.add(refuse);
        case Action.Stop stop -> stops.add(stop);
        case Action.Complete complete -> complete.done().run();
      }
    }
    admission.check();
    later.drain();
  }
}
