package dev.mayfly.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was probably meant. */
final class Nearest {
  private Nearest() {}

  /** {@code  (did you mean "memory"?)} with a leading blank, or nothing. */
  static String suggestion(String word, Collection<String> candidates) {
    return of(word, candidates).map(c -> " (did you mean \"" + c + "\"?)").orElse("");
  }

  /** The nearest candidate that differs in at most a third of its letters, or in one, but not in all. */
  static Optional<String> of(String word, Collection<String> candidates) {
    return candidates.stream()
        .filter(c -> near(distance(word, c), Math.min(word.length(), c.length())))
        .min(Comparator.comparingInt((String c) -> distance(word, c)).thenComparing(Comparator.naturalOrder()));
  }

  private static boolean near(int distance, int letters) {
    return distance < letters && distance <= Math.max(1, letters / 3);
  }

  /** Insertions, deletions, substitutions and swaps of neighbours between the two, case aside (optimal string alignment). */
  static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : cell(a, b, d, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int cell(String a, String b, int[][] d, int i, int j) {
    int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int least = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
    boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
  }
}
