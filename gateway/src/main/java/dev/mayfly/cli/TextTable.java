package dev.mayfly.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of text in columns as wide as their widest cell, two blanks apart. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  TextTable row(List<String> cells) {
    rows.add(List.copyOf(cells));
    return this;
  }

  TextTable row(String... cells) {
    return row(List.of(cells));
  }

  List<String> lines() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = IntStream.range(0, columns)
        .map(c -> rows.stream().filter(r -> c < r.size()).mapToInt(r -> r.get(c).length()).max().orElse(0)).toArray();
    return rows.stream().map(r -> IntStream.range(0, r.size()).mapToObj(c -> padded(r.get(c), widths[c]))
        .collect(Collectors.joining("  ")).stripTrailing()).toList();
  }

  private static String padded(String cell, int width) {
    return cell + " ".repeat(width - cell.length());
  }
}
