package dev.mayfly.sizing.replay;

import dev.mayfly.sizing.PoolSizer;
import dev.mayfly.trace.Arrival;
import dev.mayfly.trace.Arrivals;
import dev.mayfly.trace.TraceFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Runs several policies over the same traffic, each function by itself. Pure but for the arrivals, which are read once. */
public final class PolicyReplay {
  /** A run whose length the trace does not tell. */
  private static final double UNKNOWN_SECONDS = 0.1;
  private static final double HOUR = 3600;

  /**
   * What a policy came to.
   *
   * @param machineHours that machines were held, busy or idle; {@code idleHours} of them idle
   * @param coldQuartile three quarters of the functions have at most this share of cold starts
   */
  public record Outcome(String policy, long requests, long cold, double machineHours, double idleHours, double coldQuartile) {}

  private record Rival(String name, Supplier<Policy> policies) {}

  /** Where the fixed keep-alive stands among the outcomes, by which the others are measured. */
  public static final int FIXED = 1;
  private static final String OWN = "mayfly";
  private final List<Rival> rivals;

  private PolicyReplay(List<Rival> rivals) {
    this.rivals = rivals;
  }

  /** The sizer beside those that it is measured by. */
  public static PolicyReplay ofAll() {
    return with(new PoolSizer());
  }

  static PolicyReplay with(PoolSizer sizer) {
    return new PolicyReplay(List.of(
        new Rival(OWN, () -> new Sized(sizer)),
        new Rival("fixed keep-alive, 10 min", () -> new Fixed(600)),
        new Rival("Knative's rule", Knative::new),
        new Rival("hybrid histogram", Hybrid::new)));
  }

  /** In the order of {@link #ofAll}: the sizer, a fixed keep-alive of ten minutes, Knative's rule, the hybrid histogram. */
  public List<Outcome> run(Arrivals arrivals) {
    Map<String, List<Simulation>> functions = new HashMap<>();
    Map<TraceFunction, List<Simulation>> known = new HashMap<>(); // an id is a string made each time
    double last = 0;
    while (arrivals.hasNext()) {
      Arrival arrival = arrivals.next();
      double at = arrival.atNanos() / 1e9;
      double seconds = arrival.durationNanos() == Arrival.UNKNOWN ? UNKNOWN_SECONDS : arrival.durationNanos() / 1e9;
      for (Simulation simulation : known.computeIfAbsent(arrival.function(), f -> functions.computeIfAbsent(f.id(), id -> simulations(at)))) {
        simulation.arrive(at, seconds);
      }
      last = Math.max(last, at);
    }
    double end = last + 1;
    functions.values().forEach(list -> list.forEach(simulation -> simulation.advance(end)));
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < rivals.size(); i++) {
      int rival = i;
      outcomes.add(outcome(rivals.get(i).name(), functions.values().stream().map(list -> list.get(rival)).toList()));
    }
    return outcomes;
  }

  private List<Simulation> simulations(double at) {
    return rivals.stream().map(rival -> new Simulation(rival.policies().get(), at)).toList();
  }

  private static Outcome outcome(String name, List<Simulation> functions) {
    double machines = functions.stream().mapToDouble(Simulation::machineSeconds).sum() / HOUR;
    double busy = functions.stream().mapToDouble(Simulation::busySeconds).sum() / HOUR;
    double[] shares = functions.stream().mapToDouble(s -> s.cold() / (double) s.arrivals()).sorted().toArray();
    return new Outcome(name, functions.stream().mapToLong(Simulation::arrivals).sum(), functions.stream().mapToLong(Simulation::cold).sum(),
        machines, machines - busy, shares.length == 0 ? 0 : shares[(int) (0.75 * (shares.length - 1))]);
  }
}
