package dev.mayfly.trace;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/**
 * The invocations of a trace of 2019, made minute by minute: the trace tells how many, where in the minute is drawn. Every minute has dice of its
 * own, so a window of a trace is the same whatever came before it.
 */
final class CountArrivals implements Arrivals {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final long DAY_NANOS = Format.MINUTES_OF_A_DAY * MINUTE_NANOS;
  /** A minute's invocations are sorted in memory, 8 bytes each. */
  private static final int MOST_IN_A_MINUTE = 8_000_000;
  /** Below it the function's number, above it the time within the minute (36 bits): one sort of longs orders both. */
  private static final int FUNCTION_BITS = 27;
  private final List<Trace.Day> days;
  private final Replay replay;
  private final BadRows bad;
  private int day = -1;
  private int minute;
  private DayCounts counts = new DayCounts(List.of(), 0);
  private int[] cursors = {};
  private long[] batch = new long[1024];
  private int filled;
  private int given;
  private SplittableRandom dice;

  CountArrivals(List<Trace.Day> days, Replay replay, BadRows bad) {
    this.days = days;
    this.replay = replay;
    this.bad = bad;
    day = (int) Math.min(days.size(), replay.fromNanos() / DAY_NANOS) - 1;
  }

  @Override
  public boolean hasNext() {
    while (given == filled) {
      if (minute == counts.minutes() && !nextDay()) {
        return false;
      }
      if (minuteNanos() >= replay.endNanos()) {
        return false;
      }
      fill();
      minute++;
    }
    return true;
  }

  @Override
  public Arrival next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    long entry = batch[given++];
    DayCounts.Counts from = counts.functions().get((int) (entry & (1 << FUNCTION_BITS) - 1));
    long at = minuteNanos() - MINUTE_NANOS + (entry >>> FUNCTION_BITS);
    long duration = from.durations() == null ? Arrival.UNKNOWN : from.durations().nanosAt(dice.nextDouble());
    return new Arrival(replay.scaled(at), from.function(), duration);
  }

  /** When the minute that comes next begins, in the trace's time. */
  private long minuteNanos() {
    return day * DAY_NANOS + minute * MINUTE_NANOS;
  }

  private boolean nextDay() {
    if (day + 1 >= days.size() || (day + 1) * DAY_NANOS >= replay.endNanos()) {
      return false;
    }
    Trace.Day files = days.get(++day);
    Map<String, Durations> durations = files.durations() == null ? Map.of() : Durations.read(files.durations(), bad);
    counts = DayCounts.read(files.counts(), durations, bad);
    if (counts.functions().size() >= 1 << FUNCTION_BITS) {
      throw new TraceException(files.counts() + " has " + counts.functions().size() + " functions; at most " + (1 << FUNCTION_BITS) + " are allowed");
    }
    cursors = new int[counts.functions().size()];
    minute = Math.clamp((replay.fromNanos() - day * DAY_NANOS) / MINUTE_NANOS, 0, counts.minutes());
    return true;
  }

  private void fill() {
    dice = new SplittableRandom(replay.seed() * 0x9E3779B97F4A7C15L + day * (long) Format.MINUTES_OF_A_DAY + minute);
    filled = 0;
    given = 0;
    for (int function = 0; function < cursors.length; function++) {
      DayCounts.Counts row = counts.functions().get(function);
      int cursor = cursors[function];
      while (cursor < row.minutes().length && row.minutes()[cursor] < minute) {
        cursor++;
      }
      cursors[function] = cursor;
      if (cursor < row.minutes().length && row.minutes()[cursor] == minute) {
        draw(function, row.counts()[cursor]);
      }
    }
    Arrays.sort(batch, 0, filled);
  }

  private void draw(int function, int count) {
    for (int i = 0; i < count; i++) {
      long within = replay.even() ? (long) ((i + 0.5) / count * MINUTE_NANOS) : dice.nextLong(MINUTE_NANOS);
      long at = minuteNanos() + within;
      if (replay.keep() < 1 && dice.nextDouble() >= replay.keep() || at < replay.fromNanos() || at >= replay.endNanos()) {
        continue;
      }
      if (filled == batch.length) {
        if (filled >= MOST_IN_A_MINUTE) {
          throw new TraceException("minute " + (minute + 1) + " of " + days.get(day).counts() + " has more than " + MOST_IN_A_MINUTE
              + " invocations; keep a smaller share of them");
        }
        batch = Arrays.copyOf(batch, batch.length * 2);
      }
      batch[filled++] = within << FUNCTION_BITS | function;
    }
  }

  /** Files are read a day at a time, and closed then. */
  @Override
  public void close() {
    day = days.size();
    minute = counts.minutes();
    given = filled;
  }
}
