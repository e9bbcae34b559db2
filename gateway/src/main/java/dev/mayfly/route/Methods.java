package dev.mayfly.route;

import dev.mayfly.config.Configuration.Route;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The routes that end at one place of the tree, by method. Written while the table is built, then only read. */
final class Methods {
  private final Map<String, Route> byMethod = new HashMap<>();
  private Route all;

  void add(Route route) {
    boolean taken = false;
    if (route.methods().isEmpty()) {
      taken = all != null;
      all = route;
    }
    for (String method : route.methods()) {
      taken |= byMethod.putIfAbsent(method, route) != null;
    }
    if (taken) {
      throw new IllegalArgumentException("two routes match the same requests: " + route);
    }
  }

  /** The route for a method, or null. */
  Route find(String method) {
    Route named = byMethod.get(method);
    if (named == null && method.equals("HEAD")) {
      named = byMethod.get("GET");
    }
    return named != null ? named : all;
  }

  /** Adds the methods that are named here. */
  void allow(Set<String> methods) {
    methods.addAll(byMethod.keySet());
  }
}
