package dev.mayfly.loadtest.measure;

import org.HdrHistogram.Histogram;

/** A few of a histogram's percentiles, in its unit (nanoseconds, throughout); all 0 of an empty one. */
public record Percentiles(long count, long p50, long p90, long p99, long p999, long max) {
  public static final Percentiles NONE = new Percentiles(0, 0, 0, 0, 0, 0);

  public static Percentiles of(Histogram h) {
    return h.getTotalCount() == 0 ? NONE : new Percentiles(h.getTotalCount(), h.getValueAtPercentile(50), h.getValueAtPercentile(90),
        h.getValueAtPercentile(99), h.getValueAtPercentile(99.9), h.getMaxValue());
  }
}
