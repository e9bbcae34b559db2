package dev.mayfly.function;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Handler;
import java.util.List;
import java.util.Locale;

/** What a configuration may ask of a component that serves HTTP. Pure. */
final class ComponentRules {
  private ComponentRules() {}

  /** @throws DeployException when another handler is written */
  static Handler handler(Configuration.Function function) throws DeployException {
    return switch (function.handler()) {
      case AUTO, HTTP -> Handler.HTTP;
      case STDOUT, WAGI -> throw new DeployException("is a component that serves HTTP, and handler: "
          + function.handler().name().toLowerCase(Locale.ROOT) + " is for commands; write handler: http, or leave it out");
    };
  }

  /** Its arguments are the same for all requests: it reads the request itself. */
  static ImageSettings settings(Configuration.Function function) throws DeployException {
    List<String> parameters = function.parameters();
    if (!parameters.isEmpty()) {
      throw new DeployException("is a component that serves HTTP, so its args cannot name the route parameter {" + parameters.getFirst()
          + "}; it finds the parameter in the request's path");
    }
    List<String> arguments = CommandRules.arguments(function.wasm().getFileName().toString(), function.args());
    return new ImageSettings(arguments, function.env(), 0, function.memory(), Kind.HTTP, function.variables());
  }
}
