package dev.mayfly.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Says one component of a Spin manifest as a function. */
final class SpinComponent {
  /** What Spin has and a function has not, or not from here. */
  private static final List<String> IGNORED = List.of("id", "description", "build", "targets", "profile", "dependencies_inherit_configuration");

  private static final Map<String, String> SPINS = Map.of("wasm", "source", "env", "environment", "variables", "variables", "files", "files",
      "outbound", "allowed_outbound_hosts");

  private final String name;
  private final Section in;
  private final Optional<String> wasm;
  private final Map<String, String> environment;
  private final Map<String, String> variables;
  private final Optional<SpinTree> files;
  private final List<String> outbound = new ArrayList<>();
  private final List<String> stores = new ArrayList<>();
  private final List<NodeTuple> own;

  /** Reads it; what is wrong is noted. */
  SpinComponent(String name, Section in, HostFiles host, SpinVariables known) {
    this.name = name;
    this.in = in;
    IGNORED.forEach(in::has);
    wasm = source(host);
    environment = in.texts("environment", FunctionReader::environmentName);
    variables = variables(known);
    files = new SpinFiles(in, host.base()).tree();
    each("allowed_outbound_hosts", (text, note) -> outbound.addAll(SpinHosts.origins(known.resolve(text), note)));
    each("key_value_stores", (text, note) -> {
      store(text, note);
      stores.add(text);
    });
    unserved();
    own = SpinManifest.own(in, SPINS);
    in.end();
  }

  /** Labels of the stores that it may open. */
  List<String> stores() {
    return List.copyOf(stores);
  }

  private Optional<String> source(HostFiles host) {
    if (in.entry("source").filter(e -> e.value() instanceof MappingNode).isPresent()) {
      in.problems().at(in.position("source"), "source: Mayfly fetches no components; download it, and write the path of the file");
      return Optional.empty();
    }
    Scalar<Path> file = host.file();
    return in.required("source", text -> {
      try {
        return file.parse(text).toString();
      } catch (InvalidValue e) {
        throw new InvalidValue(e.getMessage() + (in.has("build") && e.getMessage().startsWith("no such") ? "; build it first: spin build" : ""));
      }
    }, " in the component " + name + ": the Wasm file, relative to this one");
  }

  private Map<String, String> variables(SpinVariables known) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Section.Entry e : in.section("variables").entries()) {
      Optional<String> key = in.value("variables", e.keyNode(), SpinVariables::name);
      Optional<String> text = in.value("variables." + e.key(), e.value(), known::resolve);
      key.ifPresent(k -> text.ifPresent(t -> texts.put(k, t)));
    }
    return texts;
  }

  /** Takes one text of a list, and what to tell the user about it. */
  private interface Item {
    void read(String text, Consumer<String> note) throws InvalidValue;
  }

  private void each(String key, Item item) {
    for (Node node : in.items(key)) {
      in.value(key, node, text -> {
        item.read(text, message -> in.problems().note(Position.of(node), message));
        return text;
      });
    }
  }

  private static void store(String name, Consumer<String> note) {
    if (!name.equals("default")) {
      note.accept("the store \"" + name + "\" is kept where \"default\" is: in Redis, or in this process; a runtime configuration is not read");
    }
  }

  private void unserved() {
    if (in.has("allowed_http_hosts")) {
      in.problems().at(in.position("allowed_http_hosts"),
          "allowed_http_hosts is Spin 1's; write allowed_outbound_hosts = [\"https://api.example.com\"]");
    }
    if (!in.section("dependencies").entries().isEmpty()) {
      in.problems().at(in.position("dependencies"),
          "dependencies: Mayfly does not compose components; compose them when you build, and name the result as source");
    }
    for (String key : List.of("sqlite_databases", "ai_models")) {
      if (!in.items(key).isEmpty()) {
        in.problems().note(in.position(key), key + " is left out: functions have none");
      }
    }
  }

  /** The function's name and the function, as nodes. To be called when nothing is wrong: files may be gathered. Blocks. */
  NodeTuple function(boolean wagi) {
    List<NodeTuple> function = new ArrayList<>(own);
    wasm.ifPresent(w -> function.add(entry("wasm", "source", SpinToml.text(w, in.position("source")))));
    function.add(entry("env", "environment", texts(environment, in.position("environment"))));
    function.add(entry("variables", "variables", texts(variables, in.position("variables"))));
    Position hosts = in.position("allowed_outbound_hosts");
    function.add(entry("outbound", "allowed_outbound_hosts",
        SpinToml.list(outbound.stream().distinct().<Node>map(o -> SpinToml.text(o, hosts)).toList(), hosts)));
    gathered().ifPresent(f -> function.add(entry("files", "files", texts(Map.of("/", f.toString()), in.position("files")))));
    if (wagi) {
      function.add(entry("handler", "source", SpinToml.text("wagi", in.position("source"))));
    }
    return new NodeTuple(SpinToml.text(name, in.position("")), SpinToml.mapping(function, in.position("")));
  }

  private Optional<Path> gathered() {
    try {
      return files.isPresent() ? Optional.of(files.get().folder()) : Optional.empty();
    } catch (IOException e) {
      in.problems().at(in.position("files"), "files: cannot be gathered in a temporary folder: " + e);
      return Optional.empty();
    }
  }

  private NodeTuple entry(String key, String from, Node value) {
    return new NodeTuple(SpinToml.text(key, in.position(from)), value);
  }

  private static Node texts(Map<String, String> texts, Position at) {
    return SpinToml.mapping(texts.entrySet().stream().map(e -> new NodeTuple(SpinToml.text(e.getKey(), at), SpinToml.text(e.getValue(), at))).toList(), at);
  }
}
