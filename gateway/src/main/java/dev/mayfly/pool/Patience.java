package dev.mayfly.pool;

import dev.mayfly.pool.Result.Verdict;

/**
 * How long a streamed answer may take: {@code timeout} to its head, then {@code idle} for each silence, then {@code idle} for what the program does after
 * its answer. The time stands still while it is the client's turn to send. Nanoseconds; pure, not thread-safe.
 */
final class Patience {
  private enum Phase { HEAD, BODY, AFTER }

  private final long headNanos;
  private final long idleNanos;
  private Phase phase = Phase.HEAD;
  private long spent;
  private long since;
  private boolean stands = true;

  Patience(long headNanos, long idleNanos) {
    this.headNanos = headNanos;
    this.idleNanos = idleNanos;
  }

  /** It is the client's turn. */
  void stand(long now) {
    if (!stands) {
      spent += now - since;
      stands = true;
    }
  }

  /** It is the program's turn. */
  void run(long now) {
    if (stands) {
      since = now;
      stands = false;
    }
  }

  void head(long now) {
    next(Phase.BODY, now);
  }

  /** The answer went on. */
  void moved(long now) {
    if (phase == Phase.BODY) {
      next(Phase.BODY, now);
    }
  }

  void answered(long now) {
    next(Phase.AFTER, now);
  }

  private void next(Phase to, long now) {
    phase = to;
    spent = 0;
    since = now;
  }

  /** What is left; {@code Long.MAX_VALUE} while it stands. */
  long left(long now) {
    return stands ? Long.MAX_VALUE : (phase == Phase.HEAD ? headNanos : idleNanos) - spent - (now - since);
  }

  /** What it is that nothing is left of. */
  Verdict verdict() {
    return phase == Phase.HEAD ? Verdict.TIMED_OUT : Verdict.SILENT;
  }
}
