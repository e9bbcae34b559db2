package dev.mayfly.sizing;

import dev.mayfly.config.Configuration;
import dev.mayfly.pool.FunctionPool;
import dev.mayfly.pool.Stats;
import dev.mayfly.pool.Usage;
import dev.mayfly.vm.WorkingSet;
import java.time.Duration;
import java.util.Optional;

/** A function's pool as the sizer meets it. Any thread; must not block. */
public interface SizedPool {
  Configuration.Function configuration();

  Stats stats();

  Usage.Totals usage();

  /** What its requests were seen to write; empty: not known. */
  default Optional<WorkingSet> workingSet() {
    return Optional.empty();
  }

  /** Machines wanted at one time since the last call, at most. */
  int peak();

  /** So many machines are kept from now on; what is idle beyond them goes after the spare time. */
  void keep(int machines, Duration spare);

  /** So many machines at most from now on, of the function's {@code concurrency}; 1 and up. */
  void allow(int machines);

  static SizedPool of(FunctionPool pool) {
    return new SizedPool() {
      @Override
      public Configuration.Function configuration() {
        return pool.configuration();
      }

      @Override
      public Stats stats() {
        return pool.stats();
      }

      @Override
      public Usage.Totals usage() {
        return pool.usage();
      }

      @Override
      public Optional<WorkingSet> workingSet() {
        return pool.workingSet();
      }

      @Override
      public int peak() {
        return pool.peak();
      }

      @Override
      public void keep(int machines, Duration spare) {
        pool.keep(machines, spare);
      }

      @Override
      public void allow(int machines) {
        pool.allow(machines);
      }
    };
  }
}
