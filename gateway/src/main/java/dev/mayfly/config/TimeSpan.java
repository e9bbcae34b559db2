package dev.mayfly.config;

import java.time.Duration;
import java.util.Map;

/** Times as people write them: {@code 250ms}, {@code 2s}, {@code 1m}, {@code 1h}. */
public final class TimeSpan {
  private static final String HOW = "write a number and a unit, like 250ms, 2s, 1m or 1h";
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1000 * MILLI;
  private static final Map<String, Long> UNITS = Map.of("ms", MILLI, "s", SECOND, "m", 60 * SECOND, "h", 3600 * SECOND);

  private TimeSpan() {}

  /** From {@code min} to {@code max}. */
  public static Duration parse(String text, Duration min, Duration max) throws InvalidValue {
    Duration time = Duration.ofNanos(Quantity.parse(text, UNITS, "a time", HOW));
    if (time.compareTo(min) < 0 || time.compareTo(max) > 0) {
      throw new InvalidValue("\"" + text + "\" is out of range; from " + format(min) + " to " + format(max) + " are allowed");
    }
    return time;
  }

  /** In the largest unit that gives a whole number; below a millisecond in decimals of one. */
  public static String format(Duration time) {
    long nanos = time.toNanos();
    if (nanos % MILLI != 0) {
      return java.math.BigDecimal.valueOf(nanos, 6).stripTrailingZeros().toPlainString() + "ms";
    }
    long millis = nanos / MILLI;
    if (millis != 0 && millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis != 0 && millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
