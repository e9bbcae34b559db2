package dev.mayfly.sizing;

import dev.mayfly.config.Configuration;
import java.util.OptionalDouble;

/**
 * What the sizer has to keep to for a function.
 *
 * @param min machines kept whatever the traffic, and {@code max} at most
 * @param idleSeconds how long an idle machine is kept, where the file says so
 * @param useOnce machines serve one request, so the target counts those that wait
 */
public record Terms(int min, int max, OptionalDouble idleSeconds, boolean useOnce) {
  /** @throws IllegalArgumentException min is below 0 or above max */
  public Terms {
    if (min < 0 || min > max) {
      throw new IllegalArgumentException("min=" + min + " is not from 0 to max=" + max);
    }
  }

  static Terms of(Configuration.Function f) {
    Configuration.Warm warm = f.warm();
    int max = Math.max(warm.min(), Math.min(warm.max(), f.concurrency()));
    OptionalDouble idle = warm.idleWritten() ? OptionalDouble.of(warm.idle().toNanos() / 1e9) : OptionalDouble.empty();
    return new Terms(warm.min(), max, idle, f.fresh().kind() == Configuration.Fresh.Kind.MACHINE);
  }
}
