package dev.mayfly.route;

import dev.mayfly.config.Configuration.Route;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One walk for one request: at each segment the exact branch first, then the parameter's, then {@code /*}, and back where a branch comes to
 * nothing. So the first route found is the most specific. At most two branches open at a segment: the cost follows the path, not the number
 * of routes.
 */
final class Search {
  private final List<String> segments;
  private final String method;
  private final Set<String> allowed = new TreeSet<>();
  private int visits;

  Search(List<String> segments, String method) {
    this.segments = segments;
    this.method = method;
  }

  /** The most specific route below a root, or null. */
  Route find(Node root) {
    return root == null ? null : find(root, 0);
  }

  /** The request's segments. */
  List<String> segments() {
    return segments;
  }

  /** Methods of the routes that matched but for the method. */
  Set<String> allowed() {
    return allowed;
  }

  /** Nodes of the tree that were looked at. */
  int visits() {
    return visits;
  }

  private Route find(Node node, int depth) {
    visits++;
    if (depth == segments.size()) {
      Route route = at(node.here);
      return route != null ? route : at(node.below);
    }
    String segment = segments.get(depth);
    Node exact = node.exact.get(segment);
    Route route = exact == null ? null : find(exact, depth + 1);
    if (route == null && node.parameter != null && !segment.isEmpty()) {
      route = find(node.parameter, depth + 1);
    }
    return route != null ? route : at(node.below);
  }

  private Route at(Methods methods) {
    if (methods == null) {
      return null;
    }
    Route route = methods.find(method);
    if (route == null) {
      methods.allow(allowed);
    }
    return route;
  }
}
