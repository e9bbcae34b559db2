package dev.mayfly.loadtest.fairness;

import dev.mayfly.loadtest.GatewayProcess;
import dev.mayfly.loadtest.Latency;
import dev.mayfly.loadtest.report.Environment;
import dev.mayfly.loadtest.report.Markdown;
import dev.mayfly.loadtest.report.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code loadtest/fairness}: how long a function's requests take alone, and while another spins at its full concurrency, by turns. Exit status 1 if a p99 more than doubles, plus
 * 10 ms.
 */
@Command(name = "fairness", sortOptions = false, description = "A function's latency alone, and beside others that spin at their full concurrency.")
public final class Fairness implements Callable<Integer> {
  private static final double MORE_NANOS = 10e6;
  private static final Duration PAUSE = Duration.ofMillis(5);

  @Option(names = "--home", required = true, hidden = true)
  Path home;

  @Option(names = "--samples", defaultValue = "300", description = "Requests of each kind in each round (default: ${DEFAULT-VALUE}).")
  int samples;

  @Option(names = "--rounds", defaultValue = "2", description = "Alone and beside, by turns (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Option(names = "--spinning", defaultValue = "1", description = "Functions that spin (default: ${DEFAULT-VALUE}).")
  int spinning;

  @Option(names = "--concurrency", defaultValue = "64", description = "Of each of them (default: ${DEFAULT-VALUE}).")
  int concurrency;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  /** A function that is measured. */
  private record Measured(String name, String function, String path, boolean cold, Histogram alone, Histogram beside) {
    Measured(String name, String function, String path, boolean cold) {
      this(name, function, path, cold, new Histogram(3), new Histogram(3));
    }
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new Fairness()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("mayfly-fairness");
    List<Measured> all = List.of(new Measured("a command, warm", "hello", "/hello/you", false), new Measured("a command, cold", "hello", "/hello/you", true),
        new Measured("a component, warm", "http", "/http/hello", false), new Measured("a large command, cold", "large", "/large/you", true));
    try (GatewayProcess gateway = GatewayProcess.start(home, work, work.resolve("cache"), configuration())) {
      Latency latency = new Latency();
      for (int round = 0; round < rounds; round++) {
        for (Measured one : all) {
          one.alone.add(measure(latency, gateway, one));
        }
        try (Spinners spinners = new Spinners(gateway, spinning, concurrency)) {
          for (Measured one : all) {
            one.beside.add(measure(latency, gateway, one));
          }
        }
      }
    } finally {
      GatewayProcess.delete(work);
    }
    System.out.println(Environment.here(home).text());
    return report(all) ? 0 : 1;
  }

  private String configuration() {
    StringBuilder text = new StringBuilder("""
        functions:
          hello: {wasm: '%1$s/functions/hello-c/hello-c.wasm', warm: {min: 1}}
          large: {wasm: '%1$s/functions/hello-go/hello-go.wasm'}
          http: {wasm: '%1$s/functions/hello-http/hello-http.wasm', warm: {min: 1}}
        """.formatted(home.toAbsolutePath()));
    for (int i = 0; i < spinning; i++) {
      text.append("  spin-%d: {wasm: '%s/gateway/src/test/resources/contract/probe.wasm', args: [loop], env: {N: '%1$d'}, timeout: 12s, concurrency: %d, memory: 4MiB}%n"
          .formatted(i, home.toAbsolutePath(), concurrency));
    }
    text.append("routes:\n  - {path: '/hello/{name}', function: hello}\n  - {path: '/large/{name}', function: large}\n  - {path: '/http/*', function: http}\n");
    for (int i = 0; i < spinning; i++) {
      text.append("  - {path: /spin-%d, function: spin-%1$d}%n".formatted(i));
    }
    return text.toString();
  }

  private Histogram measure(Latency latency, GatewayProcess gateway, Measured one) throws IOException, InterruptedException {
    return one.cold ? latency.cold(gateway, one.function, one.path, samples, PAUSE) : latency.paced(gateway, one.function, one.path, samples, PAUSE);
  }

  private boolean report(List<Measured> all) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("", "samples", "alone p50", "p99", "beside p50", "p99", "longest", "p99 may be", "verdict "));
    boolean kept = true;
    for (Measured one : all) {
      double allowed = 2.0 * one.alone.getValueAtPercentile(99) + MORE_NANOS;
      double seen = one.beside.getValueAtPercentile(99);
      kept &= seen <= allowed;
      rows.add(List.of(one.name, Quantity.count(one.beside.getTotalCount()), time(one.alone, 50), time(one.alone, 99), time(one.beside, 50), time(one.beside, 99),
          time(one.beside, 100), Quantity.time(allowed), seen <= allowed ? "ok" : "OVER"));
    }
    System.out.printf("Beside: %d function%s spinning, %d requests each at one time.%n%n%s", spinning, spinning == 1 ? "" : "s", concurrency, Markdown.table(rows));
    return kept;
  }

  private static String time(Histogram nanos, double percentile) {
    return Quantity.time(nanos.getValueAtPercentile(percentile));
  }
}
