package dev.mayfly.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({"250us,250000", "250ms,250000000", "1.5s,1500000000", "2m,120000000000", "1h,3600000000000", "0,0"})
  void readsTimes(String text, long nanos) throws Exception {
    assertThat(Quantities.time(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @CsvSource({"200/s,200", "200,200", "30/m,0.5", "36/h,0.01", "0.5/s,0.5"})
  void readsRates(String text, double perSecond) throws Exception {
    assertThat(Quantities.rate(text)).isEqualTo(perSecond);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1", "1 day", "1e3s", "9999999999999s", "1000h", "1..5s", "0x10s"})
  void refusesOtherTimes(String text) {
    assertThatThrownBy(() -> Quantities.time(text)).isInstanceOf(InvalidValue.class).hasMessageContaining("\"" + text + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/s", "-1/s", "1/d", "1s", "99999999/s", "NaN"})
  void refusesOtherRates(String text) {
    assertThatThrownBy(() -> Quantities.rate(text)).isInstanceOf(InvalidValue.class).hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void writesTimesWithThreeDigits() {
    assertThat(Quantities.nanos(0)).isEqualTo("0");
    assertThat(Quantities.nanos(87)).isEqualTo("87 ns");
    assertThat(Quantities.nanos(58_600)).isEqualTo("58.6 us");
    assertThat(Quantities.nanos(1_234_000)).isEqualTo("1.23 ms");
    assertThat(Quantities.nanos(999_700)).isEqualTo("1.00 ms");
    assertThat(Quantities.nanos(60e9)).isEqualTo("60.0 s");
  }
}
