package dev.mayfly.pool;

/** A request, as {@link Admission} sees it: its times in nanoseconds of the pool's clock. Changed by the admission only. */
class Ticket {
  long arrived;
  long served;
  boolean cold;
  /** Its run has time-outs of its own, which the admission does not know. */
  boolean untimed;
  Slot slot;
}
