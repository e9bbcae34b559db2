package dev.mayfly.loadtest.plan;

/**
 * Something that must hold of a result, as the user wrote it: {@code p99 < 20ms}, {@code cold p50 < 5ms}, {@code errors < 1%}, {@code rate > 190/s}.
 *
 * @param text as written
 * @param part which answers
 * @param figure what is compared
 * @param percentile for SERVICE and RESPONSE
 * @param less true: must be less than the bound, or equal
 * @param bound nanoseconds, a share (0.01 is 1 %), or per second, by the figure
 */
public record Threshold(String text, Part part, Figure figure, double percentile, boolean less, double bound) {
  /** Which answers. */
  public enum Part { ALL, COLD, WARM }

  /** What of them. */
  public enum Figure { RESPONSE, SERVICE, ERRORS, RATE, LAG, UNSENT, COLD_SHARE }
}
