package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Schedule;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A lane's users of the closed model. The lane's thread alone. */
final class Users {
  private final Lane lane;
  private final Model.Closed model;
  private final Schedule choices;
  private final BooleanSupplier over;
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private int present;

  Users(Lane lane, Model.Closed model, Schedule choices, BooleanSupplier over) {
    this.lane = lane;
    this.model = model;
    this.choices = choices;
    this.over = over;
  }

  /** Completes when all have stopped and nothing is under way. */
  CompletableFuture<Void> start(int users) {
    present = users;
    if (users == 0) {
      return lane.finish();
    }
    for (int i = 0; i < users; i++) {
      // A task each: an answer to the first may then be read before the last has sent.
      lane.loop().execute(() -> new User(lane, model, choices, over, this::left).next());
    }
    return idle;
  }

  private void left() {
    present--;
    if (present == 0) {
      lane.finish().thenRun(() -> idle.complete(null));
    }
  }
}
