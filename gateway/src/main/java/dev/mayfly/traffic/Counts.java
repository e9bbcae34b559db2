package dev.mayfly.traffic;

/**
 * What happened to one function in a while, on one gateway. Counts add up; so may those of several gateways.
 *
 * @param arrivals requests, refused ones included
 * @param busyMicros machines' time spent on requests: two machines for a second are two million
 * @param cold cold starts
 * @param queuedMicros requests' time without a machine
 * @param peak machines wanted at one time, at most; it does not add up: of two whiles it is the larger
 */
public record Counts(long arrivals, long busyMicros, long cold, long queuedMicros, int peak) {
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

  /** None below 0: what was counted is never taken back. */
  public Counts {
    if (arrivals < 0 || busyMicros < 0 || cold < 0 || queuedMicros < 0 || peak < 0) {
      throw new IllegalArgumentException("negative counts: arrivals=" + arrivals + " busyMicros=" + busyMicros + " cold=" + cold + " queuedMicros=" + queuedMicros + " peak=" + peak);
    }
  }

  /** Where the peak is not known. */
  public Counts(long arrivals, long busyMicros, long cold, long queuedMicros) {
    this(arrivals, busyMicros, cold, queuedMicros, 0);
  }

  public Counts plus(Counts other) {
    return new Counts(arrivals + other.arrivals, busyMicros + other.busyMicros, cold + other.cold, queuedMicros + other.queuedMicros, Math.max(peak, other.peak));
  }

  /** Whether the function was in use. */
  public boolean active() {
    return arrivals > 0 || busyMicros > 0 || queuedMicros > 0;
  }
}
