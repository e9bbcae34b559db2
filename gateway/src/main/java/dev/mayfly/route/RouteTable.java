package dev.mayfly.route;

import dev.mayfly.config.Configuration.Route;
import dev.mayfly.config.InvalidValue;
import dev.mayfly.config.RoutePath;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** All routes of a configuration. Immutable; any thread. */
public final class RouteTable {
  private final Map<String, Node> byHost = new HashMap<>();
  private final Map<Route, RoutePath> paths = new IdentityHashMap<>();
  private final Node anyHost = new Node();

  private RouteTable() {}

  /**
   * A table of routes that the configuration's loader has accepted.
   *
   * @throws IllegalArgumentException a path that is none, or two routes that match the same requests
   */
  public static RouteTable of(List<Route> routes) {
    RouteTable table = new RouteTable();
    routes.forEach(table::add);
    return table;
  }

  private void add(Route route) {
    try {
      RoutePath path = RoutePath.parse(route.path());
      paths.put(route, path);
      route.host().map(h -> byHost.computeIfAbsent(h, _ -> new Node())).orElse(anyHost).add(path, route);
    } catch (InvalidValue e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * The route for a request.
   *
   * @param host of the request, with or without a port; empty for none
   * @param rawPath as on the wire, without the query
   * @param method as on the wire: methods differ by case
   */
  public Match find(String host, String rawPath, String method) {
    try {
      return find(host, new Search(RequestPath.segments(rawPath), method));
    } catch (RequestPath.Bad e) {
      return new Match.BadPath(e.getMessage());
    }
  }

  /** As {@link #find(String, String, String)}; the search keeps its count of visits. */
  Match find(String host, Search search) {
    Route route = byHost.isEmpty() ? null : search.find(byHost.get(name(host)));
    if (route == null) {
      route = search.find(anyHost);
    }
    if (route != null) {
      return new Match.Found(route, parameters(paths.get(route), search.segments()));
    }
    return search.allowed().isEmpty() ? new Match.NotFound() : new Match.MethodNotAllowed(allow(search.allowed()));
  }

  /** A host in the form of the configuration: lower case, without port and without the root's dot. */
  private static String name(String host) {
    int colon = host.lastIndexOf(':');
    String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    return (name.endsWith(".") ? name.substring(0, name.length() - 1) : name).toLowerCase(Locale.ROOT);
  }

  private static Map<String, String> parameters(RoutePath path, List<String> segments) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < path.segments().size(); i++) {
      if (path.segments().get(i) instanceof RoutePath.Segment.Parameter(String name)) {
        parameters.put(name, segments.get(i));
      }
    }
    return Collections.unmodifiableMap(parameters);
  }

  private static List<String> allow(Set<String> named) {
    Set<String> allowed = new TreeSet<>(named);
    allowed.add("OPTIONS");
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    return List.copyOf(allowed);
  }
}
