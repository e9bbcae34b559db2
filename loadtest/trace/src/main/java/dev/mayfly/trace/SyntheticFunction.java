package dev.mayfly.trace;

import java.util.SplittableRandom;

/**
 * A made-up function, drawn from the distributions that Shahrad et al. publish in "Serverless in the Wild" (USENIX ATC 2020): triggers by figure 2,
 * rates by figure 5 (45 % of the applications are invoked once an hour or less, 81 % once a minute or less), means of execution times by the
 * log-normal fit of figure 7 (mu -0.38, sigma 2.36, of seconds). Immutable.
 *
 * @param perMinute mean rate
 * @param periodic comes at a fixed period, as timers do; otherwise at random
 * @param burstiness 0: a Poisson process; above: the share of the time in which it is silent, its invocations being in the rest
 * @param phase shifts its period and its day, from 0 to 1
 */
record SyntheticFunction(TraceFunction function, double perMinute, boolean periodic, double burstiness, double phase, double meanMillis) {
  /** Names and, in thousandths, shares of the functions; the rest is "others". */
  private static final String[] TRIGGERS = {"http", "queue", "timer", "orchestration", "storage", "event"};
  private static final int[] SHARES = {550, 152, 156, 69, 28, 22};
  private static final double SLOWEST = 1.0 / (24 * 60);
  private static final double HOURLY = 1.0 / 60;
  /** Longest period, in minutes, and a cap on means: an execution is ended after ten minutes by default. */
  private static final double LONGEST_MILLIS = 600_000;

  /** @param busiest the rate of the most popular function, in invocations a minute; above 1 */
  static SyntheticFunction draw(SplittableRandom dice, double busiest) {
    String trigger = trigger(dice.nextInt(1000));
    boolean periodic = trigger.equals("timer");
    double rate = rate(dice.nextDouble(), periodic ? 1 : busiest);
    double mean = Math.min(LONGEST_MILLIS, 1000 * Math.exp(-0.38 + 2.36 * dice.nextGaussian()));
    TraceFunction function = new TraceFunction(hash(dice), hash(dice), hash(dice), trigger);
    double burstiness = periodic || dice.nextBoolean() ? 0 : 0.5 + 0.4 * dice.nextDouble();
    return new SyntheticFunction(function, rate, periodic, burstiness, dice.nextDouble(), Math.max(1, mean));
  }

  private static String trigger(int thousandth) {
    for (int i = 0; i < SHARES.length; i++) {
      thousandth -= SHARES[i];
      if (thousandth < 0) {
        return TRIGGERS[i];
      }
    }
    return "others";
  }

  /** The rate below which this share of the functions lies: straight lines, on a logarithmic scale, between the shares that the paper names. */
  private static double rate(double share, double busiest) {
    if (share < 0.45) {
      return between(SLOWEST, HOURLY, share / 0.45);
    }
    return share < 0.81 ? between(HOURLY, 1, (share - 0.45) / 0.36) : between(1, Math.max(1, busiest), (share - 0.81) / 0.19);
  }

  private static double between(double low, double high, double part) {
    return low * Math.pow(high / low, part);
  }

  private static String hash(SplittableRandom dice) {
    return String.format("%016x", dice.nextLong());
  }

  /** The invocations of one minute, counted from the trace's begin. */
  int count(long minute, SplittableRandom dice) {
    if (periodic) {
      double period = Math.max(1, Math.rint(1 / perMinute));
      return (minute + (long) (phase * period)) % (long) period == 0 ? 1 : 0;
    }
    if (burstiness == 0) {
      return poisson(perMinute * ofDay(minute), dice);
    }
    // Ten minutes are silent or not as a whole, by dice that know the ten minutes alone.
    long tenMinutes = minute / 10;
    boolean silent = new SplittableRandom(Double.doubleToLongBits(phase) + tenMinutes).nextDouble() < burstiness;
    return silent ? 0 : poisson(perMinute * ofDay(minute) / (1 - burstiness), dice);
  }

  /** The day's swing: half of the load is constant, as in figure 4 of the paper; its mean over a day is 1. */
  private double ofDay(long minute) {
    return 1 + 0.5 * Math.sin(2 * Math.PI * (minute / (24.0 * 60) + phase / 8));
  }

  /** Knuth's product for small means, the normal approximation beyond, where it is closer than a percent. */
  private static int poisson(double mean, SplittableRandom dice) {
    if (mean > 50) {
      return (int) Math.max(0, Math.rint(mean + Math.sqrt(mean) * dice.nextGaussian()));
    }
    double limit = Math.exp(-mean);
    int count = 0;
    for (double product = dice.nextDouble(); product > limit; product *= dice.nextDouble()) {
      count++;
    }
    return count;
  }

  /** Its execution time where the standard normal distribution has this value; a function's own times vary little (sigma 0.5). */
  double millisAt(double normal) {
    return meanMillis * Math.exp(0.5 * normal - 0.125);
  }
}
