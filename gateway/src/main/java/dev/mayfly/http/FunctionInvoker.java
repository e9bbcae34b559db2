package dev.mayfly.http;

import dev.mayfly.pool.Invocation;
import dev.mayfly.pool.Result;
import io.vertx.core.Future;

/** A function as the gateway calls it. From any event loop; must not block. */
@FunctionalInterface
public interface FunctionInvoker {
  /** The future never fails for what the function did: that is in the result. */
  Future<Result> invoke(Invocation invocation);
}
