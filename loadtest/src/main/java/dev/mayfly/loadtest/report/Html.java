package dev.mayfly.loadtest.report;

import dev.mayfly.loadtest.compare.Comparison;
import dev.mayfly.loadtest.compare.Ratio;
import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.measure.Failure;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.SenderFigures;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Start;
import dev.mayfly.loadtest.measure.Times;
import dev.mayfly.loadtest.measure.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * A report as one page that needs nothing else: style inside, charts as SVG, no script, and a policy that forbids it to load anything. All text that
 * comes from outside goes through {@link Markup}. Any thread.
 */
public final class Html {
  private static final String HEAD = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>%s</title>
      <style>
      %s</style>
      </head>
      <body>
      <main>
      """;
  private final Report report;
  private final List<Track> tracks;
  /** Those that charts have a colour for: the busiest. */
  private final List<Track> drawn;
  private final StringBuilder html = new StringBuilder();

  private Html(Report report) {
    this.report = report;
    tracks = Track.of(report);
    List<Track> busiest = tracks.stream().sorted((a, b) -> Long.compare(b.good(), a.good())).limit(Charts.MOST_LINES).toList();
    drawn = tracks.stream().filter(busiest::contains).toList();
  }

  public static void write(Report report, Path path) throws IOException {
    Files.writeString(path, of(report));
  }

  static String of(Report report) throws IOException {
    return new Html(report).page();
  }

  private String page() throws IOException {
    html.append(HEAD.formatted(Markup.escaped(report.title()), style()));
    head();
    figures();
    thresholds();
    report.comparison().ifPresent(this::comparison);
    latency();
    overTime();
    starts();
    errors();
    pools();
    generator();
    environment();
    return html.append("</main>\n</body>\n</html>\n").toString();
  }

  private static String style() throws IOException {
    try (InputStream css = Html.class.getResourceAsStream("report.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void section(String title, String about) {
    html.append("<h2>").append(Markup.escaped(title)).append("</h2>\n<p class=\"about\">").append(Markup.escaped(about)).append("</p>\n");
  }

  private void head() {
    html.append("<h1>").append(Markup.escaped(report.title())).append("</h1>\n<p class=\"verdict\">").append(Markup.escaped(Sentence.headline(report))).append("</p>\n");
    String rest = Sentence.rest(report);
    html.append(rest.isEmpty() ? "" : "<p class=\"rest\">" + Markup.escaped(rest) + "</p>\n");
    String when = report.results().isEmpty() ? "" : DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC).format(report.results().getFirst().begun());
    html.append("<p class=\"when\">").append(when).append(" · <code>").append(Markup.escaped(String.join(" ", report.arguments()))).append("</code></p>\n");
    if (report.results().stream().anyMatch(result -> result.sender().spoiled())) {
      html.append("<p class=\"warn\"><b>Spoiled by the generator.</b> It took up too many requests late, or not at all, so the figures say more of it than of the target: see its section below.</p>\n");
    }
  }

  private void figures() {
    if (tracks.size() == 1) {
      Track track = tracks.getFirst();
      Histogram response = track.all().response();
      html.append("<ul class=\"tiles\">");
      tile(Quantity.count(track.rate()) + "/s", "answered");
      tile(Quantity.time(response.getValueAtPercentile(50)), "p50");
      tile(Quantity.time(response.getValueAtPercentile(99)), "p99");
      tile(Quantity.time(response.getMaxValue()), "longest");
      tile(Quantity.count(track.failed()), "errors");
      long cold = track.times(Start.COLD).count();
      if (cold + track.times(Start.WARM).count() > 0) {
        tile(Quantity.share(cold / (double) Math.max(1, track.good())), "cold");
      }
      html.append("</ul>\n");
    }
    section("Response time", "From when each request was due until its answer was there, waits in the generator included; p99 is what one answer in a hundred exceeded. Errors are not in it.");
    HtmlTable table = new HtmlTable(List.of("target ", "p50", "p90", "p99", "p99.9", "longest", "rate", "answered", "errors"));
    for (Track track : tracks) {
      Histogram h = track.all().response();
      table.row(List.of(track.name(), time(h, 50), time(h, 90), time(h, 99), time(h, 99.9), time(h, 100), Quantity.rate(track.rate()), Quantity.count(track.good()),
          Quantity.count(track.failed())));
      if (track.series().size() > 1) {
        for (Series series : track.series()) {
          Histogram own = series.all().response();
          table.row(List.of("· " + series.call(), time(own, 50), time(own, 90), time(own, 99), time(own, 99.9), time(own, 100),
              Quantity.rate(track.nanos() > 0 ? series.good() / (track.nanos() / 1e9) : 0), Quantity.count(series.good()), Quantity.count(series.failed())));
        }
      }
    }
    html.append(table.html());
  }

  private void tile(String figure, String name) {
    html.append("<li><b>").append(Markup.escaped(figure)).append("</b><span>").append(Markup.escaped(name)).append("</span></li>");
  }

  private static String time(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0 ? "–" : Quantity.time(histogram.getValueAtPercentile(percentile));
  }

  private void thresholds() {
    if (report.verdicts().isEmpty()) {
      return;
    }
    section("Thresholds", "What the run had to keep; one that is missed makes the command fail.");
    HtmlTable table = new HtmlTable(List.of("threshold ", "measured", "verdict"));
    for (Verdict verdict : report.verdicts()) {
      table.row(List.of(verdict.threshold(), verdict.measured(), verdict.kept() ? "held" : "missed"), verdict.kept() ? "good" : "bad");
    }
    html.append(table.html());
  }

  private void comparison(Comparison comparison) {
    section("Compared with " + comparison.baseline(), "How many times the baseline's figure each one is; " + comparison.method()
        + ". An interval that holds 1 means that no difference was seen.");
    HtmlTable table = new HtmlTable(List.of("target ", "figure ", "baseline", "this", "ratio", "from", "to", "verdict "));
    for (Comparison.Line line : comparison.lines()) {
      boolean rate = line.figure() == Comparison.Figure.RATE;
      Ratio ratio = line.ratio();
      String verdict = line.verdict();
      table.row(List.of(line.target(), line.figure().title(), rate ? Quantity.rate(line.base()) : Quantity.time(line.base()),
          rate ? Quantity.rate(line.value()) : Quantity.time(line.value()), Quantity.digits(ratio.estimate()), Quantity.digits(ratio.low()), Quantity.digits(ratio.high()),
          verdict), verdict.equals("better") ? "good" : verdict.equals("worse") ? "bad" : "");
    }
    html.append(table.html());
  }

  private void latency() {
    section("Latency by percentile", "Response is what a user waits, from when the request was due; service is the server's part, from the request's first byte. Both axes are logarithmic: "
        + "each step to the right is a tenth of the answers." + (drawn.size() < tracks.size() ? " The " + drawn.size() + " busiest of " + tracks.size() + " targets are drawn." : ""));
    html.append(Charts.byPercentile(drawn).html());
  }

  private void overTime() {
    section("Over time", "Answers in each second, then how long they took.");
    html.append(Charts.throughput(drawn).html()).append(Charts.percentilesOverTime(drawn).html());
  }

  private void starts() {
    Times cold = Track.times(tracks, Start.COLD);
    Times warm = Track.times(tracks, Start.WARM);
    if (cold.count() + warm.count() == 0) {
      return;
    }
    section("Cold against warm", "Cold answers waited for a machine to be restored; warm ones met one that was there. The stages are the gateway's own, by Server-Timing.");
    html.append(Charts.coldAgainstWarm(tracks).html());
    HtmlTable table = new HtmlTable(List.of("stage ", "cold p50", "cold p99", "warm p50", "warm p99"));
    table.row(List.of("answers", Quantity.count(cold.count()), "", Quantity.count(warm.count()), ""));
    stage(table, "response", cold.response(), warm.response());
    stage(table, "service", cold.service(), warm.service());
    stage(table, "queue", cold.queue(), warm.queue());
    stage(table, "restore", cold.restore(), warm.restore());
    stage(table, "run", cold.run(), warm.run());
    html.append("<h3>Stages</h3>\n").append(table.html());
  }

  private static void stage(HtmlTable table, String name, Histogram cold, Histogram warm) {
    table.row(List.of(name, time(cold, 50), time(cold, 99), time(warm, 50), time(warm, 99)));
  }

  private void errors() {
    if (tracks.stream().allMatch(track -> track.failed() == 0)) {
      return;
    }
    section("Errors by cause", "With one example of each.");
    HtmlTable table = new HtmlTable(List.of("cause ", "target ", "count", "example "));
    for (Track track : tracks) {
      for (Series series : track.series()) {
        for (Map.Entry<Cause, Failure> failure : series.failures().entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
          table.row(List.of(failure.getKey().title() + ": " + failure.getKey().meaning(), track.name() + " " + series.call(), Quantity.count(failure.getValue().count()),
              String.valueOf(failure.getValue().example())));
        }
      }
    }
    html.append(table.html());
  }

  private void pools() {
    List<String> targets = report.pools().stream().map(PoolSample::target).distinct().limit(Charts.MOST_LINES).toList();
    if (targets.isEmpty() || report.results().isEmpty()) {
      return;
    }
    section("Machines", "The gateway's pools, all functions together, from its admin port once a second.");
    for (String target : targets) {
      html.append(targets.size() > 1 ? "<h3>" + Markup.escaped(target) + "</h3>\n" : "");
      html.append(Charts.pools(report.pools().stream().filter(sample -> sample.target().equals(target)).toList(), report.results().getFirst().begun()).html());
    }
  }

  private void generator() {
    section("The generator", "How well the load was made. Its own lag is the time between when a request was due and when it was taken up; a wait for a free connection comes on top "
        + "and is in the response time. A run is spoiled when " + Quantity.tick(Quantity.share(SenderFigures.SPOILED)) + " of the requests were late by its own fault, or not sent.");
    List<String> headings = new ArrayList<>(List.of("run ", "due", "sent", "not sent", "late", "waited", "lag p50", "lag p99", "longest", "connections"));
    HtmlTable table = new HtmlTable(headings);
    for (Result result : report.results()) {
      SenderFigures s = result.sender();
      table.row(List.of(result.title(), Quantity.count(s.planned()), Quantity.count(s.sent()), Quantity.count(s.unsent()), Quantity.count(s.late()), Quantity.count(s.waited()),
          time(s.lag(), 50), time(s.lag(), 99), time(s.lag(), 100), Quantity.count(s.connections())));
    }
    html.append(table.html());
  }

  private void environment() {
    section("Environment", "Of the machine that the load came from.");
    Environment e = report.environment();
    html.append("<dl>");
    List<List<String>> rows = List.of(List.of("CPU", e.cpu() + ", " + e.cores() + " cores"), List.of("Kernel", e.kernel()), List.of("KVM", e.kvm()), List.of("JVM", e.jvm()),
        List.of("Commit", e.commit()));
    rows.forEach(row -> html.append("<dt>").append(row.getFirst()).append("</dt><dd>").append(Markup.escaped(row.getLast())).append("</dd>"));
    html.append("</dl>\n");
  }
}
