package dev.mayfly.loadtest.plan;

import java.util.List;

/** How many arrivals are expected by when: a rate over time, by its integral and the inverse of that. Immutable. */
public sealed interface Intensity {
  /** Arrivals expected in all. */
  double total();

  /** Nanoseconds from the begin until so many arrivals are expected; {@code count} from 0 to {@link #total}. */
  double nanosAt(double count);

  /** The highest rate, per second. */
  double peak();

  /** From one rate to another, evenly; the two may be the same. Rates are per second, not both 0. */
  record Ramp(double from, double to, double seconds) implements Intensity {
    @Override
    public double total() {
      return (from + to) / 2 * seconds;
    }

    /** N(t) = from t + (to - from) t^2 / (2 T), solved for t in the form that does not lose digits where the two rates are near. */
    @Override
    public double nanosAt(double count) {
      double slope = (to - from) / seconds;
      double root = Math.sqrt(Math.max(0, from * from + 2 * slope * count));
      return count == 0 ? 0 : 1e9 * 2 * count / (from + root);
    }

    @Override
    public double peak() {
      return Math.max(from, to);
    }
  }

  /** Rates one after the other, each for the same time. */
  record Steps(List<Double> rates, double seconds) implements Intensity {
    @Override
    public double total() {
      return rates.stream().mapToDouble(Double::doubleValue).sum() * part();
    }

    @Override
    public double nanosAt(double count) {
      double left = count;
      for (int step = 0; step < rates.size(); step++) {
        double here = rates.get(step) * part();
        if (left < here || step == rates.size() - 1) {
          return 1e9 * (step * part() + (rates.get(step) == 0 ? 0 : left / rates.get(step)));
        }
        left -= here;
      }
      return 1e9 * seconds;
    }

    @Override
    public double peak() {
      return rates.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    private double part() {
      return seconds / rates.size();
    }
  }

  static Intensity constant(double rate, double seconds) {
    return new Ramp(rate, rate, seconds);
  }
}
