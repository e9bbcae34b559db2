package dev.mayfly.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping of the file while it is read. Asking for a key makes it known; {@link #end} reports the keys that nobody asked for. Whatever
 * is wrong is noted, and the fallback handed out, so that reading goes on to the next problem. One thread.
 */
final class Section {
  /** A key and its value. */
  record Entry(Node keyNode, String key, Node value) {}

  private static final Set<Tag> CORE = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

  private final Position position;
  private final Problems problems;
  private final Map<String, Entry> entries;
  private final Set<String> known = new LinkedHashSet<>();

  private Section(Position position, Problems problems, Map<String, Entry> entries) {
    this.position = position;
    this.problems = problems;
    this.entries = entries;
  }

  /**
   * @param what what the mapping is, for messages: {@code warm}, {@code a function}
   * @param position where to complain of what is missing
   */
  static Section of(Node node, String what, Position position, Problems problems) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(t -> add(entries, t, problems));
    } else if (!isNull(node)) {
      problems.at(node, what + " must be a mapping (key: value), not " + describe(node));
    }
    return new Section(position, problems, entries);
  }

  private static void add(Map<String, Entry> entries, NodeTuple tuple, Problems problems) {
    if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
      problems.at(tuple.getKeyNode(), "a key must be a text, not " + describe(tuple.getKeyNode()));
      return;
    }
    Entry entry = new Entry(keyNode, keyNode.getValue(), tuple.getValueNode());
    Entry earlier = entries.putIfAbsent(entry.key(), entry);
    if (earlier != null) {
      problems.at(keyNode, "the key \"" + entry.key() + "\" stands twice; the first is in line " + Position.of(earlier.keyNode()).line());
    }
  }

  Problems problems() {
    return problems;
  }

  /** All keys and values, in the order of the file: for mappings whose keys are the user's. */
  List<Entry> entries() {
    known.addAll(entries.keySet());
    return List.copyOf(entries.values());
  }

  Optional<Entry> entry(String key) {
    known.add(key);
    return Optional.ofNullable(entries.get(key));
  }

  boolean has(String key) {
    return entry(key).isPresent();
  }

  /** Where the key's value stands; the section itself where it is left out. */
  Position position(String key) {
    return entry(key).map(e -> Position.of(e.value())).orElse(position);
  }

  <T> T scalar(String key, T fallback, Scalar<T> type) {
    return optional(key, type).orElse(fallback);
  }

  <T> Optional<T> optional(String key, Scalar<T> type) {
    return entry(key).flatMap(e -> {
      if (isNull(e.value())) {
        problems.at(e.keyNode(), key + " has no value");
        return Optional.empty();
      }
      return value(key, e.value(), type);
    });
  }

  <T> Optional<T> required(String key, Scalar<T> type, String of) {
    if (!has(key)) {
      problems.at(position, key + " is missing" + of);
      return Optional.empty();
    }
    return optional(key, type);
  }

  /** The value of any scalar. */
  <T> Optional<T> value(String name, Node node, Scalar<T> type) {
    if (!(node instanceof ScalarNode scalar)) {
      problems.at(node, name + " must be a single value, not " + describe(node));
      return Optional.empty();
    }
    if (!CORE.contains(scalar.getTag())) {
      problems.at(node, name + " has the tag " + scalar.getTag() + "; leave it out");
      return Optional.empty();
    }
    try {
      return Optional.of(type.parse(scalar.getValue()));
    } catch (InvalidValue e) {
      problems.at(node, name + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** The items of a list; none if it is left out or empty. */
  List<Node> items(String key) {
    Node node = entry(key).map(Entry::value).orElse(null);
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    if (node != null && !isNull(node)) {
      problems.at(node, key + " must be a list ([a, b], or lines that begin with \"- \"), not " + describe(node));
    }
    return List.of();
  }

  <T> List<T> list(String key, Scalar<T> type) {
    List<T> values = new ArrayList<>();
    items(key).forEach(n -> value(key, n, type).ifPresent(values::add));
    return List.copyOf(values);
  }

  /** A mapping below this one; empty if it is left out. */
  Section section(String key) {
    return entry(key).map(e -> of(e.value(), key, Position.of(e.keyNode()), problems)).orElseGet(() -> new Section(position, problems, Map.of()));
  }

  /** A mapping whose keys are the user's, in the order of the file. */
  Map<String, String> texts(String key, Scalar<String> keys) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Entry e : section(key).entries()) {
      Optional<String> name = value(key, e.keyNode(), keys);
      Optional<String> text = value(key + "." + e.key(), e.value(), Scalar.text());
      if (name.isPresent() && text.isPresent()) {
        texts.put(name.get(), text.get());
      }
    }
    return Collections.unmodifiableMap(texts);
  }

  /** Reports the keys that nobody asked for. */
  void end() {
    entries.values().stream().filter(e -> !known.contains(e.key())).forEach(e -> problems.at(e.keyNode(),
        "unknown key \"" + e.key() + "\"" + Nearest.of(e.key(), known).map(n -> " (did you mean \"" + n + "\"?)")
            .orElse("; known are " + String.join(", ", known))));
  }

  static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private static String describe(Node node) {
    return switch (node) {
      case MappingNode _ -> "a mapping";
      case SequenceNode _ -> "a list";
      case ScalarNode s -> "\"" + s.getValue() + "\"";
      default -> "something else";
    };
  }
}
