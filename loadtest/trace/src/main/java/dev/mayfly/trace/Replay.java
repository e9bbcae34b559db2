package dev.mayfly.trace;

import java.time.Duration;

/**
 * How a trace is replayed.
 *
 * @param from where in the trace the replay begins
 * @param length how much of the trace is replayed, in the trace's own time; what lies beyond its end is nothing
 * @param speed how much faster than it was: 60 makes a minute of the trace a second
 * @param keep the share of the invocations that is kept, each by its own throw of the dice, so that the shape stays; above 0, at most 1
 * @param even whether a minute's invocations of a function (2019 knows no more than their number) are spread evenly; otherwise at random, as a
 *     Poisson process of which the number is known: its arrivals are independent and uniform
 * @param seed the same seed, trace and window give the same invocations
 */
public record Replay(Duration from, Duration length, double speed, double keep, boolean even, long seed) {
  /** More than any trace is long, and far from where nanoseconds overflow. */
  private static final Duration LONGEST = Duration.ofDays(36500);
  public static final Replay WHOLE = new Replay(Duration.ZERO, LONGEST, 1, 1, false, 1);

  public Replay {
    if (from.isNegative() || from.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("the replay begins at " + from + ", which is not in a trace: 0 or more");
    }
    if (length.isNegative() || length.isZero() || length.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("the replay is " + length + " long; more than 0 is needed");
    }
    if (!(speed >= 1e-6 && speed <= 1e6)) {
      throw new IllegalArgumentException("the speed is " + speed + "; from 0.000001 to 1000000 is allowed");
    }
    if (!(keep > 0 && keep <= 1)) {
      throw new IllegalArgumentException("the share to keep is " + keep + "; above 0 and at most 1 is allowed");
    }
  }

  public Replay withWindow(Duration newFrom, Duration newLength) {
    return new Replay(newFrom, newLength, speed, keep, even, seed);
  }

  public Replay withSpeed(double newSpeed) {
    return new Replay(from, length, newSpeed, keep, even, seed);
  }

  public Replay withKeep(double newKeep) {
    return new Replay(from, length, speed, newKeep, even, seed);
  }

  public Replay withSeed(long newSeed) {
    return new Replay(from, length, speed, keep, even, newSeed);
  }

  public Replay spreadEvenly() {
    return new Replay(from, length, speed, keep, true, seed);
  }

  long fromNanos() {
    return from.toNanos();
  }

  long endNanos() {
    return from.plus(length).toNanos();
  }

  /** From the trace's time to that of the replay. */
  long scaled(long traceNanos) {
    return speed == 1 ? traceNanos - fromNanos() : Math.round((traceNanos - fromNanos()) / speed);
  }
}
