package dev.mayfly.loadtest.peers;

import dev.mayfly.loadtest.compare.Comparer;
import dev.mayfly.loadtest.compare.Comparison;
import dev.mayfly.loadtest.compare.Ratio;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Runner;
import dev.mayfly.loadtest.plan.Plan;
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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the README's table of what {@code redis:} costs requests: two gateways that differ in nothing else, by turns, the other one stopped meanwhile. */
@Command(name = "shared", sortOptions = false, description = "Measures requests with redis: in the configuration beside those without, and prints a table in Markdown.")
public final class Shared implements Callable<Integer> {
  private static final int WARM_UP_TURNS = 4;
  private static final String WITHOUT = "without";
  private static final String WITH = "with";
  private static final String COMPONENT = "functions/hello-http/hello-http.wasm";

  @Option(names = "--home", required = true, hidden = true)
  Path home;

  @Option(names = "--users", defaultValue = "16", description = "At one time, each the next request when it is answered (default: ${DEFAULT-VALUE}).")
  int users;

  @Option(names = "--rate", description = "Requests a second, at random, in place of users who wait.")
  double rate;

  @Option(names = "--warm-up", defaultValue = "20",
      description = "Seconds for each gateway, by turns, before the rounds: its JVM compiles for so long under load, each at its own pace (default: ${DEFAULT-VALUE}).")
  int warmUp;

  @Option(names = "--seconds", defaultValue = "2", description = "Of each gateway in each round, after one that is not counted (default: ${DEFAULT-VALUE}).")
  int seconds;

  @Option(names = "--rounds", defaultValue = "16", description = "Of both by turns (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  private final Map<String, Server> servers = new LinkedHashMap<>();
  private final List<Contender> contenders = new ArrayList<>();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Shared()).setExecutionExceptionHandler((e, line, _) -> {
      line.getErr().println("shared: " + (e instanceof IOException ? e.getMessage() : e));
      return 1;
    }).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (users < 1 || rate < 0 || warmUp < 0 || seconds < 1 || rounds < 1) {
      System.err.println("shared: --users, --seconds and --rounds must be above 0, --rate and --warm-up must not be below");
      return 2;
    }
    Path work = Files.createTempDirectory("mayfly-shared");
    List<Server> all = new ArrayList<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> all.reversed().forEach(Server::close)));
    int port = Server.freePort();
    all.add(Server.start("redis", List.of("redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--dir", work.toString()), port, work));
    gateway(WITHOUT, "", work, all);
    gateway(WITH, "redis: redis://127.0.0.1:" + port + "\n", work, all);
    List<Plan> plans = contenders.stream().map(this::plan).toList();
    Map<String, ProcessorTime.Meter> meters = new LinkedHashMap<>();
    contenders.forEach(c -> meters.put(c.name(), new ProcessorTime.Meter(c.name().equals(WITH) ? List.of(servers.get(WITH), all.getFirst()) : List.of(servers.get(c.name())),
        c.admin().orElseThrow())));
    ProcessorTime processors = new ProcessorTime(new NettyRunner(), meters);
    Runner turns = new OneAtATime(processors, servers);
    warmUp(turns);
    processors.forget();
    Comparer.Outcome outcome = new Comparer(turns).compare(plans, rounds, _ -> { });
    System.out.println(Environment.here(home).text());
    System.out.println(table(outcome, processors));
    System.out.println(outcome.comparison().method() + "; " + Quantity.count(outcome.results().stream().mapToLong(Result::good).sum()) + " answers, "
        + Quantity.count(outcome.results().stream().mapToLong(Result::failed).sum()) + " errors");
    return 0;
  }

  private void warmUp(Runner turns) throws InterruptedException {
    for (int turn = 0; turn < WARM_UP_TURNS && warmUp > 0; turn++) {
      for (Contender contender : contenders) {
        turns.run(contender.throughput(users, Duration.ofSeconds(warmUp).dividedBy(WARM_UP_TURNS)), _ -> { });
      }
    }
  }

  private void gateway(String name, String redis, Path work, List<Server> all) throws IOException, InterruptedException {
    int port = Server.freePort();
    int admin = Server.freePort();
    Path configuration = Files.writeString(work.resolve(name + ".yaml"), """
        listen: 127.0.0.1:%d
        admin: 127.0.0.1:%d
        %sfunctions:
          hello: {wasm: '%s'}
        routes:
          - {path: /hello, function: hello}
        """.formatted(port, admin, redis, home.resolve(COMPONENT).toString().replace("'", "''")));
    Server server = Server.start(name, List.of(home.resolve("mayfly").toString(), "up", "-f", configuration.toString()),
        Map.of("MAYFLY_CACHE", work.resolve("cache").toString()), URI.create("http://127.0.0.1:" + admin + "/health/ready"), work);
    all.add(server);
    servers.put(name, server);
    contenders.add(new Contender(name, "", URI.create("http://127.0.0.1:" + port), Optional.of(URI.create("http://127.0.0.1:" + admin)), "/hello", Optional.of("hello"), false));
  }

  private Plan plan(Contender contender) {
    Duration duration = Duration.ofSeconds(seconds);
    return rate > 0 ? contender.latency(rate, duration) : contender.throughput(users, duration);
  }

  private String table(Comparer.Outcome outcome, ProcessorTime processors) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of(rate > 0 ? Quantity.rate(rate) : users + " users", "without redis:", "with", "with / without"));
    for (Comparison.Line line : outcome.comparison().lines()) {
      boolean times = line.figure() != Comparison.Figure.RATE;
      rows.add(List.of(line.figure().title(), times ? Quantity.time(line.base()) : Quantity.count(line.base()), times ? Quantity.time(line.value()) : Quantity.count(line.value()),
          text(line.ratio())));
    }
    double[] without = processors.nanosAnAnswer(WITHOUT);
    double[] with = processors.nanosAnAnswer(WITH);
    rows.add(List.of("processor time an answer", Quantity.time(mean(without)), Quantity.time(mean(with)), text(Ratio.paired(with, without))));
    return Markdown.table(rows);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static String text(Ratio ratio) {
    return "%.3f (%.3f to %.3f)".formatted(ratio.estimate(), ratio.low(), ratio.high());
  }
}
