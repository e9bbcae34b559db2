package dev.mayfly.loadtest.plan;

import java.time.Duration;

/**
 * What bounds a run, so that no target can hold it up or fill its memory.
 *
 * @param connect longest wait for a connection
 * @param response longest wait from the sent request to the answer's end
 * @param connections to each target at most, all threads together
 * @param backlog arrivals that may wait for a connection; one more is not sent, and counted as such
 * @param bodyBytes of an answer at most; a longer one is an error, and its connection is closed
 * @param late from this own lag on (the sender took an arrival up so long after it was due) a sample is marked as late: the sender's fault
 * @param threads event loops, each with its share of arrivals and connections
 */
public record Limits(Duration connect, Duration response, int connections, int backlog, long bodyBytes, Duration late, int threads) {
  public static final Limits DEFAULT = new Limits(Duration.ofSeconds(3), Duration.ofSeconds(30), 512, 100_000, 16 << 20, Duration.ofMillis(10), 1);
}
