package dev.mayfly.config;

import dev.mayfly.config.Configuration.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the routes, and finds those that two of them claim alike. */
final class RouteReader {
  /** A route that could be read, with its path and where it stands. */
  record Placed(Route route, RoutePath path, Position position) {}

  // Neither CONNECT nor TRACE, which the gateway refuses whatever the routes say.
  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY",
      "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "PURGE");

  private final Set<String> functions;
  private final Map<String, Integer> claims = new HashMap<>();

  RouteReader(Set<String> functions) {
    this.functions = functions;
  }

  List<Placed> read(Section configuration) {
    List<Placed> routes = new ArrayList<>();
    for (Node node : configuration.items("routes")) {
      route(Section.of(node, "a route", Position.of(node), configuration.problems())).ifPresent(r -> {
        claim(r, configuration.problems());
        routes.add(r);
      });
    }
    return routes;
  }

  private Optional<Placed> route(Section in) {
    RoutePath[] parsed = new RoutePath[1];
    Optional<String> path = in.required("path", text -> {
      parsed[0] = RoutePath.parse(text);
      return text;
    }, " in the route");
    List<String> methods = methods(in);
    Optional<String> host = in.optional("host", Network.host());
    Optional<String> function = in.required("function", this::function, " in the route" + path.map(p -> " " + p).orElse(""));
    Optional<Double> limit = in.optional("limit", RouteReader::rate);
    in.end();
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Route route = new Route(path.get(), methods, host, function.orElse(""), limit);
    return Optional.of(new Placed(route, parsed[0], in.position("path")));
  }

  private static List<String> methods(Section in) {
    List<String> methods = in.list("methods", RouteReader::method);
    if (in.entry("methods").filter(e -> e.value() instanceof SequenceNode list && list.getValue().isEmpty()).isPresent()) {
      in.problems().at(in.position("methods"), "methods names none; leave it out for all");
    } else if (methods.stream().distinct().count() < methods.size()) {
      in.problems().at(in.position("methods"), "methods names one twice");
    }
    return methods;
  }

  private static String method(String text) throws InvalidValue {
    if (!METHODS.contains(text)) {
      throw new InvalidValue("\"" + text + "\" is not a method" + Nearest.suggestion(text, METHODS) + "; known are " + String.join(", ", METHODS));
    }
    return text;
  }

  private String function(String text) throws InvalidValue {
    if (!functions.contains(text)) {
      throw new InvalidValue("there is no function \"" + text + "\"" + Nearest.of(text, functions).map(n -> " (did you mean \"" + n + "\"?)")
          .orElse(functions.isEmpty() ? "" : "; there are " + String.join(", ", functions.stream().limit(20).toList())));
    }
    return text;
  }

  private static double rate(String text) throws InvalidValue {
    String[] parts = text.split("/", 2);
    int seconds = parts.length < 2 ? 0 : switch (parts[1]) {
      case "s" -> 1;
      case "m" -> 60;
      case "h" -> 3600;
      default -> 0;
    };
    int number = parts[0].matches("[0-9]{1,7}") ? Integer.parseInt(parts[0]) : 0;
    if (seconds == 0 || number < 1 || number > 1_000_000) {
      throw new InvalidValue("\"" + text + "\" is not a rate; write a number from 1 to 1000000 and a time, like 100/s, 10/m or 5/h");
    }
    return (double) number / seconds;
  }

  /** Two routes with one host, one shape of path and a method in common match the same requests, and neither is more specific. */
  private void claim(Placed placed, Problems problems) {
    Route route = placed.route();
    for (String method : route.methods().isEmpty() ? List.of("") : route.methods().stream().distinct().toList()) {
      Integer line = claims.putIfAbsent(route.host().orElse("") + " " + method + " " + placed.path().shape(), placed.position().line());
      if (line != null) {
        problems.at(placed.position(), "path: \"" + route.path() + "\"" + (method.isEmpty() ? "" : " with the method " + method)
            + " matches the same requests as the route in line " + line);
        return;
      }
    }
  }
}
