package dev.mayfly.cli;

import dev.mayfly.function.Progress;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Says what takes long, a line every two seconds for each function at the most; what is quick goes without a word. Thread-safe. */
final class ProgressLines implements Progress {
  private static final long EVERY = TimeUnit.SECONDS.toNanos(2);

  private final PrintWriter out;
  private final LongSupplier nanoClock;
  private final Map<String, Long> said = new HashMap<>();

  ProgressLines(PrintWriter out, LongSupplier nanoClock) {
    this.out = out;
    this.nanoClock = nanoClock;
  }

  @Override
  public synchronized void at(String function, Stage stage, long done, long total) {
    long now = nanoClock.getAsLong();
    Long last = said.putIfAbsent(function, now);
    if (stage == Stage.DEPLOYED || last == null || now - last < EVERY) {
      return;
    }
    said.put(function, now);
    out.println(switch (stage) {
      case COMPILING -> "compiling " + function + ": " + 100 * done / Math.max(total, 1) + "%";
      case BOOTING -> "booting " + function;
      case DEPLOYED -> throw new AssertionError();
    });
    out.flush();
  }
}
