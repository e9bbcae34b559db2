package dev.mayfly.sizing.replay;

import dev.mayfly.sizing.FunctionSizer;
import dev.mayfly.sizing.PoolSizer;
import dev.mayfly.sizing.Sizing;
import dev.mayfly.sizing.Terms;
import dev.mayfly.traffic.Counts;
import dev.mayfly.traffic.FunctionTraffic;
import dev.mayfly.traffic.Window;
import java.util.OptionalDouble;

/** Mayfly's own sizer, fed and asked once a second as in a gateway. */
final class Sized implements Policy {
  private static final Terms TERMS = new Terms(0, 1_000_000, OptionalDouble.empty(), false);
  private static final double REFILL_SECONDS = 0.005;
  private final FunctionTraffic traffic = new FunctionTraffic();
  private final FunctionSizer sizer;

  Sized(PoolSizer sizer) {
    this.sizer = new FunctionSizer(sizer);
  }

  @Override
  public Want at(double now, Seen seen) {
    long millis = 1 + Math.round(now * 1000);
    Counts counts = new Counts(seen.arrivals(), Math.round(seen.busySeconds() * 1e6), seen.cold(), 0, seen.peak());
    if (counts.active()) {
      traffic.add(counts, 1, millis);
    }
    Window window = traffic.window();
    Sizing sizing = sizer.size(window.after(millis - window.atMillis()), traffic.levels(), millis, TERMS, REFILL_SECONDS, 1);
    boolean watch = seen.busy() > 0 || counts.active() || sizing.forFast() > 1 || sizing.forSlow() > 1;
    double again = watch ? 1 : Math.max(1, Math.ceil(sizing.changesInSeconds()));
    return new Want(Math.max(sizing.target(), sizing.further().machines()), Integer.MAX_VALUE, sizing.spareSeconds(), now + again);
  }

  /** The next round. */
  @Override
  public double arrived(double now, boolean idleBefore, double idleSeconds) {
    return Math.floor(now) + 1;
  }
}
