package dev.mayfly.sizing;

import dev.mayfly.traffic.IdleGaps;
import dev.mayfly.traffic.Levels;
import dev.mayfly.traffic.Window;

/** A {@link PoolSizer} for one function, which remembers what follows from the function's gaps: they change seldom, and take longest. Not thread-safe. */
public final class FunctionSizer {
  private final PoolSizer sizer;
  private final FurtherMachines further = new FurtherMachines();
  private KeepAlive keep;
  private IdleGaps gaps;
  private double price;

  public FunctionSizer(PoolSizer sizer) {
    this.sizer = sizer;
  }

  /** As {@link PoolSizer#size}. @param levels of this gateway @param nowMillis by their clock */
  public Sizing size(Window window, Levels levels, long nowMillis, Terms terms, double refillSeconds, double size) {
    double priceNow = sizer.price(size);
    if (keep == null || gaps != window.gaps() || price != priceNow) {
      keep = KeepAlive.of(window.gaps(), priceNow);
      gaps = window.gaps();
      if (price != priceNow) {
        further.forget();
      }
      price = priceNow;
    }
    boolean byLevels = !terms.useOnce() && terms.idleSeconds().isEmpty();
    Further held = byLevels ? further.at(levels, nowMillis, keep, price) : Further.NONE;
    return sizer.size(window, terms, refillSeconds, price, keep, held);
  }
}
