package dev.mayfly.sizing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Shares the memory of one gateway out among its functions where their targets together do not fit: machine by machine, to those that avoid most cold starts
 * for each byte, until nothing more fits. {@code warm.min} goes first, whatever it costs. Pure.
 */
final class MemoryShare {
  /**
   * What one function wants.
   *
   * @param min machines it has in any case
   * @param machines it should have
   * @param bytes of one machine at rest
   * @param benefits cold starts a second that each machine avoids, the first's first; what is absent avoids none
   */
  record Claim(int min, int machines, long bytes, double[] benefits) {
    /** What its machine number {@code n} (from 0) is worth, for each byte. */
    double worth(int n) {
      return n < benefits.length ? benefits[n] / bytes : 0;
    }
  }

  private record Bid(int claim, int machine, double worth) {}

  private MemoryShare() {}

  /** How many machines each has, in the order of the claims: all they want, if it fits. */
  static int[] of(List<Claim> claims, long budget) {
    long wanted = claims.stream().mapToLong(c -> c.machines() * c.bytes()).sum();
    int[] machines = claims.stream().mapToInt(Claim::machines).toArray();
    return wanted <= budget ? machines : shared(claims, budget);
  }

  private static int[] shared(List<Claim> claims, long budget) {
    int[] machines = claims.stream().mapToInt(Claim::min).toArray();
    long left = budget - claims.stream().mapToLong(c -> c.min() * c.bytes()).sum();
    List<Bid> bids = new ArrayList<>();
    for (int c = 0; c < claims.size(); c++) {
      for (int m = claims.get(c).min(); m < claims.get(c).machines(); m++) {
        bids.add(new Bid(c, m, claims.get(c).worth(m)));
      }
    }
    // A later machine of a function is never worth more than an earlier one, so that a stable order gives them out one after the other.
    bids.sort(Comparator.comparingDouble(Bid::worth).reversed());
    for (Bid bid : bids) {
      long bytes = claims.get(bid.claim()).bytes();
      if (bytes <= left && machines[bid.claim()] == bid.machine()) {
        machines[bid.claim()]++;
        left -= bytes;
      }
    }
    return machines;
  }
}
