package dev.mayfly.loadtest.measure;

import java.time.Instant;
import java.util.List;

/**
 * What a run came to; also of one that was broken off.
 *
 * @param title the plan's
 * @param interrupted whether it was broken off; everything until then is in it
 * @param series one for each call of the plan that was due at least once, in the plan's order
 * @param seconds in order, for each second one of each target that was asked in it
 */
public record Result(String title, Instant begun, boolean interrupted, List<PhaseSpan> phases, List<Series> series, List<Second> seconds, SenderFigures sender) {
  public long good() {
    return series.stream().mapToLong(Series::good).sum();
  }

  public long failed() {
    return series.stream().mapToLong(Series::failed).sum();
  }

  /** How long the counted phases sent, in nanoseconds. */
  public long countedNanos() {
    return phases.stream().filter(PhaseSpan::counted).mapToLong(PhaseSpan::sendNanos).sum();
  }
}
