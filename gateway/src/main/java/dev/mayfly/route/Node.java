package dev.mayfly.route;

import dev.mayfly.config.Configuration.Route;
import dev.mayfly.config.RoutePath;
import java.util.HashMap;
import java.util.Map;

/** A place in the tree of segments: what may come next, and the routes that end here. Written while the table is built, then only read. */
final class Node {
  final Map<String, Node> exact = new HashMap<>();
  /** For any one segment that is not empty; null if no route has a parameter here. */
  Node parameter;
  /** Routes whose path ends here, or null. */
  Methods here;
  /** Routes whose path ends here in a trailing {@code /*}, or null. */
  Methods below;

  void add(RoutePath path, Route route) {
    Node node = this;
    for (RoutePath.Segment segment : path.segments()) {
      node = switch (segment) {
        case RoutePath.Segment.Exact(String text) -> node.exact.computeIfAbsent(text, _ -> new Node());
        case RoutePath.Segment.Parameter _ -> node.parameter = node.parameter == null ? new Node() : node.parameter;
      };
    }
    if (path.below()) {
      node.below = node.below == null ? new Methods() : node.below;
      node.below.add(route);
    } else {
      node.here = node.here == null ? new Methods() : node.here;
      node.here.add(route);
    }
  }
}
