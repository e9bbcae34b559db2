package dev.mayfly.loadtest.peers;

import dev.mayfly.loadtest.plan.Arrivals;
import dev.mayfly.loadtest.plan.Call;
import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.plan.Intensity;
import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.plan.Mix;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Phase;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Target;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who answers, and what is asked of it. All are asked the same and must answer the same text.
 *
 * @param note for the table: what keeps one request from another
 * @param function empty: it is no gateway
 * @param cold whether its machines are dropped before each request
 */
record Contender(String name, String note, URI url, Optional<URI> admin, String path, Optional<String> function, boolean cold) {
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  /** Between an eviction and the next request: for the destruction to be over, which is not what is measured. */
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final long SEED = 20;

  /** At a rate, arrivals at random; a cold one after the other, as each needs its eviction first. */
  Plan latency(double rate, Duration duration) {
    Mix mix = Mix.even(List.of(0));
    Model warmUp = cold ? new Model.Closed(1, PAUSE, true, mix::choices) : open(mix, rate, WARM_UP);
    Model load = cold ? new Model.Closed(1, PAUSE, true, mix::choices) : open(mix, rate, duration);
    return plan(List.of(new Phase("warm-up", false, WARM_UP, false, warmUp), new Phase("load", true, duration, false, load)));
  }

  /** As much as it can answer to so many users. */
  Plan throughput(int users, Duration duration) {
    Mix mix = Mix.even(List.of(0));
    Model closed = new Model.Closed(users, Duration.ZERO, false, mix::choices);
    return plan(List.of(new Phase("warm-up", false, WARM_UP, false, closed), new Phase("load", true, duration, false, closed)));
  }

  private static Model open(Mix mix, double rate, Duration duration) {
    return new Model.Open(() -> mix.schedule(Arrivals.poisson(Intensity.constant(rate, duration.toMillis() / 1e3), SEED)));
  }

  private Plan plan(List<Phase> phases) {
    Expectation hello = new Expectation(Set.of(200), Optional.of(PlainHandler.TEXT), Optional.empty(), cold ? Optional.of("cold") : Optional.empty());
    Call call = new Call(name, 0, function, "GET", path, List.of(), new byte[0], hello);
    return new Plan(name, List.of(new Target(name, url, admin)), List.of(call), phases, Limits.DEFAULT, List.of());
  }
}
