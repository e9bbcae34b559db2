package dev.mayfly.loadtest.peers;

import dev.mayfly.loadtest.compare.Comparer;
import dev.mayfly.loadtest.compare.Comparison;
import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Runner;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Times;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Target;
import dev.mayfly.loadtest.report.Environment;
import dev.mayfly.loadtest.report.Html;
import dev.mayfly.loadtest.report.Json;
import dev.mayfly.loadtest.report.Markdown;
import dev.mayfly.loadtest.report.PoolSample;
import dev.mayfly.loadtest.report.PoolWatch;
import dev.mayfly.loadtest.report.Quantity;
import dev.mayfly.loadtest.report.Report;
import dev.mayfly.loadtest.send.NettyRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the README's comparison table: latency at a rate, by turns, then what each answers at most. */
@Command(name = "compare", sortOptions = false, description = "Compares Mayfly with wasmtime serve and a plain Vert.x handler on this machine, and prints a table in Markdown.")
public final class Peers implements Callable<Integer> {
  private static final Duration THROUGHPUT = Duration.ofSeconds(3);
  private static final Listener NOBODY = _ -> { };

  @Option(names = "--home", required = true, hidden = true)
  Path home;

  @Option(names = "--rate", defaultValue = "100", description = "Requests a second while latency is measured (default: ${DEFAULT-VALUE}).")
  double rate;

  @Option(names = "--seconds", defaultValue = "4", description = "Of each contender in each round (default: ${DEFAULT-VALUE}).")
  int seconds;

  @Option(names = "--rounds", defaultValue = "5", description = "Of all by turns (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Option(names = "--users", defaultValue = "16", description = "At one time, while throughput is measured (default: ${DEFAULT-VALUE}).")
  int users;

  @Option(names = "--wasmtime", description = "The wasmtime command (default: the one on the path; left out where there is none).")
  String wasmtime;

  @Option(names = "--html", description = "Write the report as a page.")
  Path html;

  @Option(names = "--json", description = "Write the report as JSON.")
  Path json;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  private List<String> arguments = List.of();

  public static void main(String[] arguments) {
    Peers peers = new Peers();
    peers.arguments = Stream.concat(Stream.of("loadtest/compare"), Stream.of(arguments).skip(2)).toList();
    System.exit(new CommandLine(peers).setExecutionExceptionHandler((e, line, _) -> {
      line.getErr().println("compare: " + (e instanceof IOException ? e.getMessage() : e));
      return 1;
    }).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rate <= 0 || seconds < 1 || rounds < 1 || users < 1) {
      System.err.println("compare: --rate, --seconds, --rounds and --users must be above 0");
      return 2;
    }
    Optional<String> other = wasmtime();
    Path work = Files.createTempDirectory("mayfly-compare");
    try (Field field = Field.start(home, work, other)) {
      Runtime.getRuntime().addShutdownHook(new Thread(field::close));
      run(field, new NettyRunner());
    } finally {
      delete(work);
    }
    if (other.isEmpty()) {
      System.out.println("wasmtime is not at hand, so it is not in the table: install it (version 48 or newer), or name it by --wasmtime.");
    }
    return 0;
  }

  private Optional<String> wasmtime() throws IOException {
    if (wasmtime != null) {
      if (!Files.isExecutable(Path.of(wasmtime))) {
        throw new IOException("--wasmtime " + wasmtime + " is not an executable file");
      }
      return Optional.of(wasmtime);
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).map(folder -> Path.of(folder, "wasmtime")).filter(Files::isExecutable).map(Path::toString).findFirst();
  }

  private void run(Field field, Runner runner) throws IOException, InterruptedException {
    List<Contender> contenders = field.contenders();
    List<Plan> plans = contenders.stream().map(contender -> contender.latency(rate, Duration.ofSeconds(seconds))).toList();
    List<Target> gateway = plans.getLast().targets();
    Comparer.Outcome outcome;
    List<PoolSample> pools;
    try (PoolWatch watch = new PoolWatch(gateway)) {
      outcome = new Comparer(runner).compare(plans, rounds, NOBODY);
      pools = watch.samples();
    }
    List<Double> most = new ArrayList<>();
    for (Contender contender : contenders) {
      Result result = contender.cold() ? null : runner.run(contender.throughput(users, THROUGHPUT), NOBODY);
      most.add(result == null || result.countedNanos() == 0 ? Double.NaN : result.good() / (result.countedNanos() / 1e9));
    }
    Environment environment = Environment.here(home);
    System.out.println(environment.text());
    System.out.println(table(contenders, outcome, most));
    System.out.println("Latency at " + Quantity.tick(Quantity.rate(rate)) + ", arrivals at random, cold ones one after the other; " + outcome.comparison().method() + ", " + seconds
        + " s each. Most: " + users + " users who do not wait.");
    Report report = new Report("Mayfly and its peers", arguments, environment, outcome.results(), List.of(), Optional.of(outcome.comparison()), pools);
    if (html != null) {
      Html.write(report, html);
    }
    if (json != null) {
      Json.write(report, json);
    }
  }

  static String table(List<Contender> contenders, Comparer.Outcome outcome, List<Double> most) {
    List<List<String>> rows = new ArrayList<>();
    String baseline = outcome.comparison().baseline();
    rows.add(List.of("", "what keeps requests apart ", "answers", "errors", "p50", "p99", "longest", "p50 / " + baseline, "most"));
    for (int i = 0; i < outcome.results().size(); i++) {
      Result result = outcome.results().get(i);
      Times times = Times.empty();
      result.series().stream().map(Series::all).forEach(times::add);
      Histogram h = times.response();
      rows.add(List.of(result.title(), contenders.get(i).note(), Quantity.count(result.good()), Quantity.count(result.failed()), Quantity.time(h.getValueAtPercentile(50)),
          Quantity.time(h.getValueAtPercentile(99)), Quantity.time(h.getMaxValue()), ratio(outcome.comparison(), result.title()),
          Double.isNaN(most.get(i)) ? "" : Quantity.count(most.get(i)) + "/s"));
    }
    return Markdown.table(rows);
  }

  private static String ratio(Comparison comparison, String target) {
    return comparison.lines().stream().filter(line -> line.target().equals(target) && line.figure() == Comparison.Figure.P50).map(Comparison.Line::ratio)
        .map(ratio -> Quantity.digits(ratio.estimate()) + " (" + Quantity.digits(ratio.low()) + " to " + Quantity.digits(ratio.high()) + ")").findFirst().orElse("1");
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
