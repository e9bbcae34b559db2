package dev.mayfly.traffic;

/**
 * A function's traffic at one moment. Averages are of the last seconds ({@code fast}) and of the last minute ({@code slow}), newer seconds counting more.
 *
 * @param atMillis the moment, by the clock of whoever keeps the window
 * @param fastArrivals requests a second
 * @param fastBusy machines busy, on average (Little's law, measured: busy time in a second)
 * @param fastQueued requests without a machine, on average
 * @param slowCold cold starts a second
 * @param idleSeconds since it was last in use; {@link Double#POSITIVE_INFINITY}: never was
 */
public record Window(long atMillis, double fastArrivals, double slowArrivals, double fastBusy, double slowBusy, double fastQueued, double slowCold,
    double idleSeconds, IdleGaps gaps) {
  public static final Window EMPTY = new Window(0, 0, 0, 0, 0, 0, 0, Double.POSITIVE_INFINITY, IdleGaps.NONE);

  /** What it comes to if nothing happens for so long. */
  public Window after(long millis) {
    if (millis <= 0) {
      return this;
    }
    double fast = Average.FAST.left(millis / 1000.0);
    double slow = Average.SLOW.left(millis / 1000.0);
    return new Window(atMillis + millis, fastArrivals * fast, slowArrivals * slow, fastBusy * fast, slowBusy * slow, fastQueued * fast, slowCold * slow,
        idleSeconds + millis / 1000.0, gaps);
  }

  /** What it is taken to be so long later by one who has heard nothing since: the traffic went on, or the idle time did. */
  Window unheard(long millis) {
    return millis <= 0 ? this : new Window(atMillis + millis, fastArrivals, slowArrivals, fastBusy, slowBusy, fastQueued, slowCold, idleSeconds + millis / 1000.0, gaps);
  }

  /** The same at another clock's time, and with these gaps. */
  Window as(long millis, IdleGaps others) {
    return new Window(millis, fastArrivals, slowArrivals, fastBusy, slowBusy, fastQueued, slowCold, idleSeconds, others);
  }
}
