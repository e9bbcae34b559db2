package dev.mayfly.traffic;

import java.util.ArrayList;
import java.util.List;

/**
 * How long a function's further machines were not needed before they were again: level {@code n} is in use while {@code n} machines are wanted at one time, and idle in
 * between, and each has {@link IdleGaps} of its own. The first few levels are all there, later ones a quarter octave apart, so that thousands of machines make 43; a function has
 * only those that it reached. What this gateway alone saw: after a restart it is learnt anew. Not thread-safe.
 */
public final class Levels {
  /** A function without any, which nobody may add to. */
  public static final Levels NONE = new Levels();
  private static final int[] MACHINES = machines();

  private static final class Level {
    long lastMillis;
    IdleGaps gaps = IdleGaps.NONE;
  }

  private final List<Level> levels = new ArrayList<>();

  private static int[] machines() {
    List<Integer> list = new ArrayList<>();
    for (double n = 1; n <= 4096; n = Math.max(n + 1, Math.rint(n * Math.pow(2, 0.25)))) {
      list.add((int) n);
    }
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /** So many machines were wanted at one time in the second before now. */
  void reached(int machines, long nowMillis) {
    for (int i = 0; i < MACHINES.length && MACHINES[i] <= machines; i++) {
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

  /** Since it was last in use. */
  public double idleSeconds(int level, long nowMillis) {
    return Math.max(0, nowMillis - levels.get(level).lastMillis) / 1000.0;
  }
}
