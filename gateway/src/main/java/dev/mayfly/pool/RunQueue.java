package dev.mayfly.pool;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who is next on a thread: functions take turns, whatever they want done. One function with a thousand runs thus delays another function's only run
 * by one slice, not by a thousand.
 *
 * Within a function what is short (a request's start, a wake-up, a reset) goes before what is long (a machine to be made, a run whose slice is
 * over), in the order
 * it came: so in a burst the first machine made serves requests while the others are still to be made. After {@value #SHORT_IN_A_ROW} short ones a
 * long one has its turn.
 *
 * Pure; used by one thread.
 */
final class RunQueue<T> {
  private static final int SHORT_IN_A_ROW = 4;

  /** What one function wants done; never both empty. */
  private static final class Turn<T> {
    private final ArrayDeque<T> shorts = new ArrayDeque<>();
    private final ArrayDeque<T> longs = new ArrayDeque<>();
    private int inARow;

    private T next() {
      if (longs.isEmpty() || !shorts.isEmpty() && inARow < SHORT_IN_A_ROW) {
        inARow++;
        return shorts.poll();
      }
      inARow = 0;
      return longs.poll();
    }

    private boolean isEmpty() {
      return shorts.isEmpty() && longs.isEmpty();
    }
  }

  /** In the order of their turns. */
  private final Map<Object, Turn<T>> turns = new LinkedHashMap<>();

  void addShort(Object function, T item) {
    turns.computeIfAbsent(function, f -> new Turn<>()).shorts.add(item);
  }

  void addLong(Object function, T item) {
    turns.computeIfAbsent(function, f -> new Turn<>()).longs.add(item);
  }

  /** Whose turn it is; null when nobody waits. */
  T next() {
    Iterator<Map.Entry<Object, Turn<T>>> first = turns.entrySet().iterator();
    if (!first.hasNext()) {
      return null;
    }
    Map.Entry<Object, Turn<T>> entry = first.next();
    Object function = entry.getKey();
    Turn<T> turn = entry.getValue();
    first.remove();
    T item = turn.next();
    if (!turn.isEmpty()) {
      turns.put(function, turn); // to the end: the next turn is another function's
    }
    return item;
  }

  boolean isEmpty() {
    return turns.isEmpty();
  }
}
