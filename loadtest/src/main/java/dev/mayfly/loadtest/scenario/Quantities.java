package dev.mayfly.loadtest.scenario;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units, as people write them in options and scenarios. */
public final class Quantities {
  private static final Pattern NUMBER = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?) ?(%|/?[A-Za-z]*)");
  private static final Map<String, Double> TIMES = units("us", 1e-6, "ms", 1e-3, "s", 1.0, "m", 60.0, "h", 3600.0);
  private static final Map<String, Double> RATES = units("", 1.0, "/s", 1.0, "/m", 1 / 60.0, "/h", 1 / 3600.0);
  private static final Map<String, Double> SIZES = units("B", 1.0, "KiB", 1024.0, "MiB", 1048576.0, "GiB", 1073741824.0);
  private static final Map<String, Double> SHARES = units("%", 0.01);
  private static final double MAX_SECONDS = 7 * 24 * 3600;
  private static final double MAX_RATE = 10_000_000;

  private Quantities() {}

  /** From 0 to a week. */
  public static Duration time(String text) throws InvalidValue {
    double seconds = text.equals("0") ? 0 : parse(text, TIMES, "a time", "like 250ms, 2s, 1m or 1h");
    if (seconds > MAX_SECONDS) {
      throw new InvalidValue("\"" + text + "\" is too long; up to 7 days (168h) are allowed");
    }
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  /** As {@link #time}, above 0. */
  public static Duration someTime(String text) throws InvalidValue {
    Duration time = time(text);
    if (time.isZero()) {
      throw new InvalidValue("\"" + text + "\" is no time at all; it must be above 0");
    }
    return time;
  }

  /** Per second, from 0. */
  public static double rate(String text) throws InvalidValue {
    double rate = parse(text, RATES, "a rate", "like 200/s, 30/m or 5/h");
    if (rate > MAX_RATE) {
      throw new InvalidValue("\"" + text + "\" is too high; up to 10000000/s are allowed");
    }
    return rate;
  }

  public static double someRate(String text) throws InvalidValue {
    double rate = rate(text);
    if (rate == 0) {
      throw new InvalidValue("\"" + text + "\" sends nothing; the rate must be above 0");
    }
    return rate;
  }

  /** Bytes. */
  public static long size(String text) throws InvalidValue {
    return (long) parse(text, SIZES, "a size", "like 64KiB, 16MiB or 1GiB");
  }

  /** 0.01 for 1%. */
  public static double share(String text) throws InvalidValue {
    return parse(text, SHARES, "a share", "like 1% or 0.1%");
  }

  /** A whole number. */
  public static int count(String text, int min, int max) throws InvalidValue {
    int value;
    try {
      value = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new InvalidValue("\"" + text + "\" is not a whole number; from " + min + " to " + max + " are allowed");
    }
    if (value < min || value > max) {
      throw new InvalidValue("\"" + text + "\" is out of range; from " + min + " to " + max + " are allowed");
    }
    return value;
  }

  /** Nanoseconds for people, three digits of them. */
  public static String nanos(double nanos) {
    double[] units = {1e9, 1e6, 1e3};
    String[] names = {"s", "ms", "us"};
    for (int i = 0; i < units.length; i++) {
      double value = nanos / units[i];
      if (value >= 0.9995) {
        return String.format(Locale.ROOT, value >= 99.95 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s", value, names[i]);
      }
    }
    return nanos == 0 ? "0" : String.format(Locale.ROOT, "%.0f ns", nanos);
  }

  /** Per second, for people. */
  public static String perSecond(double rate) {
    return String.format(Locale.ROOT, rate >= 100 ? "%,.0f/s" : "%.1f/s", rate);
  }

  /** A share, for people. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, share > 0 && share < 0.001 ? "%.3f%%" : "%.1f%%", 100 * share);
  }

  private static double parse(String text, Map<String, Double> units, String what, String how) throws InvalidValue {
    Matcher m = NUMBER.matcher(text.strip());
    if (!m.matches()) {
      throw new InvalidValue("\"" + text + "\" is not " + what + "; write a number and a unit, " + how);
    }
    Double factor = units.get(m.group(2));
    if (factor == null) {
      throw new InvalidValue("\"" + text + "\" has " + (m.group(2).isEmpty() ? "no unit" : "the unknown unit \"" + m.group(2) + "\"") + "; write a number and a unit, " + how);
    }
    return new BigDecimal(m.group(1)).doubleValue() * factor;
  }

  private static Map<String, Double> units(Object... pairs) {
    Map<String, Double> units = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      units.put((String) pairs[i], (Double) pairs[i + 1]);
    }
    return units;
  }
}
