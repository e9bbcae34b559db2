package dev.mayfly.loadtest.measure;

import java.util.Map;

/**
 * All counted answers to one call of the plan. Good ones are in {@code times}, by their start; the others are in {@code failures} alone.
 *
 * @param target the target's name
 * @param call the call's name
 * @param times an entry for each {@link Start} that occurred
 * @param bytes of bodies
 * @param late of the good answers, those that the sender took up too late (see Limits): their response time has the sender's fault in it
 * @param unsent arrivals for which there was no place, or no time before the end
 */
public record Series(String target, String call, Map<Start, Times> times, Map<Cause, Failure> failures, long bytes, long late, long unsent) {
  /** Good answers. */
  public long good() {
    return times.values().stream().mapToLong(Times::count).sum();
  }

  public long failed() {
    return failures.values().stream().mapToLong(Failure::count).sum();
  }

  /** Those of one start; empty if there were none. */
  public Times of(Start start) {
    return times.getOrDefault(start, Times.empty());
  }

  /** All starts together: a new sum. */
  public Times all() {
    Times sum = Times.empty();
    times.values().forEach(sum::add);
    return sum;
  }
}
