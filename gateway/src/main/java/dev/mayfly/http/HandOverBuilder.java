package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import dev.mayfly.vm.HandOver;

/** Writes a request to a command down as its function's handler reads it. Stateless; from any event loop. */
@FunctionalInterface
interface HandOverBuilder {
  HandOver build(Call call);

  /** The builder for a command whose handler is decided. */
  static HandOverBuilder of(Configuration.Function function) {
    Arguments arguments = new Arguments(function);
    return switch (function.handler()) {
      case STDOUT, AUTO -> new StdoutHandOver(arguments);
      case WAGI -> new WagiHandOver(arguments, function.env());
      case HTTP -> throw new IllegalArgumentException("function " + function.name() + ": handler http is not a command's");
    };
  }
}
