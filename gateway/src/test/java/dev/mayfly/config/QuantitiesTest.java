package dev.mayfly.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "100B, 100", "512KiB, 524288", "64MiB, 67108864", "1GiB, 1073741824", "1.5KiB, 1536", "2KB, 2000", "3MB, 3000000", "1 GB, 1000000000",
      "1TiB, 1099511627776"})
  void sizesAreRead(String text, long bytes) throws Exception {
    assertThat(ByteSize.parse(text, 0, Long.MAX_VALUE)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "-1MiB", "1e3MiB", "1,5MiB", "64M", "999999999999999999TiB", "0x10KiB", "1MiB ", "1.MiB"})
  void otherSizesAreRefused(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text, 0, Long.MAX_VALUE)).isInstanceOf(InvalidValue.class).hasMessageContaining("\"" + text + "\"");
  }

  @ParameterizedTest
  @CsvSource({"0, 0B", "100, 100B", "1024, 1KiB", "1536, 1536B", "67108864, 64MiB", "1073741824, 1GiB", "1125899906842624, 1024TiB"})
  void sizesAreWritten(long bytes, String text) {
    assertThat(ByteSize.format(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"250ms, 250", "2s, 2000", "1.5s, 1500", "1m, 60000", "1h, 3600000", "0s, 0"})
  void timesAreReadAndWritten(String text, long millis) throws Exception {
    Duration time = TimeSpan.parse(text, Duration.ZERO, Duration.ofDays(1));
    assertThat(time).isEqualTo(Duration.ofMillis(millis));
    assertThat(TimeSpan.format(time)).isEqualTo(text.equals("1.5s") ? "1500ms" : text);
  }

  @Test
  void timesBelowAMillisecondAreWrittenInDecimals() {
    assertThat(TimeSpan.format(Duration.ofNanos(1_250_000))).isEqualTo("1.25ms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "10", "1d", "-1s", "1min", "1h30m"})
  void otherTimesAreRefused(String text) {
    assertThatThrownBy(() -> TimeSpan.parse(text, Duration.ZERO, Duration.ofDays(1))).isInstanceOf(InvalidValue.class);
  }

  @ParameterizedTest
  @CsvSource({"memry, memory, 1", "Memory, memory, 0", "tiemout, timeout, 1", "a, b, 1", "abc, '', 3"})
  void distanceCountsEditsAndSwapsCaseAside(String a, String b, int distance) {
    assertThat(Nearest.distance(a, b)).isEqualTo(distance);
  }
}
