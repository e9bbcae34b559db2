package dev.mayfly.traffic;

/**
 * How soon a level is in use after half as many machines are, and whether it pays to make its machines already then. Of a few {@link #WAITS}, for how long they are to wait for
 * it, it counts what each would have cost at each rise of the lower level: the times that the machines would have come too late, or not at all, and the seconds that they would have been idle. The last
 * twenty rises count, the newer the more. Not thread-safe.
 */
public final class Rises {
  private static final double[] WAITS = {0, 4, 15, 60, 240};
  /** What is left of a rise when the next has come. */
  private static final double LEFT = 0.95;

  private final double[] late = new double[WAITS.length];
  private final double[] idle = new double[WAITS.length];
  private boolean rising;
  private long sinceMillis;

  /** The lower level is in use again, this one not yet. */
  void began(long nowMillis) {
    rising = true;
    sinceMillis = nowMillis;
  }

  /** The lower level is no longer in use, and this one was not. */
  void vain(long nowMillis) {
    ended(nowMillis, false);
  }

  /** This level is in use. */
  void reached(long nowMillis) {
    ended(nowMillis, true);
  }

  private void ended(long nowMillis, boolean wanted) {
    if (!rising) {
      return;
    }
    rising = false;
    double seconds = seconds(nowMillis);
    for (int i = 0; i < WAITS.length; i++) {
      late[i] = late[i] * LEFT + (wanted && seconds > WAITS[i] ? 1 : 0);
      idle[i] = idle[i] * LEFT + Math.min(seconds, WAITS[i]);
    }
  }

  private double seconds(long nowMillis) {
    return Math.max(0, nowMillis - sinceMillis) / 1000.0;
  }

  /** Whether machines are worth waiting for it now. @param price cold starts avoided for each second that a machine is held, at least */
  public boolean waits(long nowMillis, double price) {
    return rising && seconds(nowMillis) < WAITS[cheapest(price)];
  }

  private int cheapest(double price) {
    int best = 0;
    for (int i = 1; i < WAITS.length; i++) {
      if (late[i] + price * idle[i] < late[best] + price * idle[best]) {
        best = i;
      }
    }
    return best;
  }
}
