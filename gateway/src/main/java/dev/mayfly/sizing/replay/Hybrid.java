package dev.mayfly.sizing.replay;

/**
 * The hybrid histogram policy of Shahrad et al., "Serverless in the Wild" (ATC 2020), per function: idle times in 240 bins of a minute. Where they are
 * representative (no more than half beyond the last bin, and the bins' coefficient of variation at least 2), the machine is let go, made again at 0.9 of the
 * 5th percentile and held until 1.1 of the 99th; elsewhere it is held for 4 hours. The paper's third branch, a time series model for idle times beyond the
 * bins, is left out.
 */
final class Hybrid implements Policy {
  private static final int BINS = 240;
  private static final double MINUTE = 60;
  private static final double LEAST = 10;

  private final int[] bins = new int[BINS];
  private int inside;
  private int beyond;
  private double idleAt = Double.NaN;

  @Override
  public Want at(double now, Seen seen) {
    boolean known = inside + beyond >= LEAST && beyond <= inside && variation() >= 2;
    double preWarm = known ? percentile(0.05) * 0.9 * MINUTE : 0;
    double until = known ? (percentile(0.99) + 1) * 1.1 * MINUTE : BINS * MINUTE;
    if (seen.busy() > 0 || Double.isNaN(idleAt)) {
      return new Want(0, Integer.MAX_VALUE, until, Double.POSITIVE_INFINITY);
    }
    double idle = now - idleAt;
    if (preWarm < MINUTE / 2) {
      return new Want(0, Integer.MAX_VALUE, until, Double.POSITIVE_INFINITY);
    }
    if (idle < preWarm - 1e-3) {
      return new Want(0, 0, 0, idleAt + preWarm);
    }
    return idle < until - 1e-3 ? new Want(1, Integer.MAX_VALUE, until - idle, idleAt + until + 0.001) : new Want(0, 0, 0, Double.POSITIVE_INFINITY);
  }

  @Override
  public double arrived(double now, boolean idleBefore, double idleSeconds) {
    if (idleBefore && !Double.isInfinite(idleSeconds)) {
      int bin = (int) (idleSeconds / MINUTE);
      if (bin < BINS) {
        bins[bin]++;
        inside++;
      } else {
        beyond++;
      }
    }
    idleAt = Double.NaN;
    return Math.nextUp(now);
  }

  @Override
  public double idle(double now) {
    idleAt = now;
    return Math.nextUp(now);
  }

  private double variation() {
    double mean = inside / (double) BINS;
    double squares = 0;
    for (int count : bins) {
      squares += (count - mean) * (count - mean);
    }
    return mean == 0 ? 0 : Math.sqrt(squares / BINS) / mean;
  }

  private int percentile(double share) {
    int sum = 0;
    for (int i = 0; i < BINS; i++) {
      sum += bins[i];
      if (sum >= share * inside) {
        return i;
      }
    }
    return BINS - 1;
  }
}
