package dev.mayfly.pool;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Who is next on a thread: the function that has had least of it. A function's <i>time</i> grows by what its work took ({@link #ran}); the one with the smallest is next, among equals
 * the one that has waited longest. One that comes back after a while begins a slice behind the others, so that nobody saves up more than that; one that is gone for a moment only
 * keeps what it has had. So functions that want more than there is have equal parts, whether they want it in a thousand short runs or in one that never ends; and one that wants little is next as soon
 * as the thread is free, however many others spin.
 *
 * Within a function what is short (a request's start, a wake-up, a reset) goes before what is long (a machine to be made, a run whose slice is
 * over), in the order
 * it came: so in a burst the first machine made serves requests while the others are still to be made. After {@value #SHORT_IN_A_ROW} short ones a
 * long one has its turn. And what is short follows at once on what was long, whoever else waits: a machine that was just made runs its request, so that of five hundred functions that
 * wake at the same time the first is not answered when the last has its machine.
 *
 * Pure; used by one thread.
 */
final class RunQueue<T> {
  private static final int SHORT_IN_A_ROW = 4;
  /** What a request that comes after a pause may have before anyone else's turn: its restore, its run and its reset, if they are short. */
  private static final long CREDIT_NANOS = Run.SLICE_NANOS;

  private static final int FORGET_AT = 64;

  /** What one function wants done, and has had. */
  private static final class Turn<T> {
    private final ArrayDeque<T> shorts = new ArrayDeque<>();
    private final ArrayDeque<T> longs = new ArrayDeque<>();
    private int inARow;
    private long time;
    /** When it began to wait, in an order of its own; 0: it does not, or is being served. */
    private long since;

    private T next() {
      if (longs.isEmpty() || !shorts.isEmpty() && inARow < SHORT_IN_A_ROW) {
        inARow++;
        return shorts.poll();
      }
      inARow = 0;
      return longs.poll();
    }

    /** Something short can follow on something long. */
    private boolean hasBegun() {
      return inARow == 0 && !shorts.isEmpty();
    }

    private boolean isEmpty() {
      return shorts.isEmpty() && longs.isEmpty();
    }
  }

  /** Of all that wait, and of those that have had something while others waited. */
  private final Map<Object, Turn<T>> turns = new HashMap<>();
  private final PriorityQueue<Turn<T>> waiting = new PriorityQueue<>(Comparator.<Turn<T>>comparingLong(t -> t.time).thenComparingLong(t -> t.since));
  private Turn<T> served;
  /** The one before; null: there is none. */
  private Turn<T> last;
  /** The time of whom was next last; only ever grows. */
  private long now;
  private long order;
  /** With more functions than this, those that have waited long enough are forgotten. */
  private int forgetAt = FORGET_AT;

  void addShort(Object function, T item) {
    Turn<T> turn = turn(function);
    turn.shorts.add(item);
    await(turn);
  }

  void addLong(Object function, T item) {
    Turn<T> turn = turn(function);
    turn.longs.add(item);
    await(turn);
  }

  private Turn<T> turn(Object function) {
    return turns.computeIfAbsent(function, f -> new Turn<>());
  }

  private void await(Turn<T> turn) {
    if (turn.since == 0 && turn != served) {
      turn.time = Math.max(turn.time, now - CREDIT_NANOS);
      turn.since = ++order;
      waiting.add(turn);
    }
  }

  /** Whose turn it is; null when nobody waits. To be followed by {@link #ran}. */
  T next() {
    Turn<T> turn = last != null && last.hasBegun() && waiting.remove(last) ? last : waiting.poll();
    if (turn == null) {
      return null;
    }
    turn.since = 0;
    now = Math.max(now, turn.time);
    served = turn;
    return turn.next();
  }

  /** What was next is done, for now. @param nanos that it took */
  void ran(long nanos) {
    Turn<T> turn = served;
    served = null;
    last = turn;
    turn.time += nanos;
    if (!turn.isEmpty()) {
      turn.since = ++order;
      waiting.add(turn);
    } else if (waiting.isEmpty()) {
      turns.clear(); // nobody was kept waiting
      last = null;
    } else if (turns.size() > forgetAt) {
      turns.values().removeIf(t -> t.isEmpty() && t.time <= now - CREDIT_NANOS); // as if they had never been here
      forgetAt = Math.max(FORGET_AT, 2 * turns.size());
    }
  }

  /** Functions that are known; for tests. */
  int known() {
    return turns.size();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
