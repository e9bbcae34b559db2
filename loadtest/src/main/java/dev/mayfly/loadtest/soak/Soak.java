package dev.mayfly.loadtest.soak;

import dev.mayfly.loadtest.GatewayProcess;
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
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code loadtest/soak DURATION}: mixed load on a gateway of its own, started by the launcher: requests that go well, traps, endless loops, floods, clients that leave, evictions.
 * Samples what the process holds, and judges by trend whether any of it grows. Exit status 1 if it does, or if an answer was none of those that are right.
 */
@Command(name = "soak", sortOptions = false, description = "Mixed load for a time; fails if memory, descriptors, threads or machines grow, or an answer is wrong.")
public final class Soak implements Callable<Integer> {
  /** A figure, and how much it may grow in the whole time. */
  private record Figure(String name, ToDoubleFunction<Vitals> of, double allowed, DoubleFunction<String> text) {}

  private static final double MIB = 1 << 20;
  private static final List<Figure> FIGURES = List.of(
      new Figure("resident memory", Vitals::residentBytes, 48 * MIB, Soak::mebibytes),
      new Figure("heap after a collection", Vitals::heapBytes, 6 * MIB, Soak::mebibytes),
      new Figure("open descriptors", Vitals::files, 40, Quantity::count),
      new Figure("machines (kvm-vm)", Vitals::machines, 12, Quantity::count),
      new Figure("threads", Vitals::threads, 16, Quantity::count),
      new Figure("mappings", Vitals::mappings, 120, Quantity::count));
  /** Of the samples, at the beginning: caches fill, classes are compiled. */
  private static final double WARM_UP = 0.25;
  private static final int SAMPLES = 60;
  private static final Duration EVICTION_EVERY = Duration.ofSeconds(2);
  private static final Duration FLOOD_EVERY = Duration.ofSeconds(5);
  private static final int FLOOD = 60;

  @Parameters(paramLabel = "DURATION", description = "As 90s, 15m or 1h.")
  String duration;

  @Option(names = "--home", required = true, hidden = true)
  Path home;

  @Option(names = "--rate", defaultValue = "80", description = "Requests a second, beside the floods (default: ${DEFAULT-VALUE}).")
  double rate;

  @Option(names = "--csv", description = "Write the samples to this file.")
  Path csv;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  private final List<Vitals> samples = new ArrayList<>();

  public static void main(String[] args) {
    System.exit(new CommandLine(new Soak()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Duration span = Duration.parse("PT" + duration);
    System.out.println(Environment.here(home).text());
    Path work = Files.createTempDirectory("mayfly-soak");
    try (GatewayProcess gateway = GatewayProcess.start(home, work, work.resolve("cache"), Kinds.functions(home))) {
      Traffic traffic;
      try (Kinds kinds = new Kinds(gateway.port())) {
        traffic = new Traffic(kinds.all(), rate);
        try (traffic) {
          soak(gateway, traffic, kinds.flood(), span);
        }
      }
      boolean kept = report(traffic);
      write();
      return kept && gateway.process().isAlive() ? 0 : 1;
    } finally {
      GatewayProcess.delete(work);
    }
  }

  private void soak(GatewayProcess gateway, Traffic traffic, Kind flood, Duration span) throws IOException, InterruptedException {
    Path jdk = Path.of(System.getProperty("java.home"));
    long begun = System.nanoTime();
    long end = begun + span.toNanos();
    long nextSample = begun;
    long nextEviction = begun;
    long nextFlood = begun;
    int evictions = 0;
    while (System.nanoTime() < end) {
      if (System.nanoTime() >= nextSample) {
        nextSample += span.toNanos() / SAMPLES;
        samples.add(Vitals.of(gateway.process().pid(), jdk));
        say(begun, samples.getLast(), traffic);
      }
      if (System.nanoTime() >= nextEviction) {
        nextEviction += EVICTION_EVERY.toNanos();
        gateway.evict(Kinds.evicted().get(evictions++ % Kinds.evicted().size()));
      }
      if (System.nanoTime() >= nextFlood) {
        nextFlood += FLOOD_EVERY.toNanos();
        for (int i = 0; i < FLOOD; i++) {
          traffic.send(flood);
        }
      }
      Thread.sleep(50);
    }
  }

  private static void say(long begun, Vitals vitals, Traffic traffic) {
    System.err.printf("%6d s  resident %s, heap %s, %.0f descriptors, %.0f machines, %.0f threads, %.0f mappings; wrong answers %d%n", (System.nanoTime() - begun) / 1_000_000_000,
        mebibytes(vitals.residentBytes()), mebibytes(vitals.heapBytes()), vitals.files(), vitals.machines(), vitals.threads(), vitals.mappings(), traffic.wrongs());
  }

  private static String mebibytes(double bytes) {
    return Quantity.digits(bytes / MIB) + " MiB";
  }

  private boolean report(Traffic traffic) {
    List<Vitals> counted = samples.subList((int) (samples.size() * WARM_UP), samples.size());
    if (counted.size() < 10) {
      System.err.println("soak: " + counted.size() + " samples are too few to judge by: a longer DURATION");
      return false;
    }
    boolean kept = true;
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("", "first third", "last third", "growth", "may grow", "z", "verdict "));
    for (Figure figure : FIGURES) {
      Trend trend = Trend.of(counted.stream().mapToDouble(figure.of()).toArray());
      boolean leaks = trend.leaks(figure.allowed());
      kept &= !leaks;
      rows.add(List.of(figure.name(), figure.text().apply(trend.first()), figure.text().apply(trend.last()), figure.text().apply(trend.growth()),
          figure.text().apply(figure.allowed()), Quantity.digits(trend.z()), leaks ? "GROWS" : "ok"));
    }
    System.out.println(Markdown.table(rows));
    System.out.println(answers(traffic));
    traffic.examples().forEach(example -> System.out.println("wrong: " + example));
    return kept && traffic.wrongs() == 0;
  }

  private String answers(Traffic traffic) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("requests", "answers by status (0: left, or broken off) "));
    traffic.counts().forEach((kind, statuses) -> rows.add(List.of(kind, statuses.toString())));
    rows.add(List.of("not sent: too many under way", Long.toString(traffic.leftOut())));
    rows.add(List.of("wrong, or none", Long.toString(traffic.wrongs())));
    return Markdown.table(rows);
  }

  private void write() throws IOException {
    if (csv == null) {
      return;
    }
    List<String> lines = new ArrayList<>(List.of("resident,heap,files,machines,threads,mappings"));
    samples.forEach(v -> lines.add("%.0f,%.0f,%.0f,%.0f,%.0f,%.0f".formatted(v.residentBytes(), v.heapBytes(), v.files(), v.machines(), v.threads(), v.mappings())));
    Files.write(csv, lines);
  }
}
