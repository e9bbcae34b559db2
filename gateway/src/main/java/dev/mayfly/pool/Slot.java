package dev.mayfly.pool;

import java.util.concurrent.atomic.AtomicBoolean;

/** A place for one machine, as {@link Admission} sees it. Changed by the admission only, but for {@code machine}, which the pool fills in. */
final class Slot {
  enum State { RESTORING, BUSY, RESETTING, WARM, CLOSING }

  final MemoryBudget.Lease lease;
  final int generation;
  State state = State.RESTORING;
  /** Since when it is warm. */
  long since;
  /** When its restore was asked for, and how long it took. */
  long asked;
  long restoreNanos;
  /** Bytes that it holds once it is restored; the pool learns it before the admission hears of that. */
  long held;
  /** No request has had it yet. */
  boolean fresh = true;
  /** Requests since its last reset; and whether it is now made ready without one. */
  int served;
  boolean kept;
  /** Requests that went into it together, and those of them that are still there; what is known of them so far. */
  int together;
  int inside;
  boolean gaveBack;
  boolean unanswered;
  private final AtomicBoolean claimed = new AtomicBoolean();
  /** Set by the pool before the admission hears of the restore. */
  Machine machine;

  Slot(MemoryBudget.Lease lease, int generation, long now) {
    this.lease = lease;
    this.generation = generation;
    this.asked = now;
  }

  /** Of the one that begins the restore and the one that calls it off, the first has it. From any thread. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  /** Whether its thread would come to a run soon; see {@link Backlog}. */
  boolean hasRoom() {
    return machine == null || machine.hasRoom();
  }

  int load() {
    return machine == null ? 0 : machine.load();
  }
}
