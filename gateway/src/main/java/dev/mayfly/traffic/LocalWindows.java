package dev.mayfly.traffic;

import java.util.HashMap;
import java.util.Map;

/** The windows of this gateway's own traffic, in memory. Not thread-safe: the sizing thread's. */
public final class LocalWindows {
  private final Map<String, FunctionTraffic> functions = new HashMap<>();

  /** Adds what happened since the last reading. @param spanSeconds see {@link FunctionTraffic#add} */
  public void add(String function, Counts counts, double spanSeconds, long nowMillis) {
    if (counts.active()) {
      functions.computeIfAbsent(function, f -> new FunctionTraffic()).add(counts, spanSeconds, nowMillis);
    }
  }

  /** As of now; {@link Window#EMPTY} for a function that was never in use. */
  public Window window(String function, long nowMillis) {
    FunctionTraffic traffic = functions.get(function);
    if (traffic == null) {
      return Window.EMPTY;
    }
    Window last = traffic.window();
    return last.after(nowMillis - last.atMillis());
  }

  /** Of the machines that a function wanted at one time, here. */
  public Levels levels(String function) {
    FunctionTraffic traffic = functions.get(function);
    return traffic == null ? Levels.NONE : traffic.levels();
  }
}
