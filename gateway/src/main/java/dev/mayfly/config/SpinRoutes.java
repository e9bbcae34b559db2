package dev.mayfly.config;

import dev.mayfly.config.Configuration.SpinTrigger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Says Spin's HTTP triggers as routes. */
final class SpinRoutes {
  private static final List<String> EXECUTORS = List.of("spin", "http", "wasip3-unstable", "wagi");

  private final Set<String> components;
  private final String base;
  private final Problems problems;
  private final Set<String> wagi = new LinkedHashSet<>();
  private final List<SpinTrigger> triggers = new ArrayList<>();

  /** @param base what stands before every route; perhaps empty */
  SpinRoutes(Set<String> components, String base, Problems problems) {
    this.components = components;
    this.base = base;
    this.problems = problems;
  }

  /** Components that run as CGI programs; known after {@link #read}. */
  Set<String> wagi() {
    return wagi;
  }

  /** What each route stands for, in their order; known after {@link #read}. */
  List<SpinTrigger> triggers() {
    return triggers;
  }

  /** The routes of the table {@code trigger}, as the nodes of a list. */
  List<Node> read(Section trigger) {
    List<Node> routes = new ArrayList<>();
    for (Section.Entry kind : trigger.entries()) {
      if (!kind.key().equals("http")) {
        problems.note(Position.of(kind.keyNode()), "trigger." + kind.key() + " is left out: Mayfly serves HTTP triggers");
      }
    }
    for (Node node : trigger.items("http")) {
      route(Section.of(node, "a trigger", Position.of(node), problems)).ifPresent(routes::add);
    }
    return routes;
  }

  private Optional<Node> route(Section in) {
    in.has("id");
    executor(in.section("executor"), in);
    if (in.has("static_response")) {
      problems.at(in.position("static_response"), "static_response: a route of Mayfly leads to a function; take this trigger out, or give it a component");
      in.entry("component");
      in.entry("route");
      in.end();
      return Optional.empty();
    }
    Optional<String> component = component(in);
    Optional<Section.Entry> route = in.entry("route");
    if (route.isPresent() && route.get().value() instanceof MappingNode table) {
      apart(Section.of(table, "route", Position.of(table), problems), component);
      in.end();
      return Optional.empty();
    }
    Optional<String> path = in.required("route", this::path, " in the trigger: a path, like \"/users/:id\" or \"/...\"");
    in.end();
    if (path.isPresent() && component.isPresent()) {
      String written = rooted(((ScalarNode) in.entry("route").orElseThrow().value()).getValue());
      triggers.add(new SpinTrigger(written, base + written));
    }
    return path.flatMap(p -> component.map(c -> SpinToml.mapping(List.of(
        new NodeTuple(SpinToml.text("path", in.position("route")), SpinToml.text(p, in.position("route"))),
        new NodeTuple(SpinToml.text("function", in.position("component")), SpinToml.text(c, in.position("component")))), in.position("route"))));
  }

  private void apart(Section route, Optional<String> component) {
    boolean closed = route.required("private", SpinVariables::truth, " in the route's table: { private = true }").orElse(true);
    route.end();
    if (!closed) {
      problems.at(route.position("private"), "private: \"false\" is not allowed; write the route as a path");
    } else {
      component.ifPresent(c -> problems.note(route.position("private"), "the component " + c
          + " has a private route, which is left out: it is for other components, and they do not call one another here"));
    }
  }

  private Optional<String> component(Section in) {
    if (in.entry("component").filter(e -> e.value() instanceof MappingNode).isPresent()) {
      problems.at(in.position("component"), "component: a component within a trigger is not supported; "
          + "give it a table of its own, [component.NAME], and write the name here");
      return Optional.empty();
    }
    return in.required("component", text -> {
      if (!components.contains(text)) {
        throw new InvalidValue("there is no component \"" + text + "\"" + Nearest.of(text, components).map(n -> " (did you mean \"" + n + "\"?)")
            .orElse(components.isEmpty() ? "" : "; there are " + String.join(", ", components.stream().limit(20).toList())));
      }
      return text;
    }, " in the trigger: the name of a component");
  }

  private void executor(Section executor, Section in) {
    Optional<String> type = executor.optional("type", text -> {
      if (!EXECUTORS.contains(text)) {
        throw new InvalidValue("\"" + text + "\" is not an executor" + Nearest.suggestion(text, EXECUTORS) + "; known are " + String.join(", ", EXECUTORS));
      }
      return text;
    });
    if (type.filter("wagi"::equals).isPresent()) {
      in.optional("component", Scalar.text()).ifPresent(wagi::add);
    }
  }

  private static String rooted(String route) {
    return route.startsWith("/") ? route : "/" + route;
  }

  /** {@code /a/:b/...} as {@code /a/{b}/*}. */
  private String path(String route) throws InvalidValue {
    List<String> segments = new ArrayList<>();
    String[] parts = (base + rooted(route)).substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean wildcard = parts[i].equals("...");
      if (wildcard && i < parts.length - 1) {
        throw new InvalidValue("\"" + route + "\" has \"...\" before its end; it may stand as the last segment only");
      }
      if (parts[i].startsWith(":") && !parts[i].substring(1).matches(RoutePath.NAME)) {
        throw new InvalidValue("\"" + route + "\" has the segment \"" + parts[i] + "\"; a parameter is : and a name of letters, digits, _ and -");
      }
      if (parts[i].matches(".*[{}].*")) {
        throw new InvalidValue("\"" + route + "\" has the segment \"" + parts[i] + "\"; a parameter is written :name");
      }
      if (parts[i].contains("*")) {
        throw new InvalidValue("\"" + route + "\" has the segment \"" + parts[i] + "\"; everything below is written \"/...\"");
      }
      segments.add(wildcard ? "*" : parts[i].startsWith(":") ? "{" + parts[i].substring(1) + "}" : parts[i]);
    }
    String path = "/" + String.join("/", segments);
    RoutePath.parse(path);
    return path;
  }
}
