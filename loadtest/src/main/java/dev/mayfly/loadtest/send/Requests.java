package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.plan.Call;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A plan's requests, written out, and the places they go to: the targets in their order, then the admin ports. Immutable; any thread.
 */
final class Requests {
  private final List<Place> places = new ArrayList<>();
  private final Request[] requests;
  private final Request[] evictions;
  private final int[] targetOf;
  private final int targets;

  Requests(Plan plan) {
    targets = plan.targets().size();
    plan.targets().forEach(t -> places.add(Place.of(t.url())));
    Map<Integer, Integer> admins = new HashMap<>();
    for (int i = 0; i < targets; i++) {
      int target = i;
      plan.targets().get(i).admin().ifPresent(a -> {
        admins.put(target, places.size());
        places.add(Place.of(a));
      });
    }
    requests = new Request[plan.calls().size()];
    evictions = new Request[requests.length];
    targetOf = new int[requests.length];
    for (int i = 0; i < requests.length; i++) {
      Call call = plan.calls().get(i);
      Target target = plan.targets().get(call.target());
      requests[i] = Request.of(call, target.url());
      targetOf[i] = call.target();
      if (call.function().isPresent() && target.admin().isPresent()) {
        evictions[i] = Request.evict(call.function().get(), target.admin().get(), admins.get(call.target()));
      }
    }
  }

  List<Place> places() {
    return places;
  }

  int calls() {
    return requests.length;
  }

  int targets() {
    return targets;
  }

  Request of(int call) {
    return requests[call];
  }

  int target(int call) {
    return targetOf[call];
  }

  /** What drops the machines of the call's function; null: the function or its admin port is not known. */
  Request eviction(int call) {
    return evictions[call];
  }
}
