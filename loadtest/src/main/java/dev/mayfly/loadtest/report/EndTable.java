package dev.mayfly.loadtest.report;

import dev.mayfly.loadtest.compare.Comparison;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** What stands on the terminal at the end: the sentence, and tables that are Markdown too. Control characters of others are not passed on. */
public final class EndTable {
  private EndTable() {}

  public static String text(Report report) {
    StringBuilder text = new StringBuilder(plain(Sentence.of(report))).append("\n\n");
    text.append(table(rows(report)));
    List<List<String>> errors = errors(report);
    if (errors.size() > 1) {
      text.append('\n').append(table(errors));
    }
    report.comparison().ifPresent(comparison -> text.append("\nagainst ").append(plain(comparison.baseline())).append(", ").append(comparison.method()).append("\n\n")
        .append(table(ratios(comparison))));
    return text.toString();
  }

  private static List<List<String>> rows(Report report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("target", "start", "answers", "rate", "p50", "p90", "p99", "p99.9", "longest"));
    for (Track track : Track.of(report)) {
      boolean known = track.times(Start.COLD, Start.WARM).count() > 0;
      rows.add(row(track, known ? "all" : "", track.all().response()));
      for (Start start : known ? List.of(Start.COLD, Start.WARM) : List.<Start>of()) {
        Histogram own = track.times(start).response();
        if (own.getTotalCount() > 0 && own.getTotalCount() < track.good()) {
          rows.add(row(track, start.name().toLowerCase(Locale.ROOT), own));
        }
      }
    }
    return rows;
  }

  private static List<String> row(Track track, String start, Histogram h) {
    return List.of(track.name(), start, Quantity.count(h.getTotalCount()), Quantity.rate(track.nanos() > 0 ? h.getTotalCount() / (track.nanos() / 1e9) : 0), time(h, 50),
        time(h, 90), time(h, 99), time(h, 99.9), time(h, 100));
  }

  private static String time(Histogram h, double percentile) {
    return h.getTotalCount() == 0 ? "" : Quantity.time(h.getValueAtPercentile(percentile));
  }

  private static List<List<String>> errors(Report report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("error", "target", "count", "for example"));
    for (Track track : Track.of(report)) {
      for (Series series : track.series()) {
        series.failures().forEach((cause, failure) -> rows.add(List.of(cause.title(), track.name() + " " + series.call(), Quantity.count(failure.count()),
            String.valueOf(failure.example()))));
      }
    }
    return rows;
  }

  private static List<List<String>> ratios(Comparison comparison) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("target", "figure", "ratio", "from", "to", "verdict"));
    comparison.lines().forEach(line -> rows.add(List.of(line.target(), line.figure().title(), Quantity.digits(line.ratio().estimate()), Quantity.digits(line.ratio().low()),
        Quantity.digits(line.ratio().high()), line.verdict())));
    return rows;
  }

  /** The first column is on the left, the others on the right. */
  static String table(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    rows.forEach(row -> {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], plain(row.get(i)).length());
      }
    });
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < widths.length; i++) {
        text.append("| ").append(String.format(Locale.ROOT, "%" + (i == 0 ? "-" : "") + Math.max(1, widths[i]) + "s", plain(rows.get(r).get(i)))).append(' ');
      }
      text.append("|\n");
      if (r == 0) {
        for (int width : widths) {
          text.append('|').append("-".repeat(Math.max(1, width) + 2));
        }
        text.append("|\n");
      }
    }
    return text.toString();
  }

  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", " ").replace("|", "/");
  }
}
