package dev.mayfly.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is done about rows that cannot be read. Skipped rows are all counted, and the first {@value #NAMED} are kept by name. One thread adds,
 * any thread reads.
 */
public final class BadRows {
  static final int NAMED = 20;
  private final boolean refuse;
  private final AtomicLong count = new AtomicLong();
  private final List<BadRow> first = new ArrayList<>();

  private BadRows(boolean refuse) {
    this.refuse = refuse;
  }

  /** Goes on without them. */
  public static BadRows skipped() {
    return new BadRows(false);
  }

  /** The first one is a {@link TraceException}. */
  public static BadRows refused() {
    return new BadRows(true);
  }

  void add(BadRow row) {
    if (refuse) {
      throw new TraceException(row + " (bad rows can be skipped instead)");
    }
    count.incrementAndGet();
    synchronized (first) {
      if (first.size() < NAMED) {
        first.add(row);
      }
    }
  }

  public long count() {
    return count.get();
  }

  /** The first ones, in the order of the files. */
  public List<BadRow> first() {
    synchronized (first) {
      return List.copyOf(first);
    }
  }
}
