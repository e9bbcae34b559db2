package dev.mayfly.loadtest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.report.Json;
import dev.mayfly.loadtest.report.Report;
import dev.mayfly.loadtest.send.Server;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir Path folder;

  @Test
  void sendsAtARateAndTellsOfItInEveryForm() throws Exception {
    Path json = folder.resolve("run.json");
    Path html = folder.resolve("run.html");
    Path hlog = folder.resolve("run.hlog");
    try (Server server = Server.always(Server.ok("X-Mayfly-Start: warm\r\n", "x"))) {
      assertThat(load("--rate", "100/s", "--duration", "1s", "--json", json.toString(), "--html", html.toString(), "--hlog", hlog.toString(), server.url() + "/hello")).isZero();
      assertThat(server.requests()).isEqualTo(100);
    }
    assertThat(err.toString()).contains("-- load", "/s  p50 ");
    assertThat(out.toString()).contains("100 of 100 sent", "warm response");
    assertThat(Json.read(json).results()).singleElement().extracting(Result::good).isEqualTo(100L);
    assertThat(html).content().contains("<html").doesNotContain("BROKEN");
    assertThat(hlog).content().contains("-service");
  }

  @Test
  void theExitStatusSaysWhetherThresholdsWereKept() {
    try (Server server = new Server((request, number, answer, socket) -> answer.write(Server.bytes(number % 2 == 0 ? Server.ok("", "x") : "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")))) {
      String url = server.url().toString();
      assertThat(load("-q", "--rate", "40", "--duration", "500ms", "--threshold", "errors < 60%", url)).isZero();
      assertThat(load("-q", "--rate", "40", "--duration", "500ms", "--threshold", "errors < 40%", url)).isEqualTo(1);
      assertThat(out.toString()).contains("NOT KEPT  errors < 40% (50.000%)", "10 times unexpected status");
      assertThat(err.toString()).isEmpty();
    }
  }

  @Test
  void nothingButErrorsIsNoSuccess() {
    assertThat(load("-q", "--rate", "20", "--duration", "200ms", "http://no-such-host.invalid/")).isEqualTo(1);
    assertThat(out.toString()).contains("4 times wrong name");
  }

  @Test
  void coldStartsAreMadeThroughTheAdminPort() {
    List<String> lines = new CopyOnWriteArrayList<>();
    try (Server server = new Server((request, number, answer, socket) -> {
      String line = request.lines().findFirst().orElseThrow();
      lines.add(line);
      answer.write(Server.bytes(line.startsWith("POST") ? "HTTP/1.1 204 No Content\r\n\r\n" : line.contains("/functions") ? Server.ok("", "[{\"name\":\"other\"},{\"name\":\"hello\"}]")
          : line.contains("/metrics") ? Server.ok("", "") : Server.ok("X-Mayfly-Start: cold\r\n", "x")));
    })) {
      assertThat(load("--scenario", "cold", "--duration", "300ms", "--admin", server.url().toString(), server.url() + "/hello/world")).isZero();
    }
    lines.removeIf(line -> line.contains("/metrics"));
    assertThat(lines.subList(0, 3)).containsExactly("GET /functions HTTP/1.1", "POST /functions/hello/evict HTTP/1.1", "GET /hello/world HTTP/1.1");
    assertThat(err.toString()).contains("-- start-up (not counted)", "-- cold");
    assertThat(out.toString()).contains("cold response");
  }

  @Test
  void twoTargetsAreComparedByTurns() {
    try (Server one = Server.always(Server.ok("", "x")); Server other = Server.always(Server.ok("", "x"))) {
      assertThat(load("-q", "--closed", "1", "--duration", "100ms", "--compare", "--rounds", "2", "--name", "one", "--name", "other", one.url().toString(), other.url().toString())).isZero();
      assertThat(one.requests()).isPositive();
      assertThat(other.requests()).isPositive();
      assertThat(out.toString()).contains("Compared with one", "2 rounds");
    }
  }

  @Test
  void anEarlierRunIsComparedWith() {
    Path json = folder.resolve("old.json");
    try (Server server = Server.always(Server.ok("", "x"))) {
      String url = server.url().toString();
      assertThat(load("-q", "--rate", "50", "--duration", "300ms", "--json", json.toString(), url)).isZero();
      assertThat(load("-q", "--rate", "50", "--duration", "300ms", "--against", json.toString(), url)).isZero();
      assertThat(out.toString()).contains("Compared with the earlier run");
    }
  }

  @Test
  void aTraceIsReplayed() throws Exception {
    Path trace = folder.resolve("trace.csv");
    Files.writeString(trace, "app,func,end_timestamp,duration\na,f,10.5,0.5\na,g,11.0,0.5\na,f,13.0,1.0\n");
    try (Server server = Server.always(Server.ok("", "x"))) {
      assertThat(load("-q", "--trace", trace.toString(), "--speed", "100", server.url().toString())).isZero();
      assertThat(server.requests()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "http://127.0.0.1:1 --rate 0 | sends nothing",
      "http://127.0.0.1:1 --rate fast | is not a rate",
      "http://127.0.0.1:1 --rate 5 --closed 2 | three ways",
      "http://127.0.0.1:1 --duration 0s | above 0",
      "http://127.0.0.1:1 --scenario nothing | no such file",
      "http://127.0.0.1:1 --scenario cold | --admin",
      "http://127.0.0.1:1 --scenario warm --poisson | not for scenarios",
      "http://127.0.0.1:1 --compare | at least two",
      "http://127.0.0.1:1 --json /no/such/folder/x | cannot be written",
      "http://127.0.0.1:1 --against /no/such | no such file",
      "http://127.0.0.1:1 --threshold p99 | not a threshold",
      "http://127.0.0.1:1 --header x | NAME: VALUE",
      "http://127.0.0.1:1 --admin a --admin b | --admin is given 2 times",
      "http://127.0.0.1:1 --name a --name b | --name is given 2 times",
      "http://127.0.0.1:1 --trace /no/such | /no/such",
      "http://127.0.0.1:1 --trace x --rate 5 | are not for it",
      "http://127.0.0.1:1 --rat 5 | --rat",
      "ftp://x | scheme ftp",
      "http://127.0.0.1:99999 | host and port",
      "--rate 5 | no URL"})
  void whatCannotBeRunIsSaidBeforeAnythingIsSent(String line, String message) {
    assertThat(load(line.strip().split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  /** A process of its own: a signal is for a whole JVM. */
  @Test
  void anInterruptWritesTheReportOfWhatWasMeasured() throws Exception {
    Path json = folder.resolve("cut.json");
    Path printed = folder.resolve("out");
    try (Server server = Server.always(Server.ok("", "x"))) {
      Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED", "-cp",
          classPath(), "dev.mayfly.loadtest.Main", "--rate", "50", "--duration", "1h", "--json", json.toString(), server.url().toString())
          .redirectErrorStream(true).redirectOutput(printed.toFile()).start();
      try {
        while (process.isAlive() && server.requests() < 30) {
          Thread.sleep(5);
        }
        assertThat(process.isAlive()).as(Files.readString(printed)).isTrue();
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly();
      }
      assertThat(process.exitValue()).isEqualTo(130);
      Report report = Json.read(json);
      assertThat(report.results()).singleElement().matches(Result::interrupted).extracting(Result::good).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LONG).isGreaterThan(20);
      assertThat(printed).content().contains("BROKEN OFF");
    }
  }

  private static String classPath() {
    return LoadCommandTest.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(java.io.File.pathSeparator)) : System.getProperty("java.class.path");
  }

  private int load(String... args) {
    return LoadCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
