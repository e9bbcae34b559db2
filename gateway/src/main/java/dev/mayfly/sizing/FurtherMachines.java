package dev.mayfly.sizing;

import dev.mayfly.traffic.IdleGaps;
import dev.mayfly.traffic.Levels;
import java.util.ArrayList;
import java.util.List;

/**
 * How many machines a gateway holds because it wanted as many at one time before, and is likely enough to want them again soon: each level is judged by its own gaps, as an idle
 * function's first machine is ({@link KeepAlive}), or by how often it was needed shortly after half as many were. Remembers what follows from the gaps, which change seldom. Not thread-safe.
 */
final class FurtherMachines {
  /** A level that has so many gaps of its own is not judged anew when the one below is. */
  private static final double SETTLED = 12;
  private static final double LOOK_AGAIN_SECONDS = 1;

  private final List<KeepAlive> keeps = new ArrayList<>();
  private final List<KeepAlive> below = new ArrayList<>();
  private final List<IdleGaps> gaps = new ArrayList<>();

  /** @param first of the function's first machine @param price see {@link PoolSizer#price} */
  Further at(Levels levels, long nowMillis, KeepAlive first, double price) {
    judge(levels, first, price);
    int machines = 1;
    int held = 0;
    boolean heldRises = false;
    double changes = Double.POSITIVE_INFINITY;
    for (int i = 1; i < levels.count(); i++) {
      KeepAlive keep = keeps.get(i - 1);
      double idle = levels.idleSeconds(i, nowMillis);
      boolean rises = levels.rises(i, nowMillis, price);
      if (rises || keep.holds(idle)) {
        machines += Levels.machines(i) - Levels.machines(i - 1);
        held = i;
        heldRises = !keep.holds(idle);
      }
      changes = Math.min(changes, rises ? LOOK_AGAIN_SECONDS : keep.changes(idle) - idle);
    }
    boolean nextKnown = held + 1 < levels.count() && Levels.machines(held + 1) == Levels.machines(held) + 1 && keeps.get(held).known();
    return held == 0 ? new Further(0, 0, false, 0, changes, nextKnown)
        : new Further(machines, levels.idleSeconds(held, nowMillis), heldRises, levels.gaps(held).total(), changes, nextKnown);
  }

  private void judge(Levels levels, KeepAlive first, double price) {
    KeepAlive fewer = first;
    for (int i = 1; i < levels.count(); i++) {
      IdleGaps now = levels.gaps(i);
      if (i > keeps.size()) {
        keeps.add(null);
        below.add(null);
        gaps.add(null);
      }
      int at = i - 1;
      if (keeps.get(at) == null || gaps.get(at) != now || below.get(at) != fewer && now.total() < SETTLED) {
        keeps.set(at, KeepAlive.after(fewer, now, price));
        below.set(at, fewer);
        gaps.set(at, now);
      }
      fewer = keeps.get(at);
    }
  }

  /** The price is another. */
  void forget() {
    keeps.clear();
    below.clear();
    gaps.clear();
  }
}
