package dev.mayfly.loadtest.compare;

import dev.mayfly.loadtest.plan.Call;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Phase;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Schedule;
import dev.mayfly.loadtest.plan.Target;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A plan of several targets made one of a single target, which gets every arrival at its time: what it would be if it were alone. */
final class Alone {
  private Alone() {}

  /**
   * @param target index into the plan's targets; its calls stand in for all, in turn
   * @throws IllegalArgumentException the plan has no call of that target
   */
  static Plan of(Plan plan, int target) {
    int[] own = IntStream.range(0, plan.calls().size()).filter(call -> plan.calls().get(call).target() == target).toArray();
    Target only = plan.targets().get(target);
    if (own.length == 0) {
      throw new IllegalArgumentException("nothing is asked of the target " + only.name() + ", so it cannot be compared");
    }
    int[] callOf = new int[plan.calls().size()];
    int[] seen = new int[plan.targets().size()];
    for (int call = 0; call < callOf.length; call++) {
      callOf[call] = seen[plan.calls().get(call).target()]++ % own.length;
    }
    List<Call> calls = IntStream.of(own).mapToObj(plan.calls()::get).map(Alone::toFirst).toList();
    List<Phase> phases = plan.phases().stream().map(phase -> new Phase(phase.name(), phase.counted(), phase.duration(), phase.evict(),
        alone(phase.model(), callOf))).toList();
    return new Plan(only.name(), List.of(only), calls, phases, plan.limits(), List.of());
  }

  private static Call toFirst(Call call) {
    return new Call(call.name(), 0, call.function(), call.method(), call.path(), call.headers(), call.body(), call.expectation());
  }

  private static Model alone(Model model, int[] callOf) {
    return switch (model) {
      case Model.Open open -> new Model.Open(mapped(open.schedule(), callOf));
      case Model.Closed closed -> new Model.Closed(closed.users(), closed.pause(), closed.evict(), mapped(closed.choices(), callOf));
    };
  }

  private static Supplier<Schedule> mapped(Supplier<Schedule> schedule, int[] callOf) {
    return () -> new Schedule() {
      private final Schedule all = schedule.get();

      @Override
      public boolean next() {
        return all.next();
      }

      @Override
      public long dueNanos() {
        return all.dueNanos();
      }

      @Override
      public int call() {
        return callOf[all.call()];
      }
    };
  }
}
