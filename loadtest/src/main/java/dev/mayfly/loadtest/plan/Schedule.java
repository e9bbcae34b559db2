package dev.mayfly.loadtest.plan;

/**
 * What is due when, in the open model: an iterator over arrivals that knows no clock. Due times never decrease and do not depend on how fast
 * anything is answered. A schedule made twice from the same inputs gives the same arrivals, random ones included. One thread.
 */
public interface Schedule {
  /** Goes on to the next arrival; false: there is none, and the two others must not be called. */
  boolean next();

  /** Nanoseconds from the phase's begin until the arrival is due. */
  long dueNanos();

  /** What is sent then: an index into {@link Plan#calls()}. */
  int call();
}
