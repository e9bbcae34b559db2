package dev.mayfly.route;

import dev.mayfly.config.Configuration;
import java.util.List;
import java.util.Map;

/** What a request's host, path and method come to. */
public sealed interface Match {
  /**
   * The route, and its parameters by name, decoded, in the path's order.
   */
  record Found(Configuration.Route route, Map<String, String> parameters) implements Match {}

  /** No route has such a host and path: 404. */
  record NotFound() implements Match {}

  /**
   * Routes match, but for the method: 405, or for OPTIONS an answer with {@code Allow}.
   *
   * @param allowed sorted; HEAD is with GET, and OPTIONS is always among them
   */
  record MethodNotAllowed(List<String> allowed) implements Match {}

  /**
   * The path is none that can be matched safely: 400.
   *
   * @param reason a sentence without anything of the path, fit for the client
   */
  record BadPath(String reason) implements Match {}
}
