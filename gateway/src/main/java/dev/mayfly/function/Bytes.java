package dev.mayfly.function;

/** Sizes as messages have them, with the units of the configuration file. */
final class Bytes {
  private static final String[] UNITS = {"GiB", "MiB", "KiB"};

  private Bytes() {}

  /** Exact: in the largest unit that divides it. */
  static String text(long bytes) {
    for (int i = 0, shift = 30; i < UNITS.length; i++, shift -= 10) {
      if (bytes != 0 && bytes % (1L << shift) == 0) {
        return (bytes >> shift) + UNITS[i];
      }
    }
    return bytes + " bytes";
  }

  /** Enough in whole MiB: what to write for so many bytes to fit. */
  static String upToMiB(long bytes) {
    return ((bytes + (1 << 20) - 1) >> 20) + "MiB";
  }
}
