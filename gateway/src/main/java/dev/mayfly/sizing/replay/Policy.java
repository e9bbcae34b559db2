package dev.mayfly.sizing.replay;

/** How many machines one function has, by one rule. Times in seconds from the replay's begin, in order. Not thread-safe. */
interface Policy {
  /**
   * What is wanted until the policy is asked again.
   *
   * @param least machines, made at once where they are missing
   * @param most machines; idle ones beyond go at once
   * @param idleSeconds how long an idle machine beyond {@code least} stays
   * @param askAt when to ask again; infinite: not before a request comes
   */
  record Want(int least, int most, double idleSeconds, double askAt) {}

  /** What happened since the last question. @param peak machines busy at one time, at most */
  record Seen(long arrivals, long cold, double busySeconds, int busy, int machines, int peak) {}

  Want at(double now, Seen seen);

  /** A request came. Infinite: that is no reason to ask earlier. */
  default double arrived(double now, boolean idleBefore, double idleSeconds) {
    return Double.POSITIVE_INFINITY;
  }

  /** The last run ended, and the function is idle: when to ask. Infinite: no earlier than said. */
  default double idle(double now) {
    return Double.POSITIVE_INFINITY;
  }
}
