package dev.mayfly.sizing;

import java.util.Collection;

/**
 * How gateways share a number of machines without asking one another: each has the same whole part, and what remains goes to those that a hash of gateway and
 * function puts first (rendezvous hashing), so that every gateway comes to the same answer, and one that joins or leaves moves few. Pure.
 */
final class Shares {
  private Shares() {}

  /**
   * A gateway's share.
   *
   * @param nodes all gateways, {@code self} among them; no other order than their names' matters
   */
  static int of(int machines, String function, String self, Collection<String> nodes) {
    int all = Math.max(1, nodes.size());
    int left = machines % all;
    if (left == 0 || !nodes.contains(self)) {
      return machines / all;
    }
    long own = weight(function, self);
    long before = nodes.stream().filter(node -> !node.equals(self) && before(weight(function, node), node, own, self)).count();
    return machines / all + (before < left ? 1 : 0);
  }

  private static boolean before(long weight, String node, long own, String self) {
    return weight > own || weight == own && node.compareTo(self) < 0;
  }

  /** FNV-1a over both names, then a mix (the finalizer of SplittableRandom), for its low bits alone are poor. */
  private static long weight(String function, String node) {
    long hash = 0xcbf29ce484222325L;
    for (char c : (function + "\n" + node).toCharArray()) {
      hash = (hash ^ c) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
    return hash ^ hash >>> 31;
  }
}
