package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.plan.Plan;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Drops the machines of all functions that a plan's calls name. The caller waits; the lane sends. */
final class Evictions {
  private static final long SECONDS = 10;
  private final Lane lane;

  Evictions(Lane lane) {
    this.lane = lane;
  }

  /** An eviction that fails is counted as a failure of its call. */
  void all(Plan plan, String phase) throws InterruptedException {
    for (int call = 0; call < plan.calls().size(); call++) {
      Request eviction = lane.requests().eviction(call);
      if (eviction != null) {
        one(call, eviction, phase);
      }
    }
  }

  private void one(int call, Request eviction, String phase) throws InterruptedException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    lane.loop().execute(() -> lane.aside(eviction, (_, cause, example) -> {
      if (cause != null) {
        lane.failed(call, Cause.EVICTION, "before " + phase + ": " + cause.title() + ": " + example);
      }
      done.complete(null);
    }));
    try {
      done.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      lane.loop().execute(() -> lane.failed(call, Cause.EVICTION, "before " + phase + ": no answer in " + SECONDS + " s"));
    }
  }
}
