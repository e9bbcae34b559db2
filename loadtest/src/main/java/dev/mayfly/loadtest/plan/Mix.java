package dev.mayfly.loadtest.plan;

import java.util.List;

/**
 * Calls and how often each is made. Choosing is by smooth weighted turns: after any number of choices each call has had its share, to within
 * one, and heavy ones are spread among the light.
 */
public record Mix(List<Share> shares) {
  /**
   * @param call index into the plan's calls
   * @param weight above 0
   */
  public record Share(int call, double weight) {}

  public Mix {
    shares = List.copyOf(shares);
    if (shares.isEmpty() || shares.stream().anyMatch(s -> !(s.weight() > 0))) {
      throw new IllegalArgumentException("a mix needs calls, each with a weight above 0: " + shares);
    }
  }

  public static Mix even(List<Integer> calls) {
    return new Mix(calls.stream().map(c -> new Share(c, 1)).toList());
  }

  /** Arrivals that are calls of this mix. */
  public Schedule schedule(Arrivals arrivals) {
    return new Turns(shares, arrivals);
  }

  /** Choices without due times, and without an end: for the closed model. */
  public Schedule choices() {
    return schedule(() -> 0);
  }

  private static final class Turns implements Schedule {
    private final int[] calls;
    private final double[] weights;
    private final double[] credit;
    private final double sum;
    private final Arrivals arrivals;
    private long due;
    private int call;

    Turns(List<Share> shares, Arrivals arrivals) {
      this.calls = shares.stream().mapToInt(Share::call).toArray();
      this.weights = shares.stream().mapToDouble(Share::weight).toArray();
      this.credit = new double[calls.length];
      this.sum = shares.stream().mapToDouble(Share::weight).sum();
      this.arrivals = arrivals;
    }

    @Override
    public boolean next() {
      due = arrivals.next();
      if (due == Arrivals.END) {
        return false;
      }
      int best = 0;
      for (int i = 0; i < calls.length; i++) {
        credit[i] += weights[i];
        best = credit[i] > credit[best] ? i : best;
      }
      credit[best] -= sum;
      call = calls[best];
      return true;
    }

    @Override
    public long dueNanos() {
      return due;
    }

    @Override
    public int call() {
      return call;
    }
  }
}
