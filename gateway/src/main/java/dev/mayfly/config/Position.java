package dev.mayfly.config;

import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A place in a file; {@link #NONE} for the file as a whole.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
public record Position(int line, int column) {
  static final Position NONE = new Position(0, 0);

  static Position of(Node node) {
    return node.getStartMark().map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(NONE);
  }

  /** Of the character before which {@code before} stands. */
  static Position after(String before) {
    int lineStart = before.lastIndexOf('\n') + 1;
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    return new Position(line, 1 + before.codePointCount(lineStart, before.length()));
  }
}
