package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Schedule;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One user of the closed model: evicts if asked to, pauses, sends, waits for the answer, and again. Its lane's thread alone. */
final class User {
  // After an error, so that a target that refuses everything is not asked a hundred thousand times a second.
  private static final long BACK_OFF_NANOS = 20_000_000;

  private final Lane lane;
  private final Model.Closed model;
  private final Schedule choices;
  private final BooleanSupplier over;
  private final Runnable left;

  /** @param left called once, when the user has stopped */
  User(Lane lane, Model.Closed model, Schedule choices, BooleanSupplier over, Runnable left) {
    this.lane = lane;
    this.model = model;
    this.choices = choices;
    this.over = over;
    this.left = left;
  }

  void next() {
    if (over.getAsBoolean() || !choices.next()) {
      left.run();
      return;
    }
    int call = choices.call();
    if (!model.evict()) {
      pause(call);
      return;
    }
    Request eviction = lane.requests().eviction(call);
    lane.aside(eviction, (_, cause, example) -> {
      if (cause == null) {
        pause(call);
      } else {
        lane.failed(call, Cause.EVICTION, cause.title() + ": " + example);
        after(BACK_OFF_NANOS, this::next);
      }
    });
  }

  private void pause(int call) {
    after(model.pause().toNanos(), () -> lane.begin(call, this::ended));
  }

  private void ended(Exchange exchange, Cause cause, String example) {
    lane.ended(exchange, cause, example);
    after(cause == null ? 0 : BACK_OFF_NANOS, this::next);
  }

  private void after(long nanos, Runnable action) {
    if (nanos == 0) {
      action.run();
    } else {
      lane.loop().schedule(action, nanos, TimeUnit.NANOSECONDS);
    }
  }
}
