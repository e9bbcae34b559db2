package dev.mayfly.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * From values to a place on an axis, from 0 to 1, and where its ticks are. Immutable.
 *
 * @param ticks with their labels, rising, all from low to high
 */
record Scale(double low, double high, boolean logarithmic, List<Tick> ticks) {
  record Tick(double value, String label) {}

  /** From 0 to at least the value, in steps of 1, 2 or 5 times a power of ten. */
  static Scale fromZero(double largest, int steps, DoubleFunction<String> label) {
    double most = largest > 0 ? largest : 1;
    double step = nice(most / steps);
    List<Tick> ticks = new ArrayList<>();
    int count = (int) Math.ceil(most / step - 1e-9);
    for (int i = 0; i <= count; i++) {
      ticks.add(new Tick(i * step, label.apply(i * step)));
    }
    return new Scale(0, count * step, false, ticks);
  }

  /** From 0 to the value exactly, as time has an end; ticks as above. */
  static Scale until(double end, int steps, DoubleFunction<String> label) {
    Scale scale = fromZero(end, steps, label);
    double high = end > 0 ? end : 1;
    return new Scale(0, high, false, scale.ticks.stream().filter(tick -> tick.value <= high).toList());
  }

  /** Logarithmic, around both values, both above 0: ticks at powers of ten, and where there are few of them at 2 and 5 times those too. */
  static Scale logarithmic(double smallest, double largest, DoubleFunction<String> label) {
    double decades = Math.log10(largest / smallest);
    double[] factors = decades > 2.2 ? new double[] {1} : decades > 1.2 ? new double[] {1, 3} : new double[] {1, 2, 5};
    List<Tick> all = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(smallest)) - 1; power <= Math.ceil(Math.log10(largest)) + 1; power++) {
      for (double factor : factors) {
        all.add(new Tick(factor * Math.pow(10, power), label.apply(factor * Math.pow(10, power))));
      }
    }
    int first = 0;
    while (first + 1 < all.size() && all.get(first + 1).value <= smallest * 1.0001) {
      first++;
    }
    int last = first + 1;
    while (last < all.size() - 1 && all.get(last).value < largest * 0.9999) {
      last++;
    }
    return new Scale(all.get(first).value, all.get(last).value, true, List.copyOf(all.subList(first, last + 1)));
  }

  /** Shares of all answers, as 1 / (1 - share) on a logarithmic scale: 90, 99 and 99.9 % are as far from each other. */
  static Scale percentiles(double longest) {
    List<Tick> ticks = new ArrayList<>(List.of(new Tick(1, "0 %"), new Tick(2, "50 %"), new Tick(10, "90 %"), new Tick(100, "99 %")));
    for (int nines = 1; Math.pow(10, nines + 2) <= longest * 1.0001; nines++) {
      ticks.add(new Tick(Math.pow(10, nines + 2), "99." + "9".repeat(nines) + " %"));
    }
    double high = Math.max(longest, 100);
    return new Scale(1, high, true, ticks);
  }

  private static double nice(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    double digit = step / power;
    return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10);
  }

  /** Beyond the ends: at the end. */
  double place(double value) {
    double place = logarithmic ? Math.log(Math.max(value, low) / low) / Math.log(high / low) : (value - low) / (high - low);
    return Math.clamp(place, 0, 1);
  }
}
