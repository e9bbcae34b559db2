package dev.mayfly.loadtest.report;

import java.util.List;
import java.util.Locale;

/** Tables that can be read as they are and are Markdown too. Control characters of others are not passed on. */
public final class Markdown {
  private Markdown() {}

  /** @param rows the first is the heading; the first column is on the left, so is each whose heading ends in a blank, the others are on the right */
  public static String table(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    rows.forEach(row -> {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(Math.max(3, widths[i]), plain(row.get(i)).length());
      }
    });
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < widths.length; i++) {
        text.append("| ").append(String.format(Locale.ROOT, "%" + (left(rows, i) ? "-" : "") + widths[i] + "s", plain(rows.get(r).get(i)).strip())).append(' ');
      }
      text.append("|\n");
      if (r == 0) {
        for (int i = 0; i < widths.length; i++) {
          text.append('|').append("-".repeat(widths[i] + 1)).append(left(rows, i) ? '-' : ':');
        }
        text.append("|\n");
      }
    }
    return text.toString();
  }

  private static boolean left(List<List<String>> rows, int column) {
    return column == 0 || rows.getFirst().get(column).endsWith(" ");
  }

  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", " ").replace("|", "/");
  }
}
