package dev.mayfly.loadtest.measure;

import dev.mayfly.loadtest.plan.Plan;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What one thread of the sender has measured in counted phases, from the run's begin. Only that thread writes; read when it has ended. */
public final class Ledger {
  private final Entry[] entries;
  private final Histogram lag = new Histogram(3);
  private long planned;
  private long sent;
  private long waited;

  private static final class Entry {
    final Map<Start, Times> times = new EnumMap<>(Start.class);
    final Map<Cause, Failure> failures = new EnumMap<>(Cause.class);
    long bytes;
    long late;
    long unsent;

    void fail(Cause cause, long count, String example) {
      failures.merge(cause, new Failure(count, example), (a, b) -> new Failure(a.count() + b.count(), a.example()));
    }

    void add(Entry other) {
      other.times.forEach((start, t) -> times.computeIfAbsent(start, _ -> Times.empty()).add(t));
      other.failures.forEach((cause, f) -> fail(cause, f.count(), f.example()));
      bytes += other.bytes;
      late += other.late;
      unsent += other.unsent;
    }

    boolean empty() {
      return times.isEmpty() && failures.isEmpty() && unsent == 0;
    }
  }

  public Ledger(int calls) {
    entries = new Entry[calls];
    for (int i = 0; i < calls; i++) {
      entries[i] = new Entry();
    }
  }

  /** An arrival was taken up. */
  public void planned() {
    planned++;
  }

  /** So long after it was due, in the open model. */
  public void lag(long nanos) {
    lag.recordValue(Math.max(0, nanos));
  }

  public void sent() {
    sent++;
  }

  public void waited() {
    waited++;
  }

  public void unsent(int call) {
    entries[call].unsent++;
  }

  /** Arrivals that were given up before they were taken up. */
  public void dropped(int call, long count) {
    planned += count;
    entries[call].unsent += count;
  }

  public void good(Sample sample) {
    Entry entry = entries[sample.call()];
    Times times = entry.times.computeIfAbsent(sample.start(), _ -> Times.empty());
    times.service().recordValue(sample.service());
    times.response().recordValue(sample.response());
    stage(times.queue(), sample.stages().queue());
    stage(times.restore(), sample.stages().restore());
    stage(times.run(), sample.stages().run());
    entry.bytes += sample.bytes();
    entry.late += sample.late() ? 1 : 0;
  }

  public void failed(int call, Cause cause, String example) {
    entries[call].fail(cause, 1, example);
  }

  /** Adds another thread's. */
  public void add(Ledger other) {
    for (int i = 0; i < entries.length; i++) {
      entries[i].add(other.entries[i]);
    }
    lag.add(other.lag);
    planned += other.planned;
    sent += other.sent;
    waited += other.waited;
  }

  /** One for each call that occurred. */
  public List<Series> series(Plan plan) {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < entries.length; i++) {
      Entry e = entries[i];
      if (!e.empty()) {
        series.add(new Series(plan.targets().get(plan.calls().get(i).target()).name(), plan.calls().get(i).name(), e.times, e.failures, e.bytes, e.late, e.unsent));
      }
    }
    return series;
  }

  public SenderFigures figures(long connections) {
    long unsent = 0;
    long late = 0;
    for (Entry e : entries) {
      unsent += e.unsent;
      late += e.late;
    }
    return new SenderFigures(planned, sent, unsent, late, waited, lag, connections);
  }

  private static void stage(Histogram histogram, long nanos) {
    if (nanos >= 0) {
      histogram.recordValue(nanos);
    }
  }
}
