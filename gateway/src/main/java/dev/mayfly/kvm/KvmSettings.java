package dev.mayfly.kvm;

import java.time.Duration;

/**
 * How the engine makes its machines.
 *
 * @param shells how many to keep ready, 0 and up; each holds half a MiB of memory and 1 MiB of the kernel's
 * @param hugeOwn whether slot 1 is made of 2 MiB pages beyond the part that is warmed: cheaper for large functions; what is touched there brings 511 pages along
 * @param hugeFrames whether slot 2 is
 * @param overheadBytes what the runtime may need beyond the function's limit and its image
 * @param keptBytes how much a machine may keep, zeroed, of what a run took beyond its snapshot; the rest goes back to the host with a reset
 * @param resetBytes a machine whose run took more than this beyond its snapshot is not reset but replaced
 * @param trimLimit how long a guest may take to trim its page tables
 */
public record KvmSettings(
    int shells, boolean hugeOwn, boolean hugeFrames, long overheadBytes, long keptBytes, long resetBytes, Duration trimLimit) {
  public static KvmSettings defaults() {
    return new KvmSettings(32, true, true, 32L << 20, 8L << 20, 1L << 30, Duration.ofMillis(500));
  }

  public KvmSettings {
    check("shells", shells, 0, 100_000, 1);
    check("overheadBytes", overheadBytes, 0, MachineMap.FUNCTION_FRAMES_MAX, 1);
    check("keptBytes", keptBytes, 0, Long.MAX_VALUE, 1);
    check("resetBytes", resetBytes, 0, Long.MAX_VALUE, 1);
  }

  public KvmSettings withShells(int number) {
    return new KvmSettings(number, hugeOwn, hugeFrames, overheadBytes, keptBytes, resetBytes, trimLimit);
  }

  private static void check(String name, long value, long from, long to, long multiple) {
    if (value < from || value > to || value % multiple != 0) {
      throw new IllegalArgumentException(name + "=" + value + " is not from " + from + " to " + to + " in steps of " + multiple);
    }
  }
}
