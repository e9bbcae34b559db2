package dev.mayfly.loadtest.storm;

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
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code loadtest/crowd}: what thousands of warm machines take, and what a cold start takes among them. Memory is what the gateway's process has (resident) and what the kernel's
 * own has grown by since before its start (slabs, stacks, page tables, KVM's among them); beside it what the whole machine lost ({@code MemAvailable}), whatever else happened meanwhile.
 */
@Command(name = "crowd", sortOptions = false, description = "Memory of so many warm machines, and a cold start among them.")
public final class Crowd implements Callable<Integer> {
  private static final double MIB = 1 << 20;
  /** Of /proc/meminfo: memory of the kernel's own. */
  private static final List<String> KERNEL = List.of("Slab", "KernelStack", "PageTables", "SecPageTables", "Percpu");
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final long PATIENCE_NANOS = 300_000_000_000L;

  @Option(names = "--home", required = true, hidden = true)
  Path home;

  @Option(names = "--machines", defaultValue = "1000", description = "Warm machines of the small function (default: ${DEFAULT-VALUE}).")
  int machines;

  @Option(names = "--samples", defaultValue = "300", description = "Cold starts in each round (default: ${DEFAULT-VALUE}).")
  int samples;

  @Option(names = "--rounds", defaultValue = "3", description = "Of cold starts with and without the crowd, by turns (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Crowd()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    System.out.println(Environment.here(home).text());
    Path work = Files.createTempDirectory("mayfly-crowd");
    try {
      double available = memory("MemAvailable");
      double kernel = kernel();
      try (GatewayProcess crowded = GatewayProcess.start(home, work, work.resolve("cache"), configuration(machines))) {
        double filled = fill(crowded);
        memory(crowded, available, kernel, filled);
        try (GatewayProcess empty = GatewayProcess.start(home, work, work.resolve("cache"), configuration(0))) {
          return starts(empty, crowded) ? 0 : 1;
        }
      }
    } finally {
      GatewayProcess.delete(work);
    }
  }

  private String configuration(int held) {
    String wasm = home.toAbsolutePath().resolve("functions/hello-c/hello-c.wasm").toString();
    return """
        functions:
          hello: {wasm: '%1$s'}
          crowd: {wasm: '%1$s', env: {A: b}, concurrency: %2$d, warm: {min: %3$d, max: %2$d}}
        routes:
          - {path: '/hello/{name}', function: hello}
          - {path: '/crowd/{name}', function: crowd}
        """.formatted(wasm, Math.max(1, held), held);
  }

  /** Seconds until all are warm. */
  private double fill(GatewayProcess gateway) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    while (gateway.metric("mayfly_machines{function=\"crowd\",state=\"warm\"}") < machines) {
      if (System.nanoTime() - begun > PATIENCE_NANOS) {
        throw new IOException(gateway.metric("mayfly_machines{function=\"crowd\",state=\"warm\"}") + " of " + machines + " machines are warm");
      }
      Thread.sleep(100);
    }
    return (System.nanoTime() - begun) / 1e9;
  }

  private static double kernel() throws IOException {
    double sum = 0;
    for (String name : KERNEL) {
      sum += memory(name);
    }
    return sum;
  }

  private void memory(GatewayProcess gateway, double before, double kernelBefore, double seconds) throws IOException, InterruptedException {
    Path proc = Path.of("/proc", Long.toString(gateway.process().pid()));
    double resident = field(proc.resolve("status"), "VmRSS:");
    double lost = before - memory("MemAvailable");
    double kernel = kernel() - kernelBefore;
    long files;
    try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
      files = open.count();
    }
    long mappings;
    try (Stream<String> maps = Files.lines(proc.resolve("maps"))) {
      mappings = maps.count();
    }
    System.out.println(Markdown.table(List.of(
        List.of("warm machines", "made in", "resident", "kernel's own", "together", "MemAvailable less", "budget used", "descriptors", "mappings", "threads"),
        List.of(Quantity.count(machines), Quantity.digits(seconds) + " s", mebibytes(resident), mebibytes(kernel), mebibytes(resident + kernel), mebibytes(lost),
            mebibytes(gateway.sum("mayfly_memory_used_bytes")), Quantity.count(files), Quantity.count(mappings),
            Quantity.count(field(proc.resolve("status"), "Threads:") / 1024)))));
  }

  private static String mebibytes(double bytes) {
    return Quantity.digits(bytes / MIB) + " MiB";
  }

  private static double memory(String name) throws IOException {
    return field(Path.of("/proc/meminfo"), name + ":");
  }

  /** In bytes, where the file has kilobytes. */
  private static double field(Path file, String name) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(line -> line.startsWith(name)).mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024).findFirst().orElseThrow();
    }
  }

  private boolean starts(GatewayProcess empty, GatewayProcess crowded) throws IOException, InterruptedException {
    Latency latency = new Latency();
    Histogram alone = new Histogram(3);
    Histogram among = new Histogram(3);
    for (int round = 0; round < rounds; round++) {
      alone.add(latency.cold(empty, "hello", "/hello/you", samples, PAUSE));
      among.add(latency.cold(crowded, "hello", "/hello/you", samples, PAUSE));
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("cold start", "samples", "p50", "p99", "p50 / alone", "p99 / alone"));
    rows.add(row("alone", alone, alone));
    rows.add(row("among " + Quantity.count(machines) + " machines", among, alone));
    System.out.println(Markdown.table(rows));
    return among.getValueAtPercentile(50) <= 1.5 * alone.getValueAtPercentile(50);
  }

  private static List<String> row(String name, Histogram nanos, Histogram base) {
    return List.of(name, Quantity.count(nanos.getTotalCount()), Quantity.time(nanos.getValueAtPercentile(50)), Quantity.time(nanos.getValueAtPercentile(99)),
        Quantity.digits((double) nanos.getValueAtPercentile(50) / base.getValueAtPercentile(50)), Quantity.digits((double) nanos.getValueAtPercentile(99) / base.getValueAtPercentile(99)));
  }
}
