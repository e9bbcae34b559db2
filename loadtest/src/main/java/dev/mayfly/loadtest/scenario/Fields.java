package dev.mayfly.loadtest.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The fields of a mapping while a scenario is read. Whatever is wrong is noted, and reading goes on. A field that nobody asked for until
 * {@link #end} is a mistake. One thread.
 */
final class Fields {
  /** Makes a value of a scalar's text. */
  interface Parser<T> {
    T parse(String text) throws InvalidValue;
  }

  /** A field: its key as it stands there, and its value. */
  record Field(ScalarNode keyNode, Node value) {
    String key() {
      return keyNode.getValue();
    }
  }

  private final Node node;
  private final String what;
  private final Mistakes mistakes;
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private final TreeSet<String> asked = new TreeSet<>();

  /** @param what for messages: "a phase" */
  Fields(Node node, String what, Mistakes mistakes) {
    this.node = node;
    this.what = what;
    this.mistakes = mistakes;
    if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(this::add);
    } else if (!empty(node)) {
      mistakes.at(node, what + " must be a mapping (key: value), not " + kind(node));
    }
  }

  private void add(NodeTuple tuple) {
    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
      mistakes.at(tuple.getKeyNode(), "a key must be a text");
    } else if (fields.putIfAbsent(key.getValue(), new Field(key, tuple.getValueNode())) != null) {
      mistakes.at(key, "\"" + key.getValue() + "\" stands twice in " + what);
    }
  }

  Node node() {
    return node;
  }

  /** All fields, in the file's order: where the keys are the user's. */
  List<Field> all() {
    asked.addAll(fields.keySet());
    return List.copyOf(fields.values());
  }

  Optional<Field> field(String key) {
    asked.add(key);
    return Optional.ofNullable(fields.get(key)).filter(f -> {
      if (empty(f.value())) {
        mistakes.at(f.keyNode(), key + " has no value");
        return false;
      }
      return true;
    });
  }

  boolean has(String key) {
    asked.add(key);
    return fields.containsKey(key);
  }

  <T> Optional<T> value(String key, Parser<T> parser) {
    return field(key).flatMap(f -> scalar(key, f.value(), parser));
  }

  <T> Optional<T> required(String key, Parser<T> parser) {
    if (!has(key)) {
      mistakes.at(node, key + " is missing in " + what);
    }
    return value(key, parser);
  }

  boolean flag(String key, boolean fallback) {
    return value(key, text -> switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new InvalidValue("\"" + text + "\" is neither true nor false");
    }).orElse(fallback);
  }

  Optional<Fields> section(String key) {
    return field(key).map(f -> new Fields(f.value(), key, mistakes));
  }

  /** A list's items; a single value is a list of one. */
  List<Node> items(String key) {
    return field(key).map(f -> f.value() instanceof SequenceNode list ? list.getValue() : List.of(f.value())).orElse(List.of());
  }

  <T> List<T> values(String key, Parser<T> parser) {
    List<T> values = new ArrayList<>();
    items(key).forEach(n -> scalar(key, n, parser).ifPresent(values::add));
    return values;
  }

  <T> Optional<T> scalar(String name, Node value, Parser<T> parser) {
    if (!(value instanceof ScalarNode scalar)) {
      mistakes.at(value, name + " must be a single value, not " + kind(value));
      return Optional.empty();
    }
    try {
      return Optional.of(parser.parse(scalar.getValue()));
    } catch (InvalidValue e) {
      mistakes.at(value, name + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Reports the fields that nobody asked for. */
  void end() {
    fields.values().stream().filter(f -> !asked.contains(f.key())).forEach(f -> mistakes.at(f.keyNode(),
        "unknown key \"" + f.key() + "\" in " + what + Nearest.find(f.key(), asked).map(n -> " (did you mean \"" + n + "\"?)").orElse("; known are " + String.join(", ", asked))));
  }

  private static boolean empty(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private static String kind(Node node) {
    return node instanceof MappingNode ? "a mapping" : node instanceof SequenceNode ? "a list" : "\"" + ((ScalarNode) node).getValue() + "\"";
  }
}
