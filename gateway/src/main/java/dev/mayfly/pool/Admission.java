package dev.mayfly.pool;

import dev.mayfly.config.Configuration;
import dev.mayfly.pool.Result.Verdict;
import dev.mayfly.pool.Slot.State;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Decides what becomes of a function's requests and machines; does nothing itself. Every event (a request, a restore's end, a tick of the clock ...)
 * changes the state and leaves actions, which the caller takes with {@link #actions} and carries out. Events come one at a time, so an order
 * between two is always defined; the caller serialises them ({@link Combiner}). No clock, no thread.
 *
 * A request's life:
 * <ul>
 *   <li>it takes a warm machine (a warm start); or
 *   <li>it waits in the queue, and for it a machine is restored, as long as {@code concurrency}, the memory budget and the circuit breaker allow, and
 *       no machine that is being restored or reset will do; or
 *   <li>it is refused: the queue is full, its time in the queue is over, no machine can be made, every run of late crashed, the pool stops.
 * </ul>
 *
 * Where two events race, and what comes out, whichever is first:
 * <ol>
 *   <li>A machine is to be restored for a request, and another gets free: the request takes the free one (warm). A restore that has begun ({@link
 *       Slot#claim}) goes on: its
 *       machine goes to the next request, or becomes warm; one that has not is called off.
 *   <li>A request arrives while a machine is being reset: it waits for that machine, which takes no longer than a restore, rather than have a
 *       second one.
 *   <li>A request's time in the queue is over while its machine is being restored: it is refused; the machine becomes warm.
 *   <li>The run's time is over just when it ends: the Stop finds an ended run and does nothing; the tick after the end finds no run.
 *   <li>An eviction while a machine is restored, reset or busy: its generation is past, so it is closed as soon as it is idle; a request that
 *       waited for
 *       it may still have it once, for that start is cold all the same.
 *   <li>A restore fails while other machines live: its request waits for those; with none left the request is refused, and the next one's restore
 *       is tried, until the
 *       circuit breaker opens: then all are refused at once.
 *   <li>The stop comes while requests wait: they are served until the grace is over, then refused; what runs then is stopped.
 *   <li>A machine is closed (its run trapped) while requests wait: its place counts as taken until it is gone, so that there are never more
 *       machines than
 *       {@code concurrency}; the queue has room for one more meanwhile.
 *   <li>Memory comes free and a request arrives at the same time: each event serves whom it can, the head of the queue first.
 *   <li>A request follows another in its machine and that one waits, or computes for long: it is given back, before all others in the queue.
 *   <li>Another pool wants memory while the last warm machine is about to be taken: the request that was first has it; else it is closed, and the
 *       request waits for
 *       a restore.
 * </ol>
 *
 * What always holds is written down in {@link #check}.
 */
final class Admission {
  /**
   * What the configuration allows; times in nanoseconds, {@code memory} in bytes.
   *
   * @param useOnce machines are closed after their request
   * @param requests that a machine serves before it is reset
   * @param followers requests that go into a machine beside the first, at most, where it is not reset after each
   * @param threads that machines run on
   */
  record Limits(int concurrency, int queue, long queueNanos, long runNanos, int warmMin, int warmMax, long warmIdleNanos, boolean useOnce, long memory,
      int requests, int followers, int threads) {
    /** A machine is reset after each request. */
    Limits(int concurrency, int queue, long queueNanos, long runNanos, int warmMin, int warmMax, long warmIdleNanos, boolean useOnce, long memory) {
      this(concurrency, queue, queueNanos, runNanos, warmMin, warmMax, warmIdleNanos, useOnce, memory, 1, 0, 1);
    }

    static Limits of(Configuration.Function f, int followers) {
      return new Limits(f.concurrency(), f.queue().length(), f.queue().timeout().toNanos(), f.timeout().toNanos(), f.warm().min(), f.warm().max(),
          f.warm().idle().toNanos(), f.fresh().kind() == Configuration.Fresh.Kind.MACHINE, f.memory(), f.fresh().requests(), followers, Runtime.getRuntime().availableProcessors());
    }
  }

  /** Machines made at one time that no request waits for; so those of one function do not hold up the requests of all others. */
  private static final int AHEAD_AT_ONCE = 2;

  private record Eviction(int generation, Runnable done) {}

  private enum Start { BEGUN, FULL, NO_MEMORY, NOT_NOW }

  private final Limits limits;
  /** What kept machines have shown of the function: at most one of them is true. */
  private boolean takesSeveral;
  private boolean takesOne;
  private final Bulkhead places;
  /** Of the making of machines. */
  private final CircuitBreaker breaker;
  /** Of the runs. Whoever is let in while it is half open is a trial, and gives its permission back if it shows nothing. */
  private final CircuitBreaker crashes;
  private final MemoryBudget memory;
  private final MemoryBudget.Pool pool;

  private final SequencedSet<Slot> slots = new LinkedHashSet<>();
  /** Oldest first. */
  private final ArrayDeque<Slot> warm = new ArrayDeque<>();
  /** Oldest first, so the first to be late. */
  private final ArrayDeque<Ticket> queue = new ArrayDeque<>();
  /** Oldest first, so the first to be late; those told to stop are not in it. */
  private final Set<Ticket> running = new LinkedHashSet<>();
  /** Those that keep their time themselves. */
  private final Set<Ticket> untimed = new LinkedHashSet<>();
  private final Set<Ticket> stopped = new LinkedHashSet<>();
  private final Together together;
  private final List<Eviction> evictions = new ArrayList<>();
  private List<Action> actions = new ArrayList<>();
  private String lastFailure = "";
  private Runnable drained;
  private int generation;
  private int restoring;
  private int resetting;
  private int closing;
  private boolean ahead = true;
  /** Read by other threads. */
  private volatile boolean wantsRoom;
  /** Another function lacked memory: until the next request here, nothing is made ahead beyond {@code warm.min}. */
  private boolean pressed;
  /** As many machines are kept, within the limits; what is beyond waits for {@code spareNanos}. */
  private int target;
  private long spareNanos;
  /** Machines at most, of {@code concurrency}: the others are other gateways'. 1 and up. */
  private int allowed;
  private long coldStarts;
  private long warmStarts;
  /** Requests that are, and that were served, in a machine behind another. */
  private int following;
  private long followed;
  private long resets;
  private long discarded;
  private long failedRestores;
  private long refused;
  private long restores;
  private long restoreNanos;
  private long heldBytes;

  Admission(Limits limits, Bulkhead places, CircuitBreaker breaker, CircuitBreaker crashes, MemoryBudget memory, MemoryBudget.Pool pool) {
    this.limits = limits;
    this.places = places;
    this.breaker = breaker;
    this.crashes = crashes;
    this.memory = memory;
    this.pool = pool;
    this.spareNanos = limits.warmIdleNanos();
    this.allowed = limits.concurrency();
    this.together = new Together(1 + limits.followers());
  }

  /** What the events since the last call want done, in order. */
  List<Action> actions() {
    List<Action> taken = actions;
    actions = new ArrayList<>();
    return taken;
  }

  /** The pool begins: {@code warm.min} machines are made ahead. */
  void begin(long now) {
    pump(now);
  }

  void arrived(Ticket ticket, long now) {
    ticket.arrived = now;
    if (drained != null) {
      refuse(ticket, Verdict.STOPPING, "the gateway is stopping");
      return;
    }
    if (limits.memory() > memory.capacity()) {
      refuse(ticket, Verdict.CANNOT_START,
          "the function's memory of " + limits.memory() + " bytes is more than all machines may have together (" + memory.capacity() + ")");
      return;
    }
    if (!crashes.tryAcquirePermission()) {
      refuse(ticket, Verdict.CIRCUIT_OPEN, "every run of late crashed, and the next try is not due");
      return;
    }
    ticket.trial = crashes.getState() == CircuitBreaker.State.HALF_OPEN;
    ahead = true;
    pressed = false;
    queue.add(ticket);
    pump(now);
    if (ticket == queue.peekLast() && queue.size() > limits.queue() + restoring + resetting + closing) {
      queue.pollLast();
      refuse(ticket, Verdict.QUEUE_FULL, "the queue of " + limits.queue() + " is full");
    }
  }

  /**
   * Some engines (StarlingMonkey under a {@code fetch} event) take one request for each instance, and end the second without an answer; nothing in the
   * component tells. So the first request that a kept machine serves decides whether machines are kept at all.
   */
  private void learn(Slot slot, boolean whole, boolean answered) {
    if (slot.served > 0 && whole) {
      takesSeveral |= answered;
      takesOne |= !takesSeveral;
    }
  }

  /** Whether the function's instances take one request each, as a kept machine has shown; then every machine is reset after its request. */
  boolean takesOne() {
    return takesOne;
  }

  void restored(Slot slot, long now) {
    breaker.onSuccess(now - slot.asked, TimeUnit.NANOSECONDS);
    restoring--;
    slot.restoreNanos = now - slot.asked;
    restores++;
    restoreNanos += slot.restoreNanos;
    free(slot, slot.held, now);
  }

  void restoreFailed(Slot slot, String why, long now) {
    breaker.onError(now - slot.asked, TimeUnit.NANOSECONDS, new IllegalStateException(why));
    restoring--;
    failedRestores++;
    lastFailure = why;
    forget(slot);
    if (slots.isEmpty() && !queue.isEmpty()) {
      refuse(queue.poll(), Verdict.CANNOT_START, why);
    }
    ahead = false;
    pump(now);
  }

  /** A run is over. */
  void ended(Ticket ticket, boolean reusable, long now) {
    ended(ticket, reusable, reusable, reusable, now);
  }

  /**
   * A run is over.
   *
   * @param whole it ended by itself
   * @param answered and gave an answer: the machine may serve another request as it is, if the limits allow
   */
  void ended(Ticket ticket, boolean reusable, boolean whole, boolean answered, long now) {
    Slot slot = ticket.slot;
    judge(ticket);
    learn(slot, whole, answered);
    slot.served++;
    if (ticket.follows) {
      warmStarts++;
      followed++;
    }
    slot.unanswered |= !(whole && answered);
    if (leaves(ticket)) {
      if (!slot.gaveBack) {
        together.ended(slot.together, true);
      }
      free(slot, reusable, !slot.unanswered);
    }
    pump(now);
  }

  /** It followed another request, which holds the machine: it has not begun, and goes on waiting before those that came after it. */
  void givenBack(Ticket ticket, long now) {
    isBack(ticket);
    ArrayDeque<Ticket> older = new ArrayDeque<>();
    while (!queue.isEmpty() && queue.peek().arrived - ticket.arrived < 0) {
      older.push(queue.poll());
    }
    queue.addFirst(ticket);
    older.forEach(queue::addFirst);
    pump(now);
  }

  /** The same of one that was told to stop meanwhile, and so waits no more. */
  void givenBack(Ticket ticket, Verdict why, long now) {
    isBack(ticket);
    refuse(ticket, why, "");
    pump(now);
  }

  private void isBack(Ticket ticket) {
    Slot slot = ticket.slot;
    if (!slot.gaveBack) {
      slot.gaveBack = true;
      together.ended(slot.together, false);
    }
    leaves(ticket);
  }

  /** It is not in its machine any more. Whether it was the last there. */
  private boolean leaves(Ticket ticket) {
    Slot slot = ticket.slot;
    running.remove(ticket);
    untimed.remove(ticket);
    stopped.remove(ticket);
    following -= ticket.follows ? 1 : 0;
    ticket.slot = null;
    return --slot.inside == 0;
  }

  /** A machine's last run is over. @param keeps it may serve another request as it is, if the limits allow */
  private void free(Slot slot, boolean reusable, boolean keeps) {
    if (!reusable) {
      discarded++;
      close(slot);
    } else if (limits.useOnce() || past(slot) || slots.size() - closing > allowed || queue.isEmpty() && (drained != null || warm.size() + resetting >= keep())) {
      close(slot);
    } else {
      slot.state = State.RESETTING;
      resetting++;
      slot.kept = keeps && !takesOne && slot.served < limits.requests();
      if (!slot.kept) {
        slot.served = 0;
      }
      actions.add(new Action.Reset(slot));
    }
  }

  /** What a run has shown goes to the circuit breaker. */
  private void judge(Ticket ticket) {
    if (ticket.health == Ticket.Health.CRASHED) {
      crashes.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException("crashed"));
    } else if (ticket.health == Ticket.Health.SOUND) {
      crashes.onSuccess(0, TimeUnit.NANOSECONDS);
    } else {
      letGo(ticket);
      return;
    }
    ticket.trial = false;
  }

  /** It will show nothing: another may try. */
  private void letGo(Ticket ticket) {
    if (ticket.trial) {
      ticket.trial = false;
      crashes.releasePermission();
    }
  }

  /** A reset is over. @param heldBytes -1: the machine is not clean */
  void reset(Slot slot, long heldBytes, long now) {
    resetting--;
    resets += slot.kept ? 0 : 1;
    if (heldBytes < 0) {
      discarded++;
      close(slot);
      pump(now);
    } else {
      free(slot, heldBytes, now);
    }
  }

  void closed(Slot slot, long now) {
    closing--;
    forget(slot);
    pump(now);
  }

  /**
   * Whoever asked is gone. A request in the queue is forgotten; one that runs is the caller's to stop.
   *
   * @return whether it was in the queue
   */
  boolean gone(Ticket ticket, long now) {
    boolean queued = queue.remove(ticket);
    if (queued) {
      letGo(ticket);
      pump(now);
    }
    return queued;
  }

  /** The clock: see {@link #nextTick}. */
  void tick(long now) {
    while (!queue.isEmpty() && now - queue.peek().arrived >= limits.queueNanos()) {
      refuse(queue.poll(), Verdict.QUEUE_TIMEOUT, "no machine came free in time");
    }
    for (Iterator<Ticket> late = running.iterator(); late.hasNext();) {
      Ticket ticket = late.next();
      if (now - ticket.served < limits.runNanos()) {
        break;
      }
      late.remove();
      stop(ticket, Verdict.TIMED_OUT);
    }
    while (spare() && now - warm.peek().since >= spareNanos) {
      close(warm.poll());
    }
    pump(now);
  }

  /** When the clock is to be looked at next. */
  OptionalLong nextTick() {
    long next = Long.MAX_VALUE;
    if (!queue.isEmpty()) {
      next = Math.min(next, queue.peek().arrived + limits.queueNanos());
    }
    if (!running.isEmpty()) {
      next = Math.min(next, running.iterator().next().served + limits.runNanos());
    }
    if (spare()) {
      next = Math.min(next, warm.peek().since + spareNanos);
    }
    return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
  }

  void memoryFreed(long now) {
    pump(now);
  }

  /** A warm machine may have room for a run. */
  void roomMade(long now) {
    pump(now);
  }

  /** Whether a request waits while machines are warm, so that {@link #roomMade} is worth telling. From any thread. */
  boolean wantsRoom() {
    return wantsRoom;
  }

  /** So many machines are to be kept from now on; what is warm beyond them is closed when it was idle for so long. {@code warm.min} and {@code warm.max} go first. */
  void size(int machines, long spare, long now) {
    target = machines;
    spareNanos = spare;
    pump(now);
  }

  /** So many machines at most from now on, of {@code concurrency}. Those beyond go when they are idle. */
  void allow(int machines, long now) {
    allowed = Math.clamp(machines, 1, limits.concurrency());
    while (slots.size() - closing > allowed && !warm.isEmpty()) {
      close(warm.poll());
    }
    pump(now);
  }

  /** Another function lacks memory. */
  void memoryWanted() {
    pressed = true;
    while (warm.size() > limits.warmMin()) {
      close(warm.poll());
    }
  }

  /** All machines of now go, idle ones at once; the next start is cold. */
  void evict(Runnable done, long now) {
    generation++;
    ahead = false;
    target = 0; // with its machines goes what the sizer said of them; it says anew within a second
    while (!warm.isEmpty()) {
      close(warm.poll());
    }
    evictions.add(new Eviction(generation, done));
    completeEvictions();
    pump(now);
  }

  /** No new requests from now on. */
  void stop(Runnable done, long now) {
    Runnable before = drained;
    drained = before == null ? done : () -> {
      before.run();
      done.run();
    };
    pump(now);
  }

  /** The grace after {@link #stop} is over. */
  void cutOff(long now) {
    while (!queue.isEmpty()) {
      refuse(queue.poll(), Verdict.STOPPING, "the gateway is stopping");
    }
    for (Set<Ticket> tickets : List.of(running, untimed)) {
      List.copyOf(tickets).forEach(ticket -> {
        tickets.remove(ticket);
        stop(ticket, Verdict.STOPPING);
      });
    }
    pump(now);
  }

  Stats stats(long logLost) {
    int busy = slots.size() - warm.size() - restoring - resetting - closing;
    return new Stats(warm.size(), busy, restoring, resetting, queue.size() + following, coldStarts, warmStarts, resets, discarded, failedRestores, refused, logLost,
        restores, restoreNanos, heldBytes, followed, open(breaker) || open(crashes));
  }

  /** It stays open, without a request, when its time is over; the next request is a trial. */
  private static boolean open(CircuitBreaker breaker) {
    return breaker.getState() == CircuitBreaker.State.OPEN;
  }

  /** A machine has nothing to do. */
  private void free(Slot slot, long heldBytes, long now) {
    boolean wanted = !queue.isEmpty() && (slot.fresh || !past(slot));
    if (wanted) {
      serve(queue.poll(), slot, slot.fresh, now); // still counted with its whole limit
    } else if (drained != null || past(slot) || warm.size() >= keep()) {
      close(slot);
    } else {
      slot.state = State.WARM;
      slot.since = now;
      slot.lease.rest(heldBytes);
      this.heldBytes = heldBytes;
      warm.add(slot);
    }
    pump(now);
  }

  /** Serves whom it can, then sees to machines for the others. */
  private void pump(long now) {
    wantsRoom = !queue.isEmpty(); // before the machines are asked
    while (!queue.isEmpty() && !warm.isEmpty()) {
      Slot slot = pick();
      if (slot == null || !slot.lease.tryRun(Math.max(limits.memory(), slot.lease.bytes()))) {
        break;
      }
      warm.remove(slot);
      serve(queue.poll(), slot, false, now);
    }
    wantsRoom = !queue.isEmpty() && !warm.isEmpty();
    callOff();
    Start start = Start.BEGUN;
    while (start == Start.BEGUN && queue.size() > warm.size() + restoring + resetting) {
      start = restore(now);
    }
    while (start == Start.NOT_NOW && slots.isEmpty() && !queue.isEmpty()) {
      refuse(queue.poll(), Verdict.CIRCUIT_OPEN, "no machine could be made of late, and the next try is not due: " + lastFailure);
    }
    while (ahead && drained == null && queue.isEmpty() && kept() < limits.warmMin() && restore(now) == Start.BEGUN) {
      continue;
    }
    while (ahead && !pressed && drained == null && queue.isEmpty() && kept() < floor() && restoring < AHEAD_AT_ONCE && restore(now, true) == Start.BEGUN) {
      continue;
    }
    while (drained != null && queue.isEmpty() && !warm.isEmpty()) {
      close(warm.poll());
    }
    if (drained != null && queue.isEmpty() && slots.isEmpty()) {
      actions.add(new Action.Complete(drained));
      drained = () -> {};
    }
  }

  /** Takes back restores that have not begun and that nobody needs any more, the newest first. */
  private void callOff() {
    Iterator<Slot> newest = slots.reversed().iterator();
    while (newest.hasNext() && restoring > 0 && queue.size() < warm.size() + restoring + resetting && (!ahead || drained != null || kept() > floor())) {
      Slot slot = newest.next();
      if (slot.state == State.RESTORING && slot.claim()) {
        newest.remove();
        restoring--;
        breaker.releasePermission();
        slot.lease.release();
        places.onComplete();
      }
    }
    completeEvictions();
  }

  /** Machines that are warm, or will be. */
  private int kept() {
    return slots.size() - closing - (limits.useOnce() ? running.size() + untimed.size() + stopped.size() : 0);
  }

  /** The warm machine with room whose thread has least to do; of those the one used last, whose memory is in the caches. Null: none has room. */
  private Slot pick() {
    Slot best = null;
    int least = Integer.MAX_VALUE;
    for (Iterator<Slot> newest = warm.descendingIterator(); newest.hasNext() && least > 0;) {
      Slot slot = newest.next();
      int load = slot.load();
      if (load < least && slot.hasRoom()) {
        best = slot;
        least = load;
      }
    }
    return best;
  }

  private Start restore(long now) {
    return restore(now, false);
  }

  /** @param forNobody no request waits for it, so it takes no memory from others */
  private Start restore(long now, boolean forNobody) {
    if (slots.size() >= allowed || !places.tryAcquirePermission()) {
      return Start.FULL;
    }
    MemoryBudget.Lease lease = memory.lease(pool);
    if (!(forNobody ? lease.tryAhead(limits.memory()) : lease.tryRun(limits.memory()))) {
      places.releasePermission();
      return Start.NO_MEMORY;
    }
    if (!breaker.tryAcquirePermission()) {
      places.releasePermission();
      lease.release();
      return Start.NOT_NOW;
    }
    Slot slot = new Slot(lease, generation, now);
    slot.held = limits.memory();
    slots.add(slot);
    restoring++;
    actions.add(new Action.Restore(slot));
    return Start.BEGUN;
  }

  private void serve(Ticket ticket, Slot slot, boolean cold, long now) {
    slot.state = State.BUSY;
    slot.fresh = false;
    slot.gaveBack = false;
    slot.unanswered = false;
    enters(ticket, slot, false, cold, now);
    List<Ticket> followers = new ArrayList<>();
    for (int room = room(ticket, slot); room > 0 && queue.peek().canFollow; room--) {
      followers.add(queue.peek());
      enters(queue.poll(), slot, true, false, now);
    }
    slot.together = slot.inside;
    actions.add(new Action.Serve(ticket, slot, followers));
  }

  /** How many of those that wait may go into the machine with this one: their part of the queue, so that no other thread is left without. */
  private int room(Ticket first, Slot slot) {
    if (!takesSeveral || !first.canFollow || limits.followers() == 0) {
      return 0;
    }
    int most = Math.min(together.size() - 1, limits.requests() - slot.served - 1);
    return Math.max(0, Math.min(most, queue.size() / limits.threads()));
  }

  /** @param follows it counts as waiting until it ends there: it may be given back */
  private void enters(Ticket ticket, Slot slot, boolean follows, boolean cold, long now) {
    slot.inside++;
    ticket.follows = follows;
    following += follows ? 1 : 0;
    ticket.slot = slot;
    ticket.served = now;
    ticket.cold = cold;
    if (cold) {
      coldStarts++;
    } else if (!follows) {
      warmStarts++;
    }
    (ticket.untimed ? untimed : running).add(ticket);
  }

  private void stop(Ticket ticket, Verdict verdict) {
    stopped.add(ticket);
    actions.add(new Action.Stop(ticket, verdict));
  }

  private void refuse(Ticket ticket, Verdict verdict, String detail) {
    refused++;
    letGo(ticket);
    actions.add(new Action.Refuse(ticket, verdict, detail));
  }

  private void close(Slot slot) {
    slot.state = State.CLOSING;
    closing++;
    actions.add(new Action.Close(slot));
  }

  private void forget(Slot slot) {
    slots.remove(slot);
    slot.lease.release();
    places.onComplete();
    completeEvictions();
  }

  /** Machines kept, if it can be done. */
  private int floor() {
    return Math.max(limits.warmMin(), Math.min(target, keep()));
  }

  /** Whether more are warm than are kept. */
  private boolean spare() {
    return warm.size() > limits.warmMin() && kept() > floor();
  }

  /** Warm machines at most. */
  private int keep() {
    return Math.max(limits.warmMax(), limits.warmMin());
  }

  private boolean past(Slot slot) {
    return slot.generation != generation;
  }

  private void completeEvictions() {
    evictions.removeIf(eviction -> {
      boolean gone = slots.stream().noneMatch(s -> s.generation < eviction.generation());
      if (gone) {
        actions.add(new Action.Complete(eviction.done()));
      }
      return gone;
    });
  }

  /** What always holds, between any two events; for tests. */
  void check() {
    int[] count = new int[State.values().length];
    slots.forEach(s -> count[s.state.ordinal()]++);
    require(slots.size() <= limits.concurrency(), "no more machines than concurrency");
    require(count[State.RESTORING.ordinal()] == restoring, "restoring is counted");
    require(count[State.RESETTING.ordinal()] == resetting, "resetting is counted");
    require(count[State.CLOSING.ordinal()] == closing, "closing is counted");
    require(count[State.WARM.ordinal()] == warm.size() && slots.containsAll(warm), "warm is counted");
    require(slots.stream().allMatch(s -> s.inside > 0 == (s.state == State.BUSY)), "every busy machine has a request, and no other has");
    require(slots.stream().mapToInt(s -> s.inside).sum() == running.size() + untimed.size() + stopped.size(), "every request that was served is in a machine");
    require(places.getMetrics().getAvailableConcurrentCalls() == limits.concurrency() - slots.size(), "each machine holds one permission");
    require(warm.stream().noneMatch(this::past), "nothing evicted is warm");
    require(warm.size() <= keep(), "no more warm machines than warm.max");
    require(queue.size() <= limits.queue() + limits.concurrency() * (1 + limits.followers()), "the queue is bounded");
    require(queue.isEmpty() || !slots.isEmpty() || memory.used() > 0, "whoever waits waits for something");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("does not hold: " + what);
    }
  }
}
