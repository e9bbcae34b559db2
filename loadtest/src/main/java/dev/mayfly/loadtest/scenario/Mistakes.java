package dev.mayfly.loadtest.scenario;

import java.util.Comparator;
import java.util.List;
import java.util.ArrayList;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** What is wrong with a scenario, gathered while it is read. One thread. */
final class Mistakes {
  private record Mistake(int line, int column, String message) {}

  private final String file;
  private final List<Mistake> found = new ArrayList<>();

  Mistakes(String file) {
    this.file = file;
  }

  void at(Node node, String message) {
    if (node.getStartMark().isPresent()) {
      at(node.getStartMark().get(), message);
    } else {
      whole(message);
    }
  }

  void at(Mark mark, String message) {
    found.add(new Mistake(mark.getLine() + 1, mark.getColumn() + 1, message));
  }

  /** Of the file as a whole. */
  void whole(String message) {
    found.add(new Mistake(0, 0, message));
  }

  /** Throws if anything was found. */
  void orThrow() throws ScenarioException {
    if (!found.isEmpty()) {
      throw new ScenarioException(found.stream().distinct().sorted(Comparator.comparingInt(Mistake::line).thenComparingInt(Mistake::column))
          .map(m -> file + (m.line == 0 ? ": " : ":" + m.line + ":" + m.column + ": ") + m.message).toList());
    }
  }
}
