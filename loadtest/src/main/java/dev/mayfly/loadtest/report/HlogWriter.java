package dev.mayfly.loadtest.report;

import dev.mayfly.loadtest.measure.Listener;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Writes a .hlog, the format of HdrHistogram's own tools, while a run goes on: for each second and target an interval of response times, and one
 * of service times whose tag ends in {@code -service}. The column of maxima is in
 * milliseconds, as is usual in the format; the histograms hold nanoseconds. One thread at a time.
 */
public final class HlogWriter implements Listener, AutoCloseable {
  private final HistogramLogWriter log;
  private boolean begun;

  public HlogWriter(Path file) throws IOException {
    try {
      log = new HistogramLogWriter(file.toFile());
    } catch (FileNotFoundException e) {
      throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
    }
    log.outputComment("[Mayfly load test; values in nanoseconds, the column of maxima in milliseconds]");
    log.outputLogFormatVersion();
  }

  @Override
  public void second(List<Interval> intervals) {
    for (Interval interval : intervals) {
      if (!begun) {
        begun = true;
        log.outputStartTime(interval.response().getStartTimeStamp());
        log.outputBaseTime(interval.response().getStartTimeStamp());
        log.setBaseTime(interval.response().getStartTimeStamp());
        log.outputLegend();
      }
      write(interval.response(), interval.second().target());
      write(interval.service(), interval.second().target() + "-service");
    }
  }

  /** A tag ends at a comma or a blank in this format. */
  private void write(Histogram histogram, String tag) {
    String before = histogram.getTag();
    histogram.setTag(tag.replaceAll("[,\\s]", "_"));
    log.outputIntervalHistogram(histogram);
    histogram.setTag(before);
  }

  @Override
  public void close() {
    log.close();
  }
}
