package dev.mayfly.pool;

import dev.mayfly.pool.Result.Verdict;
import java.util.List;

/** What {@link Admission} wants done; the pool does it and answers with an event where the comment says so. */
sealed interface Action {
  /** Hand the requests to the machine in one entry; then, for each, {@code ended}, or {@code givenBack} for those of the followers that did not begin. */
  record Serve(Ticket ticket, Slot slot, List<Ticket> followers) implements Action {}

  /** Make a machine; then {@code restored} or {@code restoreFailed}. */
  record Restore(Slot slot) implements Action {}

  /** Put the machine back to its snapshot, or, where the slot says {@code kept}, make it ready as it is; then {@code reset}. */
  record Reset(Slot slot) implements Action {}

  /** Give the machine up; then {@code closed}. */
  record Close(Slot slot) implements Action {}

  /** Answer the request without a machine. */
  record Refuse(Ticket ticket, Verdict verdict, String detail) implements Action {}

  /** End the request's run; {@code ended} follows in any case. */
  record Stop(Ticket ticket, Verdict verdict) implements Action {}

  /** An eviction, or the stop, is complete. */
  record Complete(Runnable done) implements Action {}
}
