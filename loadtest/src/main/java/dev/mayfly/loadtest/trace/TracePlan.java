package dev.mayfly.loadtest.trace;

import dev.mayfly.loadtest.plan.Schedule;
import dev.mayfly.trace.Arrival;
import dev.mayfly.trace.Arrivals;
import dev.mayfly.trace.BadRow;
import dev.mayfly.trace.BadRows;
import dev.mayfly.trace.Replay;
import dev.mayfly.trace.Trace;
import dev.mayfly.trace.TraceException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A trace as a schedule. It is read once, whole, before anything is sent: so its mistakes show at once, and neither files nor parsing are in the way of
 * the sender. Its functions are spread over the calls by how often they are invoked: the busiest is the first call, the next one the second, in
 * turn. Immutable; close it when the run is over.
 */
public final class TracePlan implements AutoCloseable {
  /** Of which the file in the temporary directory is some 2 GB. */
  private static final long MOST_ARRIVALS = 500_000_000;
  private final Recording recording;
  private final int[] callOf;
  private final long arrivals;
  private final long lastNanos;
  private final BadRows bad;

  private TracePlan(Recording recording, int[] callOf, long arrivals, long lastNanos, BadRows bad) {
    this.recording = recording;
    this.callOf = callOf;
    this.arrivals = arrivals;
    this.lastNanos = lastNanos;
    this.bad = bad;
  }

  /**
   * @param paths files, or folders of files, of one trace
   * @param calls how many calls there are to spread its functions over; at least 1
   * @param skipBadRows false: the first bad row is an error
   * @throws TraceException its message is for the user
   */
  public static TracePlan read(List<Path> paths, Replay replay, int calls, boolean skipBadRows) throws IOException {
    BadRows bad = skipBadRows ? BadRows.skipped() : BadRows.refused();
    Map<String, Integer> numbers = new HashMap<>();
    Map<Integer, long[]> counts = new HashMap<>();
    Recording.Writer writer = new Recording.Writer();
    Recording recording = null;
    long total = 0;
    long last = 0;
    try (Arrivals arrivals = Trace.of(paths).replay(replay, bad)) {
      for (; arrivals.hasNext(); total++) {
        Arrival arrival = arrivals.next();
        int number = numbers.computeIfAbsent(arrival.function().id(), _ -> numbers.size());
        counts.computeIfAbsent(number, _ -> new long[1])[0]++;
        last = arrival.atNanos();
        writer.add(last, number);
        if (total >= MOST_ARRIVALS) {
          throw new IOException("the trace has more than " + MOST_ARRIVALS + " invocations: replay a part of it, or keep a share");
        }
      }
      recording = writer.finish();
    } finally {
      if (recording == null) {
        writer.close();
      }
    }
    return new TracePlan(recording, spread(counts, calls), total, last, bad);
  }

  private static int[] spread(Map<Integer, long[]> counts, int calls) {
    List<Integer> ranked = counts.keySet().stream().sorted(Comparator.comparingLong((Integer number) -> -counts.get(number)[0])
        .thenComparing(Comparator.naturalOrder())).toList();
    int[] callOf = new int[ranked.size()];
    IntStream.range(0, callOf.length).forEach(rank -> callOf[ranked.get(rank)] = rank % calls);
    return callOf;
  }

  /** Makes the same arrivals each time. */
  public Supplier<Schedule> schedule() {
    return () -> new Schedule() {
      private final Recording.Cursor cursor = recording.cursor();

      @Override
      public boolean next() {
        return cursor.next();
      }

      @Override
      public long dueNanos() {
        return cursor.nanos();
      }

      @Override
      public int call() {
        return callOf[cursor.function()];
      }
    };
  }

  public long arrivals() {
    return arrivals;
  }

  /** Until just after its last arrival; above 0. */
  public Duration duration() {
    return Duration.ofNanos(lastNanos + 1);
  }

  public BadRows bad() {
    return bad;
  }

  /** For people: one line, and one for each bad row that is named. */
  public String summary() {
    double seconds = lastNanos / 1e9;
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "trace: %,d invocations of %,d functions in %,.1f s, %,.1f/s in the mean",
        arrivals, callOf.length, seconds, seconds > 0 ? arrivals / seconds : arrivals));
    if (bad.count() > 0) {
      text.append(String.format(Locale.ROOT, "; %,d bad rows were skipped:", bad.count()));
      for (BadRow row : bad.first()) {
        text.append("\n  ").append(row);
      }
      if (bad.count() > bad.first().size()) {
        text.append("\n  and ").append(bad.count() - bad.first().size()).append(" more");
      }
    }
    return text.toString();
  }

  /** Once no schedule is in use any more. May be called twice. */
  @Override
  public void close() throws IOException {
    recording.close();
  }
}
