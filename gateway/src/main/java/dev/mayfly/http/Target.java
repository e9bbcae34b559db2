package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import dev.mayfly.metrics.FunctionMeters;

/**
 * A function as requests meet it: everything that is looked up or computed once.
 *
 * @param handOver null for a component
 */
record Target(Configuration.Function function, HandOverBuilder handOver, FunctionInvoker invoker, FunctionMeters meters) {
  static Target of(Configuration.Function function, FunctionInvoker invoker, FunctionMeters meters) {
    boolean component = function.handler() == Configuration.Handler.HTTP;
    return new Target(function, component ? null : HandOverBuilder.of(function), invoker, meters);
  }

  boolean isComponent() {
    return function.handler() == Configuration.Handler.HTTP;
  }

  /** Bytes of a request's body that are taken: a component streams, without a limit unless one is written. */
  long bodyLimit() {
    return isComponent() && !function.limits().requestWritten() ? Long.MAX_VALUE : function.limits().request();
  }
}
