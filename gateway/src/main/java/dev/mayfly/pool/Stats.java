package dev.mayfly.pool;

/**
 * A function's machines and requests at one moment, for metrics. Those from {@code coldStarts} on only ever grow.
 *
 * @param busy machines that serve a request, asleep ones included
 * @param queued requests without a machine, or behind another in one
 * @param discarded machines closed because of what their run or reset came to (a machine closed as planned is not counted)
 * @param failedRestores machines that could not be made
 * @param refused requests that got no machine
 * @param logLost bytes of standard error beyond {@code limits.log}
 * @param restores machines made, and how long that took, from when it was asked for
 * @param heldBytes by the machine that became warm last; 0: none did
 * @param followed requests that were served in one entry with another before them
 * @param circuitOpen whether no machine could be made of late, or every run crashed, so that requests are refused
 */
public record Stats(
    int warm,
    int busy,
    int restoring,
    int resetting,
    int queued,
    long coldStarts,
    long warmStarts,
    long resets,
    long discarded,
    long failedRestores,
    long refused,
    long logLost,
    long restores,
    long restoreNanos,
    long heldBytes,
    long followed,
    boolean circuitOpen) {
  /** All machines. */
  public int machines() {
    return warm + busy + restoring + resetting;
  }
}
