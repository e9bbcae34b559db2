package dev.mayfly.sizing.replay;

import java.util.ArrayDeque;

/**
 * The rule of Knative's autoscaler (KPA) with its defaults and one request at a time in a machine: every 2 s, as many machines as the average concurrency of
 * the last 60 s over 0.7; of the last 6 s, and never fewer, while that wants twice as many as there are; at most halved at a time; none 30 s after the last 60 s were idle.
 */
final class Knative implements Policy {
  private static final double TICK = 2;
  private static final int STABLE = 30;
  private static final int PANIC = 3;
  private static final double TARGET = 0.7;
  private static final double GRACE = 30;

  private final ArrayDeque<Double> concurrency = new ArrayDeque<>();
  private double panicUntil = Double.NEGATIVE_INFINITY;
  private double idleSince = Double.NaN;
  private int wanted;

  @Override
  public Want at(double now, Seen seen) {
    if (wanted == 0 && seen.arrivals() == 0 && seen.busy() == 0) {
      return new Want(0, 0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    concurrency.addLast(seen.busySeconds() / TICK);
    if (concurrency.size() > STABLE) {
      concurrency.removeFirst();
    }
    int stable = desired(STABLE);
    int panic = desired(PANIC);
    if (panic >= 2 * Math.max(1, seen.machines())) {
      panicUntil = now + 60;
    }
    int desired = now < panicUntil ? Math.max(wanted, Math.max(stable, panic)) : Math.max(stable, wanted / 2);
    if (desired == 0 || stable == 0) {
      idleSince = Double.isNaN(idleSince) ? now : idleSince;
      desired = now - idleSince < GRACE ? 1 : 0;
    } else {
      idleSince = Double.NaN;
    }
    wanted = desired;
    return new Want(desired, desired, Double.POSITIVE_INFINITY, desired == 0 && seen.busy() == 0 ? Double.POSITIVE_INFINITY : now + TICK);
  }

  private int desired(int ticks) {
    double sum = concurrency.stream().skip(Math.max(0, concurrency.size() - ticks)).mapToDouble(d -> d).sum();
    return sum < 1e-9 ? 0 : (int) Math.ceil(sum / Math.min(ticks, Math.max(1, concurrency.size())) / TARGET);
  }

  @Override
  public double arrived(double now, boolean idleBefore, double idleSeconds) {
    if (wanted == 0) {
      wanted = 1; // scaled from zero by the request itself
      concurrency.clear();
      idleSince = Double.NaN;
    }
    return (Math.floor(now / TICK) + 1) * TICK;
  }
}
