package dev.mayfly.pool;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who runs next on a thread: functions take turns, and within a function the first come is the first served. A run whose slice is over is
 * added again, and so stands behind every other function and behind its own function's others; alone, it is next at once. One function
 * with a thousand runs thus delays another function's only run by one slice, not by a thousand.
 *
 * Pure; used by one thread.
 */
final class RunQueue<T> {
  /** In the order of their turns; never holds an empty queue. */
  private final Map<Object, ArrayDeque<T>> turns = new LinkedHashMap<>();

  void add(Object function, T item) {
    turns.computeIfAbsent(function, f -> new ArrayDeque<>()).add(item);
  }

  /** Whose turn it is; null when nobody waits. */
  T next() {
    Iterator<Map.Entry<Object, ArrayDeque<T>>> first = turns.entrySet().iterator();
    if (!first.hasNext()) {
      return null;
    }
    Map.Entry<Object, ArrayDeque<T>> turn = first.next();
    Object function = turn.getKey();
    ArrayDeque<T> items = turn.getValue();
    first.remove();
    T item = items.poll();
    if (!items.isEmpty()) {
      turns.put(function, items); // to the end: the next turn is another function's
    }
    return item;
  }

  boolean isEmpty() {
    return turns.isEmpty();
  }
}
