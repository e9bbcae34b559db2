package dev.mayfly.config;

import java.util.Map;

/** Sizes as people write them: {@code 64MiB}. */
public final class ByteSize {
  static final long KIB = 1L << 10;
  static final long MIB = 1L << 20;
  static final long GIB = 1L << 30;
  static final long TIB = 1L << 40;
  private static final String HOW = "write a number and a unit, like 64MiB (B, KiB, MiB, GiB, TiB, or decimal KB, MB, GB, TB)";
  private static final Map<String, Long> UNITS = Map.of("B", 1L, "KiB", KIB, "MiB", MIB, "GiB", GIB, "TiB", TIB,
      "KB", 1_000L, "MB", 1_000_000L, "GB", 1_000_000_000L, "TB", 1_000_000_000_000L);

  private ByteSize() {}

  /** Bytes, from {@code min} to {@code max}. */
  public static long parse(String text, long min, long max) throws InvalidValue {
    long bytes = Quantity.parse(text, UNITS, "a size", HOW);
    if (bytes < min || bytes > max) {
      throw new InvalidValue("\"" + text + "\" is out of range; from " + format(min) + " to " + format(max) + " are allowed");
    }
    return bytes;
  }

  /** In the largest binary unit that gives a whole number. */
  public static String format(long bytes) {
    if (bytes == 0) {
      return "0B";
    }
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = Math.min(Long.numberOfTrailingZeros(bytes) / 10, units.length - 1);
    return (bytes >> 10 * unit) + units[unit];
  }
}
