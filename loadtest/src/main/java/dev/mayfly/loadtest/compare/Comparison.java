package dev.mayfly.loadtest.compare;

import java.util.List;

/**
 * How targets, or runs, compare.
 *
 * @param baseline what the others are divided by
 * @param method for people: how many of what the intervals are made of
 */
public record Comparison(String baseline, String method, List<Line> lines) {
  /** What a figure is, and which way is better. */
  public enum Figure {
    RATE("answers a second", false), P50("p50", true), P90("p90", true), P99("p99", true);

    private final String title;
    private final boolean lessIsBetter;

    Figure(String title, boolean lessIsBetter) {
      this.title = title;
      this.lessIsBetter = lessIsBetter;
    }

    public String title() {
      return title;
    }

    public boolean lessIsBetter() {
      return lessIsBetter;
    }
  }

  /**
   * One figure of one target.
   *
   * @param value the target's: nanoseconds of response time, or per second; the geometric mean of its measurements
   * @param base the baseline's
   * @param ratio of the target's to the baseline's
   */
  public record Line(String target, Figure figure, double value, double base, Ratio ratio) {
    /** For people: better, worse, or that it is not known. */
    public String verdict() {
      return switch (ratio.says()) {
        case LARGER -> figure.lessIsBetter() ? "worse" : "better";
        case SMALLER -> figure.lessIsBetter() ? "better" : "worse";
        case NO_DIFFERENCE -> "no difference seen";
        case NOTHING -> "too little to tell";
      };
    }
  }
}
