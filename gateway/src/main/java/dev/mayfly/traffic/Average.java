package dev.mayfly.traffic;

/**
 * An exponentially weighted moving average of a rate, for readings that come when they like:
 * with {@code n} events in the last {@code s} seconds, {@code x <- x e^(-dt/tau) + n/s (1 - e^(-s/tau))}, where {@code dt} is the time since the last reading.
 * So a steady rate is its own average however often it is read, and what several gateways add to one average is their sum.
 *
 * @param tauSeconds what happened so long ago counts {@code 1/e} of what happens now
 */
public record Average(double tauSeconds) {
  public static final Average FAST = new Average(5);
  public static final Average SLOW = new Average(60);

  /** What is left of an average after so long without events. */
  public double left(double seconds) {
    return Math.exp(-seconds / tauSeconds);
  }

  /** What one event of a reading adds to it. @param spanSeconds what the reading covers, above 0 */
  double share(double spanSeconds) {
    return (1 - Math.exp(-spanSeconds / tauSeconds)) / spanSeconds;
  }
}
