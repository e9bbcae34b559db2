package dev.mayfly.loadtest.report;

import java.util.Locale;

/** Numbers for people: three significant digits, thousands apart, the unit beside. Any thread. */
public final class Quantity {
  private Quantity() {}

  /** A time, in the unit in which it is easiest read; milliseconds from a hundredth on, as most are compared in them. */
  public static String time(double nanos) {
    if (nanos == 0) {
      return "0 ms";
    }
    if (nanos < 10_000) {
      return digits(nanos / 1e3) + " µs";
    }
    return nanos < 1e9 ? digits(nanos / 1e6) + " ms" : nanos < 120e9 ? digits(nanos / 1e9) + " s" : digits(nanos / 60e9) + " min";
  }

  /** For an axis: without zeros at the end of a fraction. */
  public static String tick(String quantity) {
    return quantity.replaceFirst("(\\.\\d*?)0+(?=\\D|$)", "$1").replaceFirst("\\.(?=\\D|$)", "");
  }

  public static String rate(double perSecond) {
    return digits(perSecond) + "/s";
  }

  public static String share(double share) {
    return share == 0 ? "0 %" : share < 0.0001 ? "< 0.01 %" : digits(share * 100) + " %";
  }

  public static String count(double count) {
    return String.format(Locale.ROOT, "%,.0f", count);
  }

  /** Three significant digits, no zeros at the end of a fraction that has more; whole numbers whole. */
  public static String digits(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return "unknown";
    }
    int decimals = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
