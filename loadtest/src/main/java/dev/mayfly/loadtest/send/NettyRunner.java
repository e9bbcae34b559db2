package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Runner;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes runs with Netty. {@link #run} from one thread at a time, {@link #stop} from any. */
public final class NettyRunner implements Runner {
  private static final Duration WARM_UP = Duration.ofMillis(600);
  private static final double WARM_UP_RATE = 4000;

  private final AtomicBoolean stopped = new AtomicBoolean();
  private boolean warm;

  @Override
  public Result run(Plan plan, Listener listener) throws InterruptedException {
    if (!warm) {
      warm = true;
      warmUp();
    }
    return measure(plan, listener);
  }

  private Result measure(Plan plan, Listener listener) throws InterruptedException {
    try (Run run = new Run(plan, listener, stopped::get)) {
      return run.all();
    }
  }

  /** A JVM's first thousand requests are slow, and that is this one's fault, not the target's: so they go to a server in this process. */
  private void warmUp() throws InterruptedException {
    try (Sink sink = new Sink()) {
      Mix mix = Mix.even(List.of(0));
      Call call = new Call("", 0, Optional.empty(), "GET", "/", List.of(), new byte[0], Expectation.SUCCESS);
      Phase closed = new Phase("closed", true, WARM_UP, false, new Model.Closed(4, Duration.ZERO, false, mix::choices));
      Phase open = new Phase("open", true, WARM_UP, false,
          new Model.Open(() -> mix.schedule(Arrivals.even(Intensity.constant(WARM_UP_RATE, WARM_UP.toMillis() / 1e3)))));
      measure(new Plan("", List.of(new Target("sink", sink.url(), Optional.empty())), List.of(call), List.of(closed, open), Limits.DEFAULT, List.of()), _ -> { });
    }
  }

  @Override
  public void stop() {
    stopped.set(true);
  }
}
