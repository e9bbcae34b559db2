package dev.mayfly.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FunctionTrafficTest {
  private static final Counts TEN = new Counts(10, 500_000, 1, 200_000);

  @Test
  void aSteadyRateIsItsOwnAverageHoweverOftenItIsRead() {
    FunctionTraffic often = new FunctionTraffic();
    FunctionTraffic seldom = new FunctionTraffic();
    for (int second = 1; second <= 900; second++) {
      often.add(TEN, 1, second * 1000L);
      if (second % 5 == 0) {
        seldom.add(new Counts(50, 2_500_000, 5, 1_000_000), 5, second * 1000L);
      }
    }
    for (Window window : new Window[] {often.window(), seldom.window()}) {
      assertThat(window.fastArrivals()).isCloseTo(10, within(0.01));
      assertThat(window.slowArrivals()).isCloseTo(10, within(0.01));
      assertThat(window.fastBusy()).isCloseTo(0.5, within(0.001));
      assertThat(window.slowBusy()).isCloseTo(0.5, within(0.001));
      assertThat(window.fastQueued()).isCloseTo(0.2, within(0.001));
      assertThat(window.slowCold()).isCloseTo(1, within(0.001));
    }
  }

  @Test
  void whatSeveralGatewaysAddIsTheirSum() {
    FunctionTraffic together = new FunctionTraffic();
    for (int second = 1; second <= 900; second++) {
      together.add(TEN, 1, second * 1000L);
      together.add(TEN, 1, second * 1000L);
      together.add(TEN, 1, second * 1000L);
    }
    assertThat(together.window().fastArrivals()).isCloseTo(30, within(0.03));
  }

  @Test
  void averagesFadeWhenNothingHappens() {
    FunctionTraffic traffic = new FunctionTraffic();
    traffic.add(TEN, 1, 1000);
    Window later = traffic.window().after(60_000);
    assertThat(later.slowArrivals()).isCloseTo(traffic.window().slowArrivals() / Math.E, within(1e-9));
    assertThat(later.idleSeconds()).isEqualTo(60);
    assertThat(later.atMillis()).isEqualTo(61_000);
  }

  @Test
  void gapsBetweenUsesAreRememberedAndShortOnesAreNone() {
    FunctionTraffic traffic = new FunctionTraffic();
    traffic.add(TEN, 1, 1_000);
    traffic.add(TEN, 1, 2_000);
    traffic.add(Counts.NONE, 1, 3_000);
    traffic.add(TEN, 1, 302_000);
    assertThat(traffic.window().gaps().total()).isEqualTo(1);
    assertThat(traffic.window().gaps().weight(IdleGaps.bin(300))).isEqualTo(1);
  }

  @Test
  void newGapsCountMoreThanOldOnes() {
    IdleGaps gaps = IdleGaps.NONE;
    for (int i = 0; i < 500; i++) {
      gaps = gaps.plus(10);
    }
    for (int i = 0; i < 200; i++) {
      gaps = gaps.plus(1000);
    }
    assertThat(gaps.weight(IdleGaps.bin(1000))).isGreaterThan(20 * gaps.weight(IdleGaps.bin(10)));
    assertThat(gaps.total()).isBetween(28.0, 60.0);
  }

  @Test
  void everyLengthHasItsBin() {
    for (int bin = 0; bin < IdleGaps.BINS; bin++) {
      assertThat(IdleGaps.bin(IdleGaps.start(bin))).isEqualTo(bin);
    }
    assertThat(IdleGaps.bin(1e9)).isEqualTo(IdleGaps.BINS - 1);
    assertThat(IdleGaps.bin(0)).isZero();
  }
}
