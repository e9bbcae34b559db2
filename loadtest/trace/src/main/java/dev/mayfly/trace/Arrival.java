package dev.mayfly.trace;

/**
 * One invocation.
 *
 * @param atNanos when it came, from the beginning of the replay
 * @param durationNanos how long it ran then, without the start of its machine; {@link #UNKNOWN} where the trace does not tell
 */
public record Arrival(long atNanos, TraceFunction function, long durationNanos) {
  public static final long UNKNOWN = -1;
}
