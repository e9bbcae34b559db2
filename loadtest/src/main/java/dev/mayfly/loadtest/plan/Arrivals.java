package dev.mayfly.loadtest.plan;

import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/** Due times without an end of their own, or with one. An iterator; one thread. */
@FunctionalInterface
public interface Arrivals {
  long END = Long.MAX_VALUE;

  /** Nanoseconds from the begin, never less than the last; {@link #END}: there are no more. */
  long next();

  /** One arrival whenever the expected count reaches a whole number: for a constant rate, evenly spaced, the first at once. */
  static Arrivals even(Intensity intensity) {
    return counted(intensity, new DoubleSupplier() {
      private long count = -1;

      @Override
      public double getAsDouble() {
        return ++count;
      }
    });
  }

  /**
   * A Poisson process of that intensity, by time transformation: where E1, E2, ... are exponential with mean 1, arrivals are when the expected
   * count reaches E1, E1 + E2, ... (Cinlar's inversion). The same seed gives the same arrivals.
   */
  static Arrivals poisson(Intensity intensity, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return counted(intensity, new DoubleSupplier() {
      private double count;

      @Override
      public double getAsDouble() {
        count -= Math.log1p(-random.nextDouble());
        return count;
      }
    });
  }

  /** So many at the same instant, then again after each period, until {@code nanos} are over. */
  static Arrivals bursts(int size, long periodNanos, long nanos) {
    return new Arrivals() {
      private long count;

      @Override
      public long next() {
        long due = count++ / size * periodNanos;
        return due < nanos ? due : END;
      }
    };
  }

  private static Arrivals counted(Intensity intensity, DoubleSupplier counts) {
    double total = intensity.total();
    return () -> {
      double count = counts.getAsDouble();
      return count < total ? (long) intensity.nanosAt(count) : END;
    };
  }
}
