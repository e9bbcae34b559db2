package dev.mayfly.config;

import dev.mayfly.config.Configuration.Function;
import dev.mayfly.config.Configuration.Route;
import dev.mayfly.config.Configuration.SpinTrigger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Says a Spin manifest, version 2, as a configuration: a component is a function, an HTTP trigger a route. What Spin has no word for (memory,
 * time-outs, the address to listen on) stands in {@code [application.tool.mayfly]} and {@code [component.NAME.tool.mayfly]}, which Spin leaves to
 * tools, as in Mayfly's own file; unwritten, it has Mayfly's default (the address too: Spin's own is 127.0.0.1:3000). Everything that is wrong is
 * noted in Spin's words first; what is left to say is said by the reader of configurations, at the places that the manifest has. Used once, by one
 * thread; blocks.
 */
final class SpinManifest {
  private final Problems problems;
  private final HostFiles host;
  private final Map<String, String> environment;
  private final Map<String, SpinComponent> components = new LinkedHashMap<>();
  private List<SpinTrigger> triggers = List.of();
  private String name = "";

  /** @param environment of this process, which has values of the application's variables */
  SpinManifest(Problems problems, Path base, Map<String, String> environment) {
    this.problems = problems;
    this.host = new HostFiles(base);
    this.environment = environment;
  }

  /** The nodes of a configuration. */
  Node configuration(Node root) throws ConfigurationException {
    Section in = Section.of(root, "a manifest", new Position(1, 1), problems);
    version(in);
    List<NodeTuple> tuples = new ArrayList<>();
    String base = application(in, tuples);
    SpinVariables variables = new SpinVariables(in.section("variables"), environment);
    for (Section.Entry e : in.section("component").entries()) {
      Section component = Section.of(e.value(), "the component " + e.key(), Position.of(e.keyNode()), problems);
      components.put(e.key(), new SpinComponent(e.key(), component, host, variables));
    }
    SpinRoutes reader = new SpinRoutes(components.keySet(), base, problems);
    List<Node> routes = reader.read(in.section("trigger"));
    triggers = reader.triggers();
    in.end();
    problems.orThrow();
    if (routes.isEmpty()) {
      problems.at(in.position("trigger"), "there is no HTTP trigger to serve; write [[trigger.http]] with route and component");
      problems.orThrow();
    }
    List<NodeTuple> functions = components.entrySet().stream().map(e -> e.getValue().function(reader.wagi().contains(e.getKey()))).toList();
    Position at = new Position(1, 1);
    tuples.add(new NodeTuple(SpinToml.text("functions", at), SpinToml.mapping(functions, in.position("component"))));
    tuples.add(new NodeTuple(SpinToml.text("routes", at), SpinToml.list(routes, in.position("trigger"))));
    return SpinToml.mapping(tuples, at);
  }

  /** What was read from {@link #configuration}'s nodes, with what Mayfly's own file has no words for: stores, and Spin's words for the routes. */
  Configuration complete(Configuration read) {
    Map<String, Function> functions = new LinkedHashMap<>();
    read.functions().forEach((key, function) -> functions.put(key, function.with(components.get(key).stores())));
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < read.routes().size(); i++) {
      Route r = read.routes().get(i);
      routes.add(new Route(r.path(), r.methods(), r.host(), r.function(), r.limitPerSecond(), Optional.of(triggers.get(i))));
    }
    return new Configuration(read.listen(), read.tls(), read.admin(), read.engine(), read.redis(), read.memory(), read.grace(), read.trust(), functions, routes,
        name);
  }

  /**
   * What {@code tool.mayfly} of the application or a component has, to be read as in Mayfly's own file.
   *
   * @param spins keys of that file that a manifest says itself, and how
   */
  static List<NodeTuple> own(Section in, Map<String, String> spins) {
    List<NodeTuple> own = new ArrayList<>();
    for (Section.Entry e : in.section("tool").section("mayfly").entries()) {
      if (spins.containsKey(e.key())) {
        in.problems().at(e.keyNode(), e.key() + ": a manifest says this as " + spins.get(e.key()));
      } else {
        own.add(new NodeTuple(e.keyNode(), e.value()));
      }
    }
    return own;
  }

  /** Nothing else is worth saying of a manifest of another version. */
  private void version(Section in) throws ConfigurationException {
    String key = "spin_manifest_version";
    in.required(key, text -> {
      if (text.equals("1")) {
        throw new InvalidValue("this is a manifest of version 1; Mayfly understands version 2; turn it into one with: spin doctor");
      }
      if (!text.equals("2")) {
        throw new InvalidValue("\"" + text + "\" is not a version that Mayfly understands, which is 2");
      }
      return text;
    }, ": a file whose name ends in .toml is taken for a Spin manifest, which begins with spin_manifest_version = 2");
    if (in.entry(key).filter(e -> e.value() instanceof ScalarNode s && s.getValue().equals("2")).isEmpty()) {
      problems.orThrow();
    }
  }

  /**
   * The path before every route; empty for none.
   *
   * @param own takes what is said to Mayfly alone
   */
  private String application(Section in, List<NodeTuple> own) {
    if (!in.has("application")) {
      problems.at(new Position(1, 1), "application is missing: a table with the name of the application");
      return "";
    }
    Section application = in.section("application");
    List.of("version", "description", "authors", "targets").forEach(application::has);
    own.addAll(own(application, Map.of("functions", "[component.NAME]", "routes", "[[trigger.http]]")));
    name = application.required("name", Scalar.text(), " in application").orElse("");
    Section http = application.section("trigger").section("http");
    Optional<String> base = http.optional("base", text -> {
      if (!text.startsWith("/")) {
        throw new InvalidValue("\"" + text + "\" must begin with \"/\"");
      }
      return text.replaceFirst("/+$", "");
    });
    application.end();
    return base.orElse("");
  }
}
