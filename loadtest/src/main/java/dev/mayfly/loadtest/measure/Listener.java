package dev.mayfly.loadtest.measure;

import java.util.List;
import org.HdrHistogram.Histogram;

/** Told of a run while it goes on, by one thread at a time, never the sender's. May take a while, but not a second. */
public interface Listener {
  /**
   * What one target did in one second. The histograms (nanoseconds, good answers) are the caller's again after the call.
   *
   * @param service their tag is the target's name, start and end are set to wall-clock milliseconds: as a .hlog needs them
   */
  record Interval(Second second, Histogram service, Histogram response) {}

  /** A second is over; an interval for each target that was asked in it. */
  void second(List<Interval> intervals);

  /** One that tells several, in order. */
  static Listener all(List<Listener> listeners) {
    return intervals -> listeners.forEach(l -> l.second(intervals));
  }
}
