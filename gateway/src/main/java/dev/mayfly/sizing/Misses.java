package dev.mayfly.sizing;

/**
 * The share of requests that find no machine free, machine by machine: with 0 machines all, then fewer with each. Two models:
 *
 * <ul>
 *   <li><b>Erlang-B</b> for machines that serve again: {@code B(0) = 1, B(c) = a B(c-1) / (c + a B(c-1))}, where {@code a} is how many are busy on
 *       average. A request that finds none free has one restored, and so waits for nobody: a loss system.
 *   <li><b>Poisson over the refill</b> for machines that serve once: with {@code k} kept, a request finds none if {@code k} or more came while
 *       the first of them was being replaced, {@code P(N >= k)}, {@code N ~ Poisson(rate x refill)}.
 * </ul>
 * Not thread-safe; made anew for each question.
 */
final class Misses {
  private final double load;
  private final boolean once;
  private double miss = 1;
  private double term; // P(N = machines - 1), under Poisson
  private int machines;

  private Misses(double load, boolean once) {
    this.load = load;
    this.once = once;
    this.term = Math.exp(-load);
  }

  /** @param busy on average, 0 and up */
  static Misses erlang(double busy) {
    return new Misses(busy, false);
  }

  static Misses poisson(double perSecond, double refillSeconds) {
    return new Misses(perSecond * refillSeconds, true);
  }

  /** With the machines of now. */
  double miss() {
    return miss;
  }

  /** One machine more. */
  void next() {
    machines++;
    if (once) {
      miss = Math.max(0, miss - term);
      term *= load / machines;
    } else {
      miss = load * miss / (machines + load * miss);
    }
  }

  /** The fewest machines with which no more than this share of requests find none. Ends: each machine makes the share smaller, down to 0. */
  static int fewest(Misses misses, double share, int most) {
    while (misses.miss > share && misses.machines < most) {
      misses.next();
    }
    return misses.machines;
  }
}
