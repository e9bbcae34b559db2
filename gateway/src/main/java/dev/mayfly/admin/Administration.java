package dev.mayfly.admin;

import dev.mayfly.http.Problem;
import dev.mayfly.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** Does what the admin port is asked for. Any thread; does not block. */
final class Administration {
  private final Readiness readiness;
  private final Supplier<? extends Collection<AdminFunction>> functions;
  private final Pools pools;
  private final Metrics metrics;

  Administration(Readiness readiness, Supplier<? extends Collection<AdminFunction>> functions, Pools pools, Metrics metrics) {
    this.readiness = readiness;
    this.functions = functions;
    this.pools = pools;
    this.metrics = metrics;
  }

  Future<Reply> perform(Action action) {
    return switch (action) {
      case Action.Live live -> Future.succeededFuture(new Reply.Document(200, new JsonObject().put("status", "up")));
      case Action.Ready ready -> Future.succeededFuture(ready());
      case Action.ShowMetrics show -> Future.succeededFuture(new Reply.Text(metrics.text()));
      case Action.ListFunctions list -> Future.succeededFuture(list());
      case Action.Evict evict -> evict(evict.function());
      case Action.ListPools list -> Future.succeededFuture(pools());
      case Action.ExplainPool explain -> Future.succeededFuture(explain(explain.function()));
    };
  }

  private Reply ready() {
    List<String> missing = readiness.missing();
    List<String> degraded = readiness.degraded();
    JsonObject json = new JsonObject().put("status", !missing.isEmpty() ? "down" : degraded.isEmpty() ? "up" : "degraded")
        .put("missing", new JsonArray(List.copyOf(missing))).put("degraded", new JsonArray(List.copyOf(degraded)));
    return new Reply.Document(missing.isEmpty() ? 200 : 503, json);
  }

  private Reply list() {
    JsonArray json = new JsonArray();
    functions.get().stream().sorted(Comparator.comparing(AdminFunction::name)).forEach(function -> json.add(function.json()));
    return new Reply.Documents(json);
  }

  private Future<Reply> evict(String name) {
    return functions.get().stream().filter(function -> function.name().equals(name)).findFirst()
        .map(function -> function.evictable().evict().<Reply>map(gone -> new Reply.Done()))
        .orElseGet(() -> Future.succeededFuture(new Reply.Failed(Problem.of(404, "There is no function of this name."))));
  }

  private Reply pools() {
    JsonArray json = new JsonArray();
    pools.all().forEach(view -> json.add(PoolJson.row(view)));
    return new Reply.Documents(json);
  }

  private Reply explain(String name) {
    return pools.of(name).<Reply>map(view -> new Reply.Document(200, PoolJson.explanation(view)))
        .orElseGet(() -> new Reply.Failed(Problem.of(404, "There is no pool of this name.")));
  }
}
