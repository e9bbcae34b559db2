package dev.mayfly.loadtest.measure;

import org.HdrHistogram.Histogram;

/**
 * How well the load generator itself did: what a reader must know before believing the rest. Of counted phases.
 *
 * @param planned arrivals of the schedule that fell due (closed model: requests begun)
 * @param sent of them, requests written
 * @param unsent of them, given up: no connection free and the backlog full, or the run over
 * @param late good answers whose request was taken up late
 * @param waited requests that waited for a connection because all were busy: their wait is in their response time
 * @param lag nanoseconds between due and taken up, of all arrivals of the open model
 * @param connections opened
 */
public record SenderFigures(long planned, long sent, long unsent, long late, long waited, Histogram lag, long connections) {
  /** From this share of late or unsent arrivals on, the result says more of the sender than of the target. */
  public static final double SPOILED = 0.01;

  public boolean spoiled() {
    return planned > 0 && (late + unsent) > SPOILED * planned;
  }
}
