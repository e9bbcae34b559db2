package dev.mayfly.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mayfly.loadtest.compare.Ratio.Says;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RatioTest {
  @Test
  void aFactorCommonToARoundIsNotInThePairedRatio() {
    Ratio ratio = Ratio.paired(new double[] {2, 20, 200.1}, new double[] {1, 10, 100});
    assertThat(ratio.estimate()).isCloseTo(2, within(0.001));
    assertThat(ratio.low()).isBetween(1.99, 2.0);
    assertThat(ratio.says()).isEqualTo(Says.LARGER);
  }

  @Test
  void theIntervalIsThatOfStudentOnLogarithms() {
    // Logarithms 0.1, 0.2, 0.3: mean 0.2, standard error 0.1 / sqrt 3, t of 2 degrees 4.3027.
    Ratio ratio = Ratio.paired(new double[] {Math.exp(0.1), Math.exp(0.2), Math.exp(0.3)}, new double[] {1, 1, 1});
    assertThat(Math.log(ratio.estimate())).isCloseTo(0.2, within(1e-12));
    assertThat(Math.log(ratio.low())).isCloseTo(0.2 - 4.3027 * 0.1 / Math.sqrt(3), within(1e-9));
    assertThat(Math.log(ratio.high())).isCloseTo(0.2 + 4.3027 * 0.1 / Math.sqrt(3), within(1e-9));
    assertThat(ratio.says()).isEqualTo(Says.NO_DIFFERENCE);
  }

  @Test
  void ofTheReverseItIsTheReciprocal() {
    double[] a = {3, 4, 5, 4.5};
    double[] b = {2, 2.2, 3, 2.5};
    Ratio there = Ratio.independent(a, b);
    Ratio back = Ratio.independent(b, a);
    assertThat(back.estimate()).isCloseTo(1 / there.estimate(), within(1e-12));
    assertThat(back.low()).isCloseTo(1 / there.high(), within(1e-12));
  }

  @Test
  void oneMeasurementHasNoInterval() {
    assertThat(Ratio.paired(new double[] {3}, new double[] {2}).says()).isEqualTo(Says.NOTHING);
    assertThat(Ratio.paired(new double[] {3}, new double[] {2}).estimate()).isCloseTo(1.5, within(1e-12));
    assertThat(Ratio.independent(new double[] {3}, new double[] {2, 3}).says()).isEqualTo(Says.NOTHING);
  }

  @Test
  void valuesThatAreNotThereAreLeftOut() {
    assertThat(Ratio.paired(new double[] {0, 4, 4}, new double[] {2, 2, 2}).estimate()).isCloseTo(2, within(1e-12));
    assertThat(Ratio.paired(new double[] {0}, new double[] {2})).isEqualTo(Ratio.UNKNOWN);
    assertThat(Ratio.independent(new double[] {}, new double[] {2})).isEqualTo(Ratio.UNKNOWN);
  }

  @Test
  void measurementsWithoutAPairAreRefused() {
    assertThatThrownBy(() -> Ratio.paired(new double[] {1}, new double[] {1, 2})).hasMessageContaining("1 measurements do not pair with 2");
  }

  @Test
  void theIntervalHoldsTheTruthInNineteenOfTwentyCases() {
    SplittableRandom dice = new SplittableRandom(3);
    int held = 0;
    for (int i = 0; i < 4000; i++) {
      Ratio ratio = Ratio.independent(draw(dice, 5, Math.log(2)), draw(dice, 7, 0));
      held += ratio.low() <= 2 && ratio.high() >= 2 ? 1 : 0;
    }
    assertThat(held / 4000.0).isBetween(0.935, 0.965);
  }

  private static double[] draw(SplittableRandom dice, int count, double mean) {
    return java.util.stream.IntStream.range(0, count).mapToDouble(_ -> Math.exp(mean + 0.3 * dice.nextGaussian())).toArray();
  }

  @Test
  void quantilesAreThoseOfTheTables() {
    assertThat(Student.quantile975(1)).isCloseTo(12.7062, within(1e-4));
    assertThat(Student.quantile975(4)).isCloseTo(2.7764, within(1e-4));
    assertThat(Student.quantile975(4.5)).isBetween(2.5706, 2.7764);
    assertThat(Student.quantile975(11)).isCloseTo(2.2010, within(5e-4));
    assertThat(Student.quantile975(20)).isCloseTo(2.0860, within(5e-4));
    assertThat(Student.quantile975(30)).isCloseTo(2.0423, within(5e-4));
    assertThat(Student.quantile975(1e6)).isCloseTo(1.95997, within(1e-4));
  }
}
