package dev.mayfly.loadtest.storm;

import dev.mayfly.loadtest.GatewayProcess;
import dev.mayfly.loadtest.report.Environment;
import dev.mayfly.loadtest.report.Markdown;
import dev.mayfly.loadtest.report.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code loadtest/storm}: first requests to functions that have no machine, all at the same instant. Prints a table; exit status 1 if one was not answered as it should be, or if
 * an image was read more than once.
 */
@Command(name = "storm", sortOptions = false, description = "Many first requests at the same instant: no failure, and one image load for each function.")
public final class Storms implements Callable<Integer> {
  @Option(names = "--home", required = true, hidden = true)
  Path home;

  @Option(names = "--requests", defaultValue = "1000", description = "To one function (default: ${DEFAULT-VALUE}).")
  int requests;

  @Option(names = "--functions", defaultValue = "500", description = "With one request each (default: ${DEFAULT-VALUE}).")
  int functions;

  @Option(names = "--large", description = "A large function that answers Hello, NAME to /.../NAME (default: the example hello-go).")
  Path large;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  /** Of its kind in the last storm. */
  private static final int SMALL_ONES = 20;
  private static final int LARGE_ONES = 5;

  private final StringBuilder configured = new StringBuilder();
  private final StringBuilder routed = new StringBuilder();
  private int images;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Storms()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    System.out.println(Environment.here(home).text());
    Path work = Files.createTempDirectory("mayfly-storm");
    configure();
    try (GatewayProcess gateway = GatewayProcess.start(home, work, work.resolve("cache"), "functions:\n" + configured + "routes:\n" + routed)) {
      return storms(gateway) ? 0 : 1;
    } finally {
      GatewayProcess.delete(work);
    }
  }

  private void configure() {
    String small = home.resolve("functions/hello-c/hello-c.wasm").toString();
    String big = large == null ? home.resolve("functions/hello-go/hello-go.wasm").toString() : large.toAbsolutePath().toString();
    List.of("one", "http2", "slow").forEach(name -> function(name, small, ""));
    function("narrow", small, ", concurrency: 2");
    function("large", big, "");
    IntStream.range(0, functions).forEach(i -> function("many-" + i, small, ""));
    IntStream.range(0, SMALL_ONES).forEach(i -> function("small-" + i, small, ""));
    IntStream.range(0, LARGE_ONES).forEach(i -> function("large-" + i, big, ", concurrency: 8"));
  }

  /** Each has an image of its own: their environments differ. */
  private void function(String name, String wasm, String settings) {
    configured.append("  %s: {wasm: '%s', env: {NAME: %1$s}%s}%n".formatted(name, wasm, settings));
    routed.append("  - {path: '/%s/{name}', function: %1$s}%n".formatted(name));
    images++;
  }

  private boolean storms(GatewayProcess gateway) throws IOException, InterruptedException {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("", "requests", "functions", "answered", "cold starts", "p50", "p99", "longest", "image loads", "others "));
    boolean good = true;
    double before = gateway.sum("mayfly_image_loads_total");
    try (Http2Clients http2 = new Http2Clients(gateway.port())) {
      Supplier<Client> plain = () -> PlainClient.quick(gateway.port());
      for (Storm storm : List.of(
          new Storm("one function", asked(requests, "one"), plain),
          new Storm("as many functions as requests", IntStream.range(0, functions).mapToObj(i -> asked("many-" + i, i)).toList(), plain),
          new Storm("concurrency: 2", asked(requests, "narrow"), plain),
          new Storm("HTTP/2, 10 connections", asked(requests, "http2"), http2::client),
          new Storm("slow clients, 3 octets each 50 ms", asked(requests, "slow"), () -> PlainClient.slow(gateway.port())),
          new Storm("a large function", asked(requests, "large"), plain),
          new Storm("small and large", mixed(), plain))) {
        Storm.Result result = storm.rage();
        double loads = gateway.sum("mayfly_image_loads_total") - before;
        good &= result.good() == storm.asked().size() && loads == 0;
        rows.add(List.of(storm.name(), Quantity.count(storm.asked().size()), Quantity.count(functions(storm)), Quantity.count(result.good()), Quantity.count(result.cold()),
            time(result, 50), time(result, 99), time(result, 100), Quantity.count(loads), result.others().isEmpty() ? "" : result.others().toString()));
        before += loads;
      }
    }
    System.out.println(Markdown.table(rows));
    System.out.printf("Images read in all: %s, for %d functions. Connections turned away: %s. Refusals: %s.%n", Quantity.count(before), images,
        Quantity.count(gateway.sum("mayfly_connections_refused_total")), Quantity.count(gateway.sum("mayfly_refusals_total")));
    return good && before == images;
  }

  private static String time(Storm.Result result, double percentile) {
    return Quantity.time(result.nanos().getValueAtPercentile(percentile));
  }

  private static long functions(Storm storm) {
    return storm.asked().stream().map(asked -> asked.path().split("/")[1]).distinct().count();
  }

  private static List<Storm.Asked> asked(int requests, String function) {
    return IntStream.range(0, requests).mapToObj(i -> asked(function, i)).toList();
  }

  private static Storm.Asked asked(String function, int number) {
    return new Storm.Asked("/" + function + "/n" + number + "x", "Hello, n" + number + "x");
  }

  private List<Storm.Asked> mixed() {
    return IntStream.range(0, requests)
        .mapToObj(i -> i % 5 == 0 ? asked("large-" + i / 5 % LARGE_ONES, i) : asked("small-" + i % SMALL_ONES, i)).toList();
  }
}
