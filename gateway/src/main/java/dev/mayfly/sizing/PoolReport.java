package dev.mayfly.sizing;

import dev.mayfly.traffic.Window;

/**
 * Why a pool is as large as it is: what went into the last decision, and what came out.
 *
 * @param window as of the decision, by the clock of the rounds
 * @param terms for all gateways together
 * @param size a machine's memory in those of the average machine
 * @param breakEvenSeconds a machine is kept if it avoids a cold start in so long
 * @param nodes gateways
 * @param shared whether the window is of all gateways, by Redis; else of this one
 * @param share this gateway's part of the target
 * @param decidedIdleSeconds how long it was idle when that was decided
 * @param kept machines that are kept here; fewer than the share where the memory does not suffice
 */
public record PoolReport(String function, Window window, Terms terms, Sizing sizing, double refillSeconds, double size, double breakEvenSeconds,
    int nodes, boolean shared, int share, int kept, double decidedIdleSeconds) {
  /** How long the function is idle when the target changes by itself. */
  double changesAt() {
    return decidedIdleSeconds + sizing.changesInSeconds();
  }

  /** The same decision, some time later. */
  PoolReport at(long nowMillis) {
    return new PoolReport(function, window.after(nowMillis - window.atMillis()), terms, sizing, refillSeconds, size, breakEvenSeconds, nodes, shared, share, kept, decidedIdleSeconds);
  }
}
