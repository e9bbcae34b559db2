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

  /** Letters put in, taken out, replaced, or swapped with their neighbour (optimal string alignment), with three rows. */
  private static int changes(String from, String to) {
    int[] before = new int[0];
    int[] last = new int[to.length() + 1];
    Arrays.setAll(last, i -> i);
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      before = last;
      last = row;
    }
    return last[to.length()];
  }
}
