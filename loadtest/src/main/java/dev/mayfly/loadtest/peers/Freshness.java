package dev.mayfly.loadtest.peers;

import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Times;
import dev.mayfly.loadtest.plan.Call;
import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.plan.Mix;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Phase;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Target;
import dev.mayfly.loadtest.report.Environment;
import dev.mayfly.loadtest.report.Markdown;
import dev.mayfly.loadtest.report.Quantity;
import dev.mayfly.loadtest.send.NettyRunner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the README's table of what each freshness costs: one component, served in every way and by {@code wasmtime serve}, by turns. */
@Command(name = "freshness", sortOptions = false, description = "Measures what each fresh: costs, beside wasmtime serve with the same component, and prints a table in Markdown.")
public final class Freshness implements Callable<Integer> {
  private static final List<String> LEVELS = List.of("machine", "request", "100", "never");
  /** Before each measurement: what was served before is over, and caches are this one's. */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  @Option(names = "--home", required = true, hidden = true)
  Path home;

  @Option(names = "--component", description = "A component that serves HTTP (default: the example hello-http).")
  Path component;

  @Option(names = "--path", defaultValue = "/hello", description = "What is asked for (default: ${DEFAULT-VALUE}).")
  String path;

  @Option(names = "--memory", defaultValue = "64MiB", description = "The function's (default: ${DEFAULT-VALUE}).")
  String memory;

  @Option(names = "--seconds", defaultValue = "3", description = "Of each, alone and with many users, in each round (default: ${DEFAULT-VALUE}).")
  int seconds;

