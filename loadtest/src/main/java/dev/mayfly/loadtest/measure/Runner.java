package dev.mayfly.loadtest.measure;

import dev.mayfly.loadtest.plan.Plan;

/** Makes runs. Reports and comparisons know this and not the sender. */
public interface Runner {
  /**
   * Runs the plan to its end, or until {@link #stop}, and returns what was measured; errors of the target are results, not exceptions.
   * One run at a time; blocks the calling thread.
   */
  Result run(Plan plan, Listener listener) throws InterruptedException;

  /** Any thread: ends the run under way soon, and lets no other begin. */
  void stop();
}
