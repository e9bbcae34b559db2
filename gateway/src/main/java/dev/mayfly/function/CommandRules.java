package dev.mayfly.function;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Fresh;
import dev.mayfly.config.Configuration.Handler;
import dev.mayfly.vm.Image;
import java.util.List;
import java.util.stream.Stream;

/** What a configuration may ask of a WASI command, which only its module can tell apart from a component. Pure. */
final class CommandRules {
  private CommandRules() {}

  /** The handler that is meant. */
  static Handler handler(Configuration.Function function) throws DeployException {
    return switch (function.handler()) {
      case AUTO -> Handler.STDOUT;
      case STDOUT, WAGI -> function.handler();
      case HTTP -> throw new DeployException("is a WASI command, and handler: http is for components; write handler: stdout or wagi, or leave it out");
    };
  }

  static void fresh(Fresh fresh) throws DeployException {
    if (fresh.kind() == Fresh.Kind.NUMBER || fresh.kind() == Fresh.Kind.NEVER) {
      String written = fresh.kind() == Fresh.Kind.NEVER ? "never" : Integer.toString(fresh.requests());
      throw new DeployException("is a WASI command, which ends with its request, so fresh: " + written
          + " is not possible; write fresh: request or machine");
    }
  }

  /** @param limit bytes that the function may use */
  static void memory(Compiled code, long limit) throws DeployException {
    if (code.memoryMinimum() > limit) {
      throw new DeployException("needs " + Bytes.text(code.memoryMinimum()) + " of memory at its start, and may use " + Bytes.text(limit)
          + "; give it memory: " + Bytes.upToMiB(code.memoryMinimum()) + " or more");
    }
  }

  /** A function's settings, the handler decided. Arguments that name route parameters come with each request. */
  static ImageSettings settings(Configuration.Function function, Handler handler, Kind kind) {
    boolean argumentsFromRoute = function.argumentsFromRoute();
    int flags = Image.REQUEST_TREE | (argumentsFromRoute ? Image.ARGS_FROM_REQUEST : 0) | (handler == Handler.WAGI ? Image.ENV_FROM_REQUEST : 0);
    List<String> arguments = arguments(function.wasm().getFileName().toString(), argumentsFromRoute ? List.of() : function.args());
    return new ImageSettings(arguments, function.env(), flags, function.memory(), kind, function.variables());
  }

  static List<String> arguments(String program, List<String> rest) {
    return Stream.concat(Stream.of(program), rest.stream()).toList();
  }

  /** The same function with its handler decided. */
  static Configuration.Function decided(Configuration.Function f, Handler handler) {
    return f.with(handler);
  }
}
