package dev.mayfly.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.loadtest.compare.Against;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBackWhole() throws IOException {
    Result run = Results.run("a", 4, 50, 1, 1);
    Report bare = Results.report(run, Results.bad(run), Results.nothing());
    Report report = new Report(bare.title(), bare.arguments(), bare.environment(), bare.results(), bare.verdicts(),
        Optional.of(Against.of(List.of(run), List.of(run))), bare.pools());
    Path file = folder.resolve("report.json");
    Json.write(report, file);
    Report read = Json.read(file);
    assertThat(Json.text(read)).isEqualTo(Files.readString(file));
    assertThat(read.results().getFirst().series().getFirst().of(Start.COLD).response()).isEqualTo(run.series().getFirst().of(Start.COLD).response());
    assertThat(read.results().getFirst().begun()).isEqualTo(Results.BEGUN);
    assertThat(read.environment()).isEqualTo(Results.ENVIRONMENT);
    assertThat(read.verdicts()).isEqualTo(report.verdicts());
    assertThat(read.comparison()).isPresent();
    assertThat(read.pools()).isEqualTo(report.pools());
  }

  @Test
  void histogramsHaveTheFiguresThatScriptsWant() throws IOException {
    String text = Json.text(Results.report(Results.run("a", 3, 50, 1, 1)));
    assertThat(text).contains("\"format\" : \"mayfly-loadtest\"", "\"version\" : 1", "\"WARM\" : {", "\"p50\" : ", "\"p999\" : ", "\"begun\" : \"2026-01-02T03:04:05Z\"");
  }

  @Test
  void aMemberOfALaterVersionIsNotMinded() throws IOException {
    String text = Json.text(Results.report(Results.run("a", 3, 50, 1, 1))).replace("\"cores\" : 2", "\"cores\" : 2, \"sockets\" : 1");
    assertThat(Json.parse(text, "x").environment().cores()).isEqualTo(2);
  }

  @Test
  void whatIsNoReportIsSaid() {
    assertThatThrownBy(() -> Json.parse("{\"format\":\"other\"}", "x.json")).isInstanceOf(IOException.class).hasMessageContaining("x.json is no report of this load test");
    assertThatThrownBy(() -> Json.parse("not json", "x.json")).isInstanceOf(IOException.class).hasMessageContaining("x.json is no report");
    assertThatThrownBy(() -> Json.parse("{\"format\":\"mayfly-loadtest\",\"version\":1,\"report\":{\"results\":[{\"sender\":{\"lag\":{\"histogram\":\"AAAA\"}}}]}}", "x.json"))
        .isInstanceOf(IOException.class).hasMessageContaining("x.json is no report");
    assertThatThrownBy(() -> Json.parse("{\"format\":\"mayfly-loadtest\",\"version\":1}", "x.json")).isInstanceOf(IOException.class).hasMessageContaining("x.json is no report");
    assertThatThrownBy(() -> Json.read(folder.resolve("none"))).isInstanceOf(IOException.class);
  }
}
