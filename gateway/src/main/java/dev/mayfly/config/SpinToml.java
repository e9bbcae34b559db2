package dev.mayfly.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** TOML as the nodes that {@link Section} reads, with their places, so that both formats are read and complained of by the same code. */
final class SpinToml {
  private final String[] lines;

  private SpinToml(String text) {
    lines = text.split("\n", -1);
  }

  static Node parse(String text, Problems problems) throws ConfigurationException {
    try {
      TomlParseResult result = Toml.parse(text);
      result.errors().forEach(e -> problems.at(position(e.position()), "not TOML: " + e.getMessage()));
      problems.orThrow();
      return new SpinToml(text).table(result, new Position(1, 1));
    } catch (StackOverflowError e) {
      // The parser descends with the nesting; nothing of it is kept.
      problems.at(Position.NONE, "not TOML that can be read: it is nested too deep");
      problems.orThrow();
      throw e;
    }
  }

  static ScalarNode text(String text, Position at) {
    return scalar(Tag.STR, text, at);
  }

  static MappingNode mapping(List<NodeTuple> tuples, Position at) {
    return new MappingNode(Tag.MAP, true, tuples, FlowStyle.BLOCK, mark(at), mark(at));
  }

  static SequenceNode list(List<Node> items, Position at) {
    return new SequenceNode(Tag.SEQ, true, items, FlowStyle.BLOCK, mark(at), mark(at));
  }

  private MappingNode table(TomlTable table, Position at) {
    List<NodeTuple> tuples = new ArrayList<>();
    for (Map.Entry<String, Object> e : table.entrySet()) {
      Position key = position(table.inputPositionOf(List.of(e.getKey())));
      tuples.add(new NodeTuple(text(e.getKey(), key), node(e.getValue(), value(e.getKey(), key))));
    }
    tuples.sort(Comparator.comparingInt((NodeTuple t) -> Position.of(t.getKeyNode()).line()).thenComparingInt(t -> Position.of(t.getKeyNode()).column()));
    return mapping(tuples, at);
  }

  private Node node(Object value, Position at) {
    return switch (value) {
      case TomlTable table -> table(table, at);
      case TomlArray array -> array(array, at);
      case Long number -> scalar(Tag.INT, number.toString(), at);
      case Boolean truth -> scalar(Tag.BOOL, truth.toString(), at);
      default -> text(value.toString(), at);
    };
  }

  private SequenceNode array(TomlArray array, Position at) {
    List<Node> items = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      items.add(node(array.get(i), position(array.inputPositionOf(i))));
    }
    return list(items, at);
  }

  /** The parser knows where {@code key = value} begins; where the value does is seen in the line. A table's own header stands for its value. */
  private Position value(String key, Position at) {
    String line = at.line() <= lines.length ? lines[at.line() - 1] : "";
    if (line.codePointCount(0, line.length()) < at.column()) {
      return at;
    }
    String rest = line.substring(line.offsetByCodePoints(0, at.column() - 1));
    Matcher m = Pattern.compile("(['\"]?)" + Pattern.quote(key) + "\\1[ \\t]*=[ \\t]*").matcher(rest);
    return m.lookingAt() ? new Position(at.line(), at.column() + rest.codePointCount(0, m.end())) : at;
  }

  private static ScalarNode scalar(Tag tag, String text, Position at) {
    return new ScalarNode(tag, true, text, ScalarStyle.DOUBLE_QUOTED, mark(at), mark(at));
  }

  private static Optional<Mark> mark(Position at) {
    return Optional.of(new Mark("", 0, at.line() - 1, at.column() - 1, new int[0], 0));
  }

  private static Position position(TomlPosition at) {
    return at == null ? new Position(1, 1) : new Position(at.line(), at.column());
  }
}