  @Option(names = "--rounds", defaultValue = "3", description = "Of all by turns; the table has medians (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Option(names = "--users", defaultValue = "32", description = "At one time, while throughput is measured (default: ${DEFAULT-VALUE}).")
  int users;

  @Option(names = "--warm-up", defaultValue = "10", description = "Seconds of load on each before the first round: a JVM compiles what it serves with meanwhile (default: ${DEFAULT-VALUE}).")
  int warmUp;

  @Option(names = "--wasmtime", description = "The wasmtime command (default: the one on the path; left out where there is none).")
  String wasmtime;

  @Option(names = "--wrk", description = "Let wrk, which is to be on the path, measure throughput: it takes less of the processors than this program.")
  boolean wrk;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  /** Nanoseconds, answers a second, failures, of one contender in one round. */
  private record Figures(double p50, double p99, double most, long failed) {}

  /** Answers a second, and failures. */
  record Throughput(double most, long failed) {}

  private record Way(String name, URI url) {}

  private final List<Server> servers = new ArrayList<>();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Freshness()).setExecutionExceptionHandler((e, line, _) -> {
      line.getErr().println("freshness: " + (e instanceof IOException ? e.getMessage() : e));
      return 1;
    }).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (seconds < 1 || rounds < 1 || users < 1 || warmUp < 1) {
      System.err.println("freshness: --seconds, --rounds, --users and --warm-up must be above 0");
      return 2;
    }
    Path work = Files.createTempDirectory("mayfly-freshness");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> servers.reversed().forEach(Server::close)));
    List<Way> ways = start(work);
    List<List<Figures>> measured = new ArrayList<>();
    ways.forEach(_ -> measured.add(new ArrayList<>()));
    NettyRunner runner = new NettyRunner();
    for (Way way : ways) {
      runner.run(plan(way, users, warmUp), _ -> { });
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < ways.size(); i++) {
        measured.get(i).add(measure(runner, ways.get(i)));
      }
    }
    System.out.println(Environment.here(home).text());
    System.out.println(table(ways, measured));
    return 0;
  }

  private List<Way> start(Path work) throws IOException, InterruptedException {
    String wasm = (component == null ? home.resolve("functions/hello-http/hello-http.wasm") : component).toAbsolutePath().toString();
    List<Way> ways = new ArrayList<>();
    Optional<String> other = wasmtime != null ? Optional.of(wasmtime)
        : Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).map(f -> Path.of(f, "wasmtime")).filter(Files::isExecutable).map(Path::toString).findFirst();
    if (other.isPresent()) {
      int port = Server.freePort();
      servers.add(Server.start("wasmtime", List.of(other.get(), "serve", "-S", "common", "--addr", "127.0.0.1:" + port, wasm), Map.of(), local(port, path), work));
      ways.add(new Way("wasmtime serve", local(port, path)));
    }
    int port = Server.freePort();
    int admin = Server.freePort();
    StringBuilder file = new StringBuilder("listen: 127.0.0.1:%d\nadmin: 127.0.0.1:%d\nfunctions:\n".formatted(port, admin));
    LEVELS.forEach(level -> file.append("  f-%s: {wasm: '%s', fresh: %s, memory: %s}%n".formatted(level, wasm.replace("'", "''"), level, memory)));
    file.append("routes:\n");
    LEVELS.forEach(level -> file.append("  - {path: /%s/*, function: f-%1$s}%n".formatted(level)));
    Path configuration = Files.writeString(work.resolve("mayfly.yaml"), file);
    servers.add(Server.start("mayfly", List.of(home.resolve("mayfly").toString(), "up", "-f", configuration.toString()),
        Map.of("MAYFLY_CACHE", work.resolve("cache").toString()), local(admin, "/health/ready"), work));
    LEVELS.forEach(level -> ways.add(new Way("fresh: " + level, local(port, "/" + level + path))));
    return ways;
  }

  private static URI local(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private Figures measure(NettyRunner runner, Way way) throws IOException, InterruptedException {
    Result alone = runner.run(plan(way, 1, seconds), _ -> { });
    Throughput many = wrk ? Wrk.measure(way.url(), users, SETTLE, Duration.ofSeconds(seconds)) : own(runner.run(plan(way, users, seconds), _ -> { }));
    Times times = Times.empty();
    alone.series().stream().map(Series::all).forEach(times::add);
    Histogram h = times.service();
    return new Figures(h.getValueAtPercentile(50), h.getValueAtPercentile(99), many.most(), alone.failed() + many.failed());
  }

  private static Throughput own(Result many) {
    return new Throughput(many.good() / (Math.max(1, many.countedNanos()) / 1e9), many.failed());
  }

  private Plan plan(Way way, int atOnce, int counted) {
    Mix mix = Mix.even(List.of(0));
    Model closed = new Model.Closed(atOnce, Duration.ZERO, false, mix::choices);
    Call call = new Call(way.name(), 0, Optional.empty(), "GET", way.url().getPath(), List.of(), new byte[0], Expectation.SUCCESS);
    return new Plan(way.name(), List.of(new Target(way.name(), way.url().resolve("/"), Optional.empty())), List.of(call),
        List.of(new Phase("settle", false, SETTLE, false, closed), new Phase("load", true, Duration.ofSeconds(counted), false, closed)), Limits.DEFAULT, List.of());
  }

  private String table(List<Way> ways, List<List<Figures>> measured) {
    List<List<String>> rows = new ArrayList<>();
    String base = ways.getFirst().name();
    rows.add(List.of("", "p50, one user", "p99", "/ " + base, "answers a second, " + users + " users", "/ " + base, "errors"));
    Figures first = median(measured.getFirst());
    for (int i = 0; i < ways.size(); i++) {
      Figures own = median(measured.get(i));
      rows.add(List.of(ways.get(i).name(), Quantity.time(own.p50()), Quantity.time(own.p99()), Quantity.digits(own.p50() / first.p50()),
          Quantity.count(own.most()), Quantity.digits(own.most() / first.most()), Quantity.count(own.failed())));
    }
    return Markdown.table(rows);
  }

  private static Figures median(List<Figures> all) {
    return new Figures(middle(all.stream().mapToDouble(Figures::p50).sorted().toArray()), middle(all.stream().mapToDouble(Figures::p99).sorted().toArray()),
        middle(all.stream().mapToDouble(Figures::most).sorted().toArray()), all.stream().mapToLong(Figures::failed).sum());
  }

  private static double middle(double[] sorted) {
    return sorted[sorted.length / 2];
  }
}
