package dev.mayfly.loadtest.scenario;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that was probably meant: the one with the fewest letters changed, if those are at most a third. */
final class Nearest {
  private Nearest() {}

  /** {@code  (did you mean "phases"?)} with a leading blank, or nothing. */
  static String suggestion(String word, Collection<String> known) {
    return find(word, known).map(n -> " (did you mean \"" + n + "\"?)").orElse("");
  }

  static Optional<String> find(String word, Collection<String> known) {
    return known.stream().filter(k -> changes(word, k) <= Math.max(1, Math.min(word.length(), k.length()) / 3))
        .min(Comparator.comparingInt(k -> changes(word, k)));
  }

  /** Levenshtein's distance, with one row. */
  private static int changes(String from, String to) {
    int[] row = new int[to.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
