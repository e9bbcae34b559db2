package dev.mayfly.http;

import dev.mayfly.pool.HttpInvocation;
import dev.mayfly.pool.HttpServing;
import dev.mayfly.pool.Invocation;
import dev.mayfly.pool.Result;
import io.vertx.core.Future;
import java.util.function.Function;

/** A function as the gateway calls it. From any event loop; must not block. */
@FunctionalInterface
public interface FunctionInvoker {
  /** The future never fails for what the function did: that is in the result. */
  Future<Result> invoke(Invocation invocation);

  /** Serves a request to a component, under {@code handler: http}. */
  default HttpServing serve(HttpInvocation invocation) {
    throw new UnsupportedOperationException("not a component");
  }

  /** A component. */
  static FunctionInvoker component(Function<HttpInvocation, HttpServing> serve) {
    return new FunctionInvoker() {
      @Override
      public Future<Result> invoke(Invocation invocation) {
        throw new UnsupportedOperationException("not a command");
      }

      @Override
      public HttpServing serve(HttpInvocation invocation) {
        return serve.apply(invocation);
      }
    };
  }
}
