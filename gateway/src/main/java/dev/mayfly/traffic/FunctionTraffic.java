package dev.mayfly.traffic;

/** One function's window as it grows. Not thread-safe. The same arithmetic is in the script that Redis runs; a test holds the two together. */
public final class FunctionTraffic {
  private static final double MICROS = 1e6;

  private long atMillis;
  private double fastArrivals;
  private double slowArrivals;
  private double fastBusy;
  private double slowBusy;
  private double fastQueued;
  private double slowCold;
  private long lastActiveMillis = Long.MIN_VALUE;
  private IdleGaps gaps = IdleGaps.NONE;
  private final Levels levels = new Levels();

  /**
   * Adds a reading.
   *
   * @param spanSeconds what it covers, up to now; above 0
   * @param nowMillis not before the reading before
   */
  public void add(Counts counts, double spanSeconds, long nowMillis) {
    pass(nowMillis);
    double fast = Average.FAST.share(spanSeconds);
    double slow = Average.SLOW.share(spanSeconds);
    fastArrivals += fast * counts.arrivals();
    slowArrivals += slow * counts.arrivals();
    fastBusy += fast * counts.busyMicros() / MICROS;
    slowBusy += slow * counts.busyMicros() / MICROS;
    fastQueued += fast * counts.queuedMicros() / MICROS;
    slowCold += slow * counts.cold();
    if (counts.active()) {
      active(nowMillis);
      levels.reached(counts.peak(), nowMillis);
    }
  }

  private void active(long nowMillis) {
    if (lastActiveMillis != Long.MIN_VALUE) {
      double idle = (nowMillis - lastActiveMillis) / 1000.0;
      if (idle >= IdleGaps.SHORTEST_SECONDS) {
        gaps = gaps.plus(idle);
      }
    }
    lastActiveMillis = nowMillis;
  }

  private void pass(long nowMillis) {
    double seconds = Math.max(0, nowMillis - atMillis) / 1000.0;
    double fast = Average.FAST.left(seconds);
    double slow = Average.SLOW.left(seconds);
    fastArrivals *= fast;
    slowArrivals *= slow;
    fastBusy *= fast;
    slowBusy *= slow;
    fastQueued *= fast;
    slowCold *= slow;
    atMillis = Math.max(atMillis, nowMillis);
  }

  /** Of its further machines; grows with the next reading. */
  public Levels levels() {
    return levels;
  }

  /** As of the last reading. */
  public Window window() {
    double idle = lastActiveMillis == Long.MIN_VALUE ? Double.POSITIVE_INFINITY : (atMillis - lastActiveMillis) / 1000.0;
    return new Window(atMillis, fastArrivals, slowArrivals, fastBusy, slowBusy, fastQueued, slowCold, idle, gaps);
  }
}
