package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Runner;
import dev.mayfly.loadtest.plan.Plan;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes runs with Netty. {@link #run} from one thread at a time, {@link #stop} from any. */
public final class NettyRunner implements Runner {
  private final AtomicBoolean stopped = new AtomicBoolean();

  @Override
  public Result run(Plan plan, Listener listener) throws InterruptedException {
    try (Run run = new Run(plan, listener, stopped::get)) {
      return run.all();
    }
  }

  @Override
  public void stop() {
    stopped.set(true);
  }
}
