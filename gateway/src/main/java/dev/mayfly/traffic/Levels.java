package dev.mayfly.traffic;

import java.util.ArrayList;
import java.util.List;

/**
 * How long a function's further machines were not needed before they were again: level {@code n} is in use while {@code n} machines are wanted at one time, and idle in
 * between, and each has {@link IdleGaps} of its own, and {@link Rises} from half as many. The first few levels are all there, later ones half a square root apart, which is half of what
 * the number in use varies by itself, so that thousands of machines make some 250; a function has only those that it reached. What this gateway alone saw: after a restart it is learnt anew. Not thread-safe.
 */
public final class Levels {
  /** A function without any, which nobody may add to. */
  public static final Levels NONE = new Levels();
  private static final int[] MACHINES = machines();
  /** The level of half as many machines, or a little more. */
  private static final int[] HALF = half();

  private static final class Level {
    long lastMillis;
    IdleGaps gaps = IdleGaps.NONE;
    final Rises rises = new Rises();
  }

  private final List<Level> levels = new ArrayList<>();

  private static int[] machines() {
    List<Integer> list = new ArrayList<>();
    for (double n = 1; n <= 4096; n += Math.max(1, Math.rint(Math.sqrt(n) / 2))) {
      list.add((int) n);
    }
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] half() {
    int[] half = new int[MACHINES.length];
    for (int i = 1, lower = 0; i < half.length; i++) {
      while (2 * MACHINES[lower] < MACHINES[i]) {
        lower++;
      }
      half[i] = lower;
    }
    return half;
  }

  /** So many machines were wanted at one time in the second before now. */
  void reached(int machines, long nowMillis) {
    int reached = 0;
    while (reached < MACHINES.length && MACHINES[reached] <= machines) {
      reached++;
    }
    rise(reached, nowMillis);
    for (int i = 0; i < reached; i++) {
      if (i == levels.size()) {
        levels.add(new Level());
      } else {
        Level level = levels.get(i);
        double idle = (nowMillis - level.lastMillis) / 1000.0;
        if (idle >= IdleGaps.SHORTEST_SECONDS) {
          level.gaps = level.gaps.plus(idle);
        }
      }
      levels.get(i).lastMillis = nowMillis;
    }
  }

  private void rise(int reached, long nowMillis) {
    for (int i = 1; i < levels.size() && HALF[i] < reached; i++) {
      Level lower = levels.get(HALF[i]);
      boolean again = idleSeconds(HALF[i], nowMillis) >= IdleGaps.SHORTEST_SECONDS;
      Rises rises = levels.get(i).rises;
      if (again) {
        rises.vain(lower.lastMillis);
      }
      if (i < reached) {
        rises.reached(nowMillis);
      } else if (again) {
        rises.began(nowMillis);
      }
    }
  }

  /** Levels that were in use ever; the first is 0. */
  public int count() {
    return levels.size();
  }

  /** How many machines a level stands for. */
  public static int machines(int level) {
    return MACHINES[level];
  }

  public IdleGaps gaps(int level) {
    return levels.get(level).gaps;
  }

  /** Whether it is likely enough to be in use soon because half as many machines are. @param price as in {@link Rises#waits} */
  public boolean rises(int level, long nowMillis, double price) {
    return idleSeconds(HALF[level], nowMillis) < IdleGaps.SHORTEST_SECONDS && levels.get(level).rises.waits(nowMillis, price);
  }

  /** Since it was last in use. */
  public double idleSeconds(int level, long nowMillis) {
    return Math.max(0, nowMillis - levels.get(level).lastMillis) / 1000.0;
  }
}
