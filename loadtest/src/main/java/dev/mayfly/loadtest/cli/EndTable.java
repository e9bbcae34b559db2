package dev.mayfly.loadtest.cli;

import static dev.mayfly.loadtest.scenario.Quantities.nanos;
import static dev.mayfly.loadtest.scenario.Quantities.percent;
import static dev.mayfly.loadtest.scenario.Quantities.perSecond;

import dev.mayfly.loadtest.measure.Percentiles;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.SenderFigures;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Start;
import dev.mayfly.loadtest.measure.Times;
import dev.mayfly.loadtest.compare.Comparison;
import dev.mayfly.loadtest.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The report for a terminal. */
final class EndTable {
  private final Report report;
  private final StringBuilder text = new StringBuilder();

  EndTable(Report report) {
    this.report = report;
  }

  String text() {
    for (Result result : report.results()) {
      result(result);
    }
    report.comparison().ifPresent(this::comparison);
    if (!report.verdicts().isEmpty()) {
      line("");
      report.verdicts().forEach(v -> line((v.kept() ? "kept      " : "NOT KEPT  ") + v.threshold() + " (" + v.measured() + ")"));
    }
    return text.toString();
  }

  private void result(Result result) {
    double seconds = result.countedNanos() / 1e9;
    line("");
    line(result.title() + (result.interrupted() ? ", BROKEN OFF" : "") + ": " + perSecond(result.good() / Math.max(1e-9, seconds)) + " good answers for "
        + nanos(result.countedNanos()) + ", " + percent((double) result.failed() / Math.max(1, result.good() + result.failed())) + " errors");
    Columns columns = new Columns(List.of("", "start", "answers", "p50", "p90", "p99", "p99.9", "max", "queue", "restore", "run"));
    for (Series series : result.series()) {
      series(columns, series);
    }
    text.append(columns.text());
    for (Series series : result.series()) {
      series.failures().forEach((cause, f) -> line("  " + name(series) + ": " + f.count() + " times " + cause.title() + " (" + cause.meaning() + "): " + f.example()));
    }
    sender(result.sender());
  }

  private void series(Columns columns, Series series) {
    for (Start start : Start.values()) {
      Times times = series.of(start);
      if (times.count() > 0) {
        row(columns, name(series), (start == Start.NONE ? "" : start.name().toLowerCase(Locale.ROOT) + " ") + "response", times.response(), null);
        row(columns, "", "  service", times.service(), times);
      }
    }
  }

  private static void row(Columns columns, String name, String what, Histogram histogram, Times stages) {
    Percentiles p = Percentiles.of(histogram);
    columns.row(List.of(name, what, Long.toString(p.count()), nanos(p.p50()), nanos(p.p90()), nanos(p.p99()), nanos(p.p999()), nanos(p.max()),
        stages == null ? "" : median(stages.queue()), stages == null ? "" : median(stages.restore()), stages == null ? "" : median(stages.run())));
  }

  private static String median(Histogram stage) {
    return stage.getTotalCount() == 0 ? "" : nanos(stage.getValueAtPercentile(50));
  }

  private void sender(SenderFigures sender) {
    Percentiles lag = Percentiles.of(sender.lag());
    line("  sender: " + sender.sent() + " of " + sender.planned() + " sent" + (sender.unsent() > 0 ? ", " + sender.unsent() + " NOT SENT" : "")
        + (lag.count() == 0 ? "" : ", own lag p50 " + nanos(lag.p50()) + ", p99 " + nanos(lag.p99()) + ", max " + nanos(lag.max()))
        + (sender.late() > 0 ? ", " + sender.late() + " late" : "") + (sender.waited() > 0 ? ", " + sender.waited() + " waited for a connection" : "")
        + ", " + sender.connections() + (sender.connections() == 1 ? " connection" : " connections"));
    if (sender.spoiled()) {
      line("  SPOILED: more than " + percent(SenderFigures.SPOILED) + " of the requests were sent late or not at all; these figures say more of the sender than of the target."
          + " Send less, from more --threads, or from another machine.");
    }
  }

  private void comparison(Comparison comparison) {
    line("");
    line("Compared with " + comparison.baseline() + " (" + comparison.method() + "):");
    Columns columns = new Columns(List.of("", "", "here", "there", "ratio", "from", "to", ""));
    for (Comparison.Line l : comparison.lines()) {
      boolean rate = l.figure() == Comparison.Figure.RATE;
      columns.row(List.of(l.target(), l.figure().title(), rate ? perSecond(l.value()) : nanos(l.value()), rate ? perSecond(l.base()) : nanos(l.base()),
          factor(l.ratio().estimate()), factor(l.ratio().low()), factor(l.ratio().high()), l.verdict()));
    }
    text.append(columns.text());
  }

  private static String factor(double ratio) {
    return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.3f", ratio);
  }

  private static String name(Series series) {
    return series.target().endsWith(series.call()) ? series.target() : series.target() + " " + series.call();
  }

  /** What a server sent may stand in a line, but does nothing to a terminal. */
  private void line(String line) {
    text.append(line.replaceAll("\\p{Cntrl}", "?")).append('\n');
  }

  /** Lines up; the first two to the left, the rest to the right. Columns without a value are left out. */
  private static final class Columns {
    private final List<List<String>> rows = new ArrayList<>();

    Columns(List<String> head) {
      rows.add(head);
    }

    void row(List<String> row) {
      rows.add(row);
    }

    String text() {
      StringBuilder out = new StringBuilder();
      for (List<String> row : rows) {
        StringBuilder line = new StringBuilder(" ");
        for (int column = 0; column < row.size(); column++) {
          int at = column;
          int width = rows.stream().mapToInt(r -> r.get(at).length()).max().orElse(0);
          boolean empty = rows.stream().skip(1).allMatch(r -> r.get(at).isEmpty());
          if (!empty) {
            line.append(' ').append(String.format("%" + (column < 2 ? "-" : "") + Math.max(1, width) + "s", row.get(column))).append(' ');
          }
        }
        out.append(line.toString().stripTrailing()).append('\n');
      }
      return out.toString();
    }
  }
}
