package dev.mayfly.trace;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The invocations of a trace of 2021. A row tells when an invocation ended and how long it ran; rows are nearly, not quite, in the order in which
 * they began. So a window of {@value #WINDOW} rows is kept sorted; a row that comes even later than that is a bad one.
 */
final class InvocationArrivals implements Arrivals {
  static final int WINDOW = 65_536;
  /** A century: more than any trace is long, and far from where nanoseconds overflow. */
  private static final double LONGEST_SECONDS = 3.2e9;

  private record Started(long atNanos, long row, TraceFunction function, long durationNanos) {}

  private final List<Path> files;
  private final Replay replay;
  private final BadRows bad;
  private final SplittableRandom dice;
  private final PriorityQueue<Started> window = new PriorityQueue<>(Comparator.comparingLong(Started::atNanos).thenComparingLong(Started::row));
  private final Map<TraceFunction, TraceFunction> functions = new HashMap<>();
  private int file;
  private Lines lines;
  private long rows;
  private long lastNanos = Long.MIN_VALUE;

  InvocationArrivals(List<Path> files, Replay replay, BadRows bad) {
    this.files = files;
    this.replay = replay;
    this.bad = bad;
    dice = new SplittableRandom(replay.seed());
  }

  @Override
  public boolean hasNext() {
    fill();
    return !window.isEmpty();
  }

  @Override
  public Arrival next() {
    fill();
    Started first = window.poll();
    if (first == null) {
      throw new NoSuchElementException();
    }
    lastNanos = first.atNanos;
    return new Arrival(replay.scaled(first.atNanos), first.function, first.durationNanos);
  }

  private void fill() {
    while (window.size() < WINDOW && file < files.size()) {
      if (lines == null) {
        lines = new Lines(files.get(file));
        Format.header(lines);
      }
      String line = lines.next();
      if (line == null) {
        lines.close();
        lines = null;
        file++;
      } else {
        take(line);
      }
    }
  }

  private void take(String line) {
    try {
      Started row = parsed(line);
      if (row.atNanos < lastNanos) {
        throw new Row.Wrong("begins earlier than a row that stands more than " + WINDOW + " rows before it");
      }
      boolean inside = row.atNanos >= replay.fromNanos() && row.atNanos < replay.endNanos();
      if (inside && (replay.keep() == 1 || dice.nextDouble() < replay.keep())) {
        window.add(row);
      }
    } catch (Row.Wrong e) {
      lines.bad(e.getMessage(), bad);
    }
  }

  private Started parsed(String line) throws Row.Wrong {
    Row row = new Row(line, Format.INVOCATIONS_HEADER);
    TraceFunction function = new TraceFunction("", row.name(), row.name(), "");
    double end = row.number(0, LONGEST_SECONDS);
    double duration = row.number(0, LONGEST_SECONDS);
    row.end();
    // What began before the trace did counts as begun with it.
    long atNanos = Math.round(Math.max(0, end - duration) * 1e9);
    return new Started(atNanos, rows++, functions.computeIfAbsent(function, same -> same), Math.round(duration * 1e9));
  }

  @Override
  public void close() {
    file = files.size();
    window.clear();
    if (lines != null) {
      lines.close();
      lines = null;
    }
  }
}
