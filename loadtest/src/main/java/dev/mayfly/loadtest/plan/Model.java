package dev.mayfly.loadtest.plan;

import java.time.Duration;
import java.util.function.Supplier;

/** How a phase's requests come about. */
public sealed interface Model {
  /**
   * They arrive by a schedule, whatever becomes of those before: what a server meets in life, and the only model in which its stalls show.
   *
   * @param schedule makes the same arrivals anew each time
   * @param connections to each target, made before the phase begins; more are made when they are needed
   */
  record Open(Supplier<Schedule> schedule, int connections) implements Model {
    public Open(Supplier<Schedule> schedule) {
      this(schedule, 1);
    }
  }

  /**
   * So many users, each of which sends its next request when the last was answered: for the highest throughput, and for one request at a time.
   *
   * @param users at least 1
   * @param pause between an answer (or the eviction) and the next request
   * @param evict whether the function's machines are dropped before each request, by the target's admin port, before the pause
   * @param choices makes the same row of calls anew each time; its due times are not used
   */
  record Closed(int users, Duration pause, boolean evict, Supplier<Schedule> choices) implements Model {}
}
