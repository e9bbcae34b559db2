package dev.mayfly.pool;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that are ready on a thread, and are told to their event loops together: a loop is woken once for several, and writes them in one turn. So while the thread goes from
 * one short piece of a function's work to the next, an answer waits for the next one. It waits for nothing else: it is told when the thread has nothing to do, comes to another function, or to
 * something long; when there are {@value #MOST} of them, or the first is {@value #LONGEST_NANOS} ns old. Whether a run will be short is known only afterwards: one that was not ends all
 * waiting until {@value #CALM} pieces in a row were. So it holds up {@value #MOST} answers for a slice at most, and a function that keeps doing it none.
 *
 * <p>One thread; nanoseconds of any monotonic clock.
 */
final class Answers {
  static final int MOST = 4;
  static final long LONGEST_NANOS = 200_000;
  static final long SHORT_NANOS = 200_000;
  static final int CALM = 16;
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private final List<Runnable> held = new ArrayList<>(MOST);
  private Object function;
  private long since;
  /** Pieces of work in a row that were short, {@link #CALM} at most. */
  private int calm;

  /** One is ready. */
  void add(Object of, Runnable answer, long now) {
    if (held.isEmpty()) {
      function = of;
      since = now;
    }
    held.add(answer);
    if (function != of || held.size() == MOST) {
      tell();
    }
  }

  /** A piece of work comes next. @param takesLong it is known not to be short */
  void before(Object of, boolean takesLong, long now) {
    if (!held.isEmpty() && (takesLong || function != of || calm < CALM || now - since >= LONGEST_NANOS)) {
      tell();
    }
  }

  /** It took so long. */
  void ran(long nanos) {
    calm = nanos < SHORT_NANOS ? Math.min(CALM, calm + 1) : 0;
  }

  /** Nothing comes next, for now. */
  void tell() {
    for (Runnable answer : held) {
      try {
        answer.run();
      } catch (RuntimeException | Error e) {
        LOG.error("An answer could not be told", e);
      }
    }
    held.clear();
    function = null;
  }
}
