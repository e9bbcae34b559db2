package dev.mayfly.function;

import dev.mayfly.config.Configuration.SnapshotPoint;
import dev.mayfly.vm.Boot;
import java.util.List;

/**
 * Decides how often and how an image is booted until its snapshot is right. Pure.
 *
 * <pre>
 * snapshot: start ── boot at the start ──▶ take it
 * snapshot: ready ── boot to the ready point ── clock not read ──▶ take it
 *                        │ read n times: the last read would be stale
 *                        └─ boot, stop before read n ── stopped there ──▶ take it
 *                               │ the ready point came after fewer reads: another n, a few times,
 *                               └─ then boot at the start, with a note
 *            trapped, too long ── boot at the start, with a note
 *            refused, broken ──▶ fail
 * </pre>
 *
 * Reads before the last may lie in the snapshot: time passing between two reads is always legal.
 */
final class BootPlan {
  /** Boots to a ready point before a program counts as one that starts differently each time. */
  static final int TRIES = 5;

  private final SnapshotPoint point;
  private final long limitNanos;

  BootPlan(SnapshotPoint point, long limitNanos) {
    this.point = point;
    this.limitNanos = limitNanos;
  }

  /** A boot, and what it came to. */
  sealed interface Attempt {
    Boot boot();

    record Ready(Boot boot, int wallReads, int randomDraws) implements Attempt {}

    record Failed(Boot boot, Boot.Failure.Kind kind, String message) implements Attempt {}
  }

  /** What to do next. */
  sealed interface Next {
    record Try(Boot boot) implements Next {}

    /** The last attempt's snapshot is right. */
    record Take(Verdict verdict) implements Next {}

    record Fail(String message) implements Next {}
  }

  /** What is to be said about a snapshot. */
  enum Reason { AS_ASKED, TRAPPED, TOO_LONG, DIFFERS }

  /**
   * How a snapshot came about.
   *
   * @param reason why it was not taken at the ready point though that was asked for
   * @param message the trap's
   * @param randomDraws before the snapshot
   */
  record Verdict(Reason reason, String message, int randomDraws) {}

  Next next(List<Attempt> past) {
    if (past.isEmpty()) {
      return new Next.Try(point == SnapshotPoint.START ? atStart() : stoppingAt(0));
    }
    return switch (past.getLast()) {
      case Attempt.Ready ready -> afterReady(ready, past);
      case Attempt.Failed failed -> afterFailure(failed);
    };
  }

  private Next afterReady(Attempt.Ready last, List<Attempt> past) {
    int stop = last.boot().stopAtWallRead();
    boolean nothingStale = last.wallReads() == 0 || stop > 0 && last.wallReads() == stop - 1;
    if (last.boot().atStart()) {
      return new Next.Take(fellBack(past, last.randomDraws()));
    } else if (nothingStale) {
      return new Next.Take(new Verdict(Reason.AS_ASKED, "", last.randomDraws()));
    }
    return new Next.Try(past.size() < TRIES ? stoppingAt(last.wallReads()) : atStart());
  }

  private Next afterFailure(Attempt.Failed failed) {
    boolean atStart = failed.boot().atStart();
    return switch (failed.kind()) {
      case REFUSED -> new Next.Fail(failed.message());
      case BROKEN -> new Next.Fail("its machine failed while it booted: " + failed.message());
      case TRAPPED -> atStart ? new Next.Fail("traps before its first instruction: " + failed.message()) : new Next.Try(atStart());
      case TOO_LONG -> atStart ? new Next.Fail("does not come to its first instruction in time: " + failed.message()) : new Next.Try(atStart());
    };
  }

  private static Verdict fellBack(List<Attempt> past, int randomDraws) {
    if (past.size() == 1) {
      return new Verdict(Reason.AS_ASKED, "", randomDraws);
    }
    return switch (past.get(past.size() - 2)) {
      case Attempt.Failed f -> new Verdict(f.kind() == Boot.Failure.Kind.TRAPPED ? Reason.TRAPPED : Reason.TOO_LONG, f.message(), randomDraws);
      case Attempt.Ready r -> new Verdict(Reason.DIFFERS, "", randomDraws);
    };
  }

  private Boot atStart() {
    return new Boot(true, 0, limitNanos);
  }

  private Boot stoppingAt(int wallRead) {
    return new Boot(false, wallRead, limitNanos);
  }
}
