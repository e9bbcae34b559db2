package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.plan.Schedule;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Hands a schedule's arrivals to the lanes, each when it is due, in turn. A thread of its own, because an event loop's timers know milliseconds
 * only; this one is woken to within about 0.1 ms, and what is due by then is handed over at once.
 */
final class Pacer {
  // The kernel wakes a thread some 50 us after its time (its timer slack): shorter waits are not worth going to sleep for.
  private static final long SPIN_NANOS = 30_000;
  private static final long LOOK_NANOS = 50_000_000;

  private Pacer() {}

  /**
   * Walks the schedule to its end, or until told to stop.
   *
   * @param begin {@link System#nanoTime} of the schedule's 0
   */
  static void walk(Schedule schedule, long begin, List<Lane> lanes, BooleanSupplier stopped) {
    int turn = 0;
    while (schedule.next()) {
      long due = begin + schedule.dueNanos();
      if (!await(due, stopped)) {
        return;
      }
      lanes.get(turn).post(schedule.call(), due);
      turn = turn + 1 == lanes.size() ? 0 : turn + 1;
    }
  }

  /** False: stopped before. */
  static boolean await(long due, BooleanSupplier stopped) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      if (stopped.getAsBoolean()) {
        return false;
      }
      if (left > SPIN_NANOS) {
        LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
      } else {
        Thread.onSpinWait();
      }
    }
    return !stopped.getAsBoolean();
  }
}
