package dev.mayfly.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.loadtest.compare.Against;
import dev.mayfly.loadtest.measure.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlTest {
  private static final String PROBE = """
      <script>
      const facts = {};
      facts.fits = document.documentElement.scrollWidth <= innerWidth;
      facts.width = innerWidth;
      facts.charts = [...document.querySelectorAll('svg.chart')].filter(svg => svg.getBoundingClientRect().width > 0).length;
      facts.clear = [...document.querySelectorAll('svg.chart')].filter(svg => svg.getBoundingClientRect().width > 0).every(svg =>
        [...svg.querySelectorAll('text')].every(text => { const box = text.getBoundingClientRect(); return box.left >= 0 && box.right <= innerWidth; }));
      facts.ground = getComputedStyle(document.body).backgroundColor;
      facts.ink = getComputedStyle(document.body).color;
      document.body.dataset.facts = JSON.stringify(facts).replaceAll('"', '');
      </script>
      </body>""";
  @TempDir Path folder;

  private static Report all() {
    Result bad = Results.bad(Results.run("http://127.0.0.1:8080/a/rather/long/path/that/does/not/break/anywhere", 12, 60, 1, 5));
    Result other = Results.run("other", 15, 80, 2, 7);
    Report report = Results.report(bad, other);
    return new Report(report.title(), report.arguments(), report.environment(), report.results(), report.verdicts(),
        Optional.of(Against.of(List.of(other, bad), report.results())), report.pools());
  }

  @ParameterizedTest
  @CsvSource({"390, false", "390, true", "1280, false", "1280, true"})
  void itFitsThePhoneAndTheWideWindowByDayAndByNight(int width, boolean dark) throws Exception {
    String page = Html.of(all()).replaceFirst("<meta http-equiv=[^>]*>", "").replace("</body>", PROBE);
    // A headless window is never as narrow as a phone; a frame is.
    Path inner = Files.writeString(folder.resolve("inner.html"), page);
    Path outer = Files.writeString(folder.resolve("outer.html"), """
        <!doctype html><meta charset="utf-8"><body style="margin:0"><iframe width="%d" height="900" style="border:0" srcdoc="%s"
        onload="document.body.dataset.facts = this.contentDocument.body.dataset.facts"></iframe>""".formatted(width, Markup.escaped(Files.readString(inner))));
    Browser.Seen seen = new Browser(folder).open(outer, 1400, dark);
    Matcher facts = Pattern.compile("<body[^>]*data-facts=\"([^\"]*)\"").matcher(seen.dom());
    assertThat(facts.find()).as(seen.dom()).isTrue();
    assertThat(facts.group(1)).contains("fits:true", "clear:true", "width:" + width, "charts:5");
    assertThat(facts.group(1)).contains(dark ? "ground:rgb(18, 21, 26)" : "ground:rgb(252, 252, 251)").contains(dark ? "ink:rgb(232, 235, 239)" : "ink:rgb(20, 24, 31)");
    assertThat(seen.console()).isEmpty();
  }

  @Test
  void asItIsWrittenItLoadsNothingAndHasNothingToComplainOf() throws Exception {
    Path file = folder.resolve("report.html");
    Html.write(all(), file);
    assertThat(new Browser(folder).open(file, 1280, false).console()).isEmpty();
    assertThat(Files.readString(file)).contains("default-src 'none'").doesNotContain("src=", "@import", "url(", "<script");
  }

  @Test
  void whatComesFromOutsideIsText() throws IOException {
    String page = Html.of(all()) + Html.of(Results.report(Results.bad(Results.run("a", 3, 20, 1, 5))));
    assertThat(page).doesNotContain("<script", "<i>title", "<b>gone")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;i&gt;title&lt;/i&gt;", "Connection reset &amp; &lt;b&gt;gone&lt;/b&gt;", "503 &quot;busy&quot;", "CPU &lt;of&gt; test");
    assertThat(Markup.escaped("a\u0000b\u001b'")).isEqualTo("a\ufffdb\ufffd&#39;");
  }

  @Test
  void everythingThatAReportHasIsOnIt() throws IOException {
    assertThat(Html.of(all())).contains("Spoiled by the generator", "Response time", "Thresholds", "Compared with the earlier run", "Latency by percentile", "Over time", "Cold against warm",
        "Errors by cause", "Machines", "The generator", "Environment", "kvm_test", "abc1234", "warm-up, not counted");
  }

  @Test
  void whatIsNotThereHasNoSection() throws IOException {
    Result run = Results.run("a", 5, 20, 1, 1);
    Report bare = new Report("t", List.of(), Results.ENVIRONMENT, List.of(run), List.of(), Optional.empty(), List.of());
    assertThat(Html.of(bare)).doesNotContain("Thresholds", "Compared", "Errors by cause", "Machines", "Spoiled");
  }

  @Test
  void aRunWithoutAnAnswerIsToldToo() throws IOException {
    Report report = Results.report(Results.nothing());
    assertThat(Html.of(report)).contains("Nothing but errors: 10", "connection refused", "Nothing to draw").doesNotContain("NaN", "Infinity");
    assertThat(Html.of(new Report("t", List.of(), Results.ENVIRONMENT, List.of(), List.of(), Optional.empty(), List.of()))).contains("No answer was counted");
  }

  @Test
  void moreTargetsThanColoursAreSaid() throws IOException {
    Result[] many = java.util.stream.IntStream.range(0, 8).mapToObj(i -> Results.run("t" + i, 3, 10 + i, 1, i)).toArray(Result[]::new);
    assertThat(Html.of(Results.report(many))).contains("The 6 busiest of 8 targets are drawn");
  }

  @Test
  void theSentenceSaysTheFiguresAndWhetherToBelieveThem() {
    Report good = Results.report(Results.run("a", 21, 100, 1, 1));
    assertThat(Sentence.of(good)).startsWith("100/s, p50 1.0").contains("no errors; the generator kept up.").endsWith("1 of 2 thresholds were missed (errors < 1%).");
    assertThat(Sentence.of(Results.report(Results.bad(Results.run("a", 21, 100, 1, 1))))).contains("9 errors (0.448 %)", "did not keep up: of 2,000 requests it sent 900 late and 500 not at all",
        "It was broken off");
  }

  @Test
  void tablesAreMarkdownAndKeepOthersControlCharactersToThemselves() {
    assertThat(Markdown.table(List.of(List.of("target", "p50"), List.of("a\u001b[31m|b", "1 ms"))))
        .isEqualTo("| target   |  p50 |\n|----------|-----:|\n| a [31m/b | 1 ms |\n");
  }

  @ParameterizedTest
  @CsvSource({"0, 0 ms", "1500, 1.50 µs", "246000, 0.246 ms", "15106000, 15.1 ms", "1500000000, 1.50 s", "360000000000, 6.00 min", "999600000, '1,000 ms'"})
  void timesHaveThreeDigitsAndAUnit(double nanos, String text) {
    assertThat(Quantity.time(nanos)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.100 ms, 0.1 ms", "5.00 s, 5 s", "8.00, 8", "200 ms, 200 ms", "10.0, 10", "0.030 ms, 0.03 ms"})
  void ticksHaveNoZerosAtTheEnd(String quantity, String tick) {
    assertThat(Quantity.tick(quantity)).isEqualTo(tick);
  }
}
