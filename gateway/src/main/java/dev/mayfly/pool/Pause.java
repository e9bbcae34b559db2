package dev.mayfly.pool;

/**
 * How long a thread that has run out of work looks for more before it parks: as long as work has lately come soon enough for it, since a wake-up costs both sides 10 to
 * 50 us, and a short run 30. Pure, one thread; nanoseconds.
 */
final class Pause {
  /** The longest look. */
  static final long MAX = 80_000;
  /** Without hope. */
  static final long MIN = 2_000;
  /** A longer gap counts as this: one long pause is not to be remembered for long. */
  private static final long LONGEST_GAP = 400_000;
  /** A gap's weight in the average, as a power of two. */
  private static final int WEIGHT = 3;

  private long average = LONGEST_GAP;
  private long since;

  /** Work has run out. Returns how long to look. */
  long begin(long now) {
    since = now;
    return average < MAX ? Math.min(MAX, Math.max(MIN, 2 * average)) : MIN;
  }

  /** There is work again. */
  void end(long now) {
    average += (Math.min(LONGEST_GAP, Math.max(0, now - since)) - average) >> WEIGHT;
  }
}
