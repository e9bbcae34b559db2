package dev.mayfly.pool;

import dev.mayfly.vm.Outcome;

/** A request, as {@link Admission} sees it: its times in nanoseconds of the pool's clock. Changed by the admission only. */
class Ticket {
  /** What a run's end says of its function. */
  enum Health {
    /** It ended by itself, with whatever status. */
    SOUND,
    /** It trapped, or its machine broke. */
    CRASHED;

    /** Null where the end says nothing: limits, clients and the gateway stop sound functions too. */
    static Health of(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Exited exited -> SOUND;
        case Outcome.Trapped trapped -> CRASHED;
        case Outcome.Broken broken -> CRASHED;
        default -> null;
      };
    }
  }

  long arrived;
  long served;
  boolean cold;
  /** Its run has time-outs of its own, which the admission does not know. */
  boolean untimed;
  /** It can go into a machine with others. */
  boolean canFollow;
  /** It went in behind another. */
  boolean follows;
  /** How the run shows the function to be; set before the event of its end. Null: it shows nothing (it was stopped, or never ran). */
  Health health;
  /** It holds a permission to try a function that kept crashing. */
  boolean trial;
  Slot slot;
}
