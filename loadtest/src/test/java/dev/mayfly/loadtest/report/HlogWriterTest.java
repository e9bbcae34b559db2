package dev.mayfly.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Second;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HlogWriterTest {
  @TempDir Path folder;

  private static Histogram histogram(long from, long value) {
    Histogram histogram = new Histogram(3);
    histogram.setStartTimeStamp(from);
    histogram.setEndTimeStamp(from + 1000);
    histogram.setTag("my target");
    histogram.recordValue(value);
    return histogram;
  }

  @Test
  void theUsualReaderReadsIt() throws IOException {
    Path file = folder.resolve("run.hlog");
    List<Second> seconds = Results.run("my target", 2, 10, 1, 1).seconds();
    try (HlogWriter writer = new HlogWriter(file)) {
      writer.second(List.of(new Listener.Interval(seconds.get(0), histogram(5000, 1000), histogram(5000, 2000))));
      writer.second(List.of(new Listener.Interval(seconds.get(1), histogram(6000, 3000), histogram(6000, 4000))));
    }
    HistogramLogReader reader = new HistogramLogReader(file.toFile());
    EncodableHistogram first = reader.nextIntervalHistogram();
    assertThat(first.getTag()).isEqualTo("my_target");
    assertThat(((Histogram) first).getMaxValue()).isBetween(2000L, 2003L);
    assertThat(first.getStartTimeStamp()).isEqualTo(5000);
    assertThat(reader.nextIntervalHistogram().getTag()).isEqualTo("my_target-service");
    assertThat(reader.nextIntervalHistogram().getStartTimeStamp()).isEqualTo(6000);
    assertThat(reader.nextIntervalHistogram()).isNotNull();
    assertThat(reader.nextIntervalHistogram()).isNull();
  }
}
