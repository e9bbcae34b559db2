package dev.mayfly.loadtest.cli;

import static dev.mayfly.loadtest.scenario.Quantities.nanos;
import static dev.mayfly.loadtest.scenario.Quantities.percent;

import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Second;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A line each second and target: what was answered, how fast, what went wrong. */
final class Progress implements Listener {
  // The sender's own lag is worth a word from here on.
  private static final long LAG_NANOS = 2_000_000;
  private final PrintWriter err;
  private String phase = "";

  Progress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void second(List<Interval> intervals) {
    for (Interval interval : intervals) {
      Second second = interval.second();
      if (!second.phase().equals(phase)) {
        phase = second.phase();
        err.println("-- " + phase + (second.counted() ? "" : " (not counted)"));
      }
      err.println(line(second, intervals.size() > 1));
    }
    err.flush();
  }

  static String line(Second s, boolean named) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%5d s  %7d/s  p50 %-8s p99 %-8s max %-8s", s.index() + 1, s.good(), nanos(s.response().p50()), nanos(s.response().p99()),
        nanos(s.response().max())));
    text.append("  errors ").append(s.failed());
    if (s.cold() + s.warm() > 0) {
      text.append("  cold ").append(percent((double) s.cold() / Math.max(1, s.good())));
    }
    if (s.inFlight() > 0) {
      text.append("  under way ").append(s.inFlight());
    }
    if (s.unsent() > 0) {
      text.append("  NOT SENT ").append(s.unsent());
    }
    if (s.lag().p99() >= LAG_NANOS) {
      text.append("  own lag p99 ").append(nanos(s.lag().p99()));
    }
    return named ? text.append("  ").append(s.target()).toString() : text.toString();
  }
}
