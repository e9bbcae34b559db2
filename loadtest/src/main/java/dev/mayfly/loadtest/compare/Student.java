package dev.mayfly.loadtest.compare;

/** Student's t distribution: the one quantile that intervals of 95 % need. */
final class Student {
  /** For 1 to 10 degrees of freedom, where the expansion below is not good enough. */
  private static final double[] FEW = {12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281};
  private static final double NORMAL = 1.959964;

  private Student() {}

  /**
   * The value that is exceeded in 2.5 % of the cases. Between the whole numbers of the table linearly in 1/freedom; beyond it by the expansion in
   * 1/freedom of Abramowitz and Stegun, 26.7.5, whose error is below 0.0005 there.
   *
   * @param freedom degrees, 1 at least, not always whole
   */
  static double quantile975(double freedom) {
    if (freedom <= FEW.length) {
      int below = (int) freedom;
      if (below == freedom) {
        return FEW[below - 1];
      }
      double part = (1.0 / below - 1 / freedom) / (1.0 / below - 1.0 / (below + 1));
      return FEW[below - 1] + part * (FEW[below] - FEW[below - 1]);
    }
    double z = NORMAL;
    double z3 = z * z * z;
    double z5 = z3 * z * z;
    double first = (z3 + z) / 4;
    double second = (5 * z5 + 16 * z3 + 3 * z) / 96;
    double third = (3 * z5 * z * z + 19 * z5 + 17 * z3 - 15 * z) / 384;
    return z + first / freedom + second / (freedom * freedom) + third / (freedom * freedom * freedom);
  }
}
