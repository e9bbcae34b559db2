package dev.mayfly.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

/** What is wrong with one file, gathered while it is read. One thread. */
final class Problems {
  private static final Comparator<Problem> BY_PLACE = Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

  private final String file;
  private final List<Problem> found = new ArrayList<>();
  private final List<Problem> notes = new ArrayList<>();

  Problems(String file) {
    this.file = file;
  }

  void at(Node node, String message) {
    at(Position.of(node), message);
  }

  void at(Position position, String message) {
    found.add(new Problem(file, position.line(), position.column(), message));
  }

  /** Something that the user should know, and that hinders nothing. */
  void note(Position position, String message) {
    notes.add(new Problem(file, position.line(), position.column(), "note: " + message));
  }

  /** All notes, in the order of the file. */
  List<Problem> notes() {
    return notes.stream().distinct().sorted(BY_PLACE).toList();
  }

  /** Throws if anything was found. */
  void orThrow() throws ConfigurationException {
    if (!found.isEmpty()) {
      // An anchored part that is used twice is read twice: its problems are said once.
      throw new ConfigurationException(found.stream().distinct().sorted(BY_PLACE).toList());
    }
  }
}
