package dev.mayfly.loadtest;

import dev.mayfly.loadtest.report.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Starts the gateway with the example functions on free ports, measures it from outside, prints one table. One user sends one request at a time: what is
 * measured is latency, not throughput.
 *
 * <p>A cold start: the function's machines are dropped through the admin port, then one request is sent. Between two of them is a pause (the
 * option {@code --pause}, in milliseconds), as there would be between real ones: shells are made off the request's path.
 */
public final class Benchmark {
  private static final int BOOTS = 50;
  private static final double NONE = Double.POSITIVE_INFINITY;
  private static final List<String> OPTIONS = List.of("home", "components", "cold", "wazero", "warm", "rounds", "pause");
  private static final String FUNCTIONS = """
      functions:
        hello: {wasm: %1$s/hello-c/hello-c.wasm}
        kernel: {wasm: %1$s/kernels/kernels.wasm, args: ["{kernel}"], timeout: 60s, limits: {cpu: 60s}}
      %2$s
      routes:
        - {path: "/hello/{name}", function: hello}
        - {path: "/kernel/{kernel}", function: kernel}
      %3$s
      """;
  private static final String WAZERO = """
        age: {wasm: %1$s/wazero-age/wazero-age.wasm, args: ["2000"], memory: 64MiB}
        age-of: {wasm: %1$s/wazero-age/wazero-age.wasm, args: ["{year}"], memory: 64MiB}
      """;
  private static final String WAZERO_ROUTES = """
        - {path: /age, function: age}
        - {path: "/age/{year}", function: age-of}
      """;

  private final Path home;
  private final Path work;
  private final Map<String, Integer> options;
  private final Path components;
  private final Table table = new Table();
  private final Latency latency = new Latency();

  /** @param components a folder of components to be measured, and nothing else then; null: the examples */
  private Benchmark(Path home, Path work, Path components, Map<String, Integer> options) {
    this.home = home;
    this.work = work;
    this.components = components;
    this.options = options;
  }

  /**
   * Options: {@code --cold N --wazero N --warm N --rounds N --pause MILLISECONDS}, and {@code --home DIR}, the project's folder; {@code --components DIR}: only those of
   * the samples that DIR holds, {@code --cold} times each.
   */
  public static void main(String[] args) throws Exception {
    Map<String, Integer> options = new HashMap<>(Map.of("cold", 1000, "wazero", 100, "warm", 10_000, "rounds", 7, "pause", 5));
    Path home = Path.of("").toAbsolutePath();
    Path components = null;
    for (int at = 0; at < args.length; at += 2) {
      String name = args[at].replaceFirst("^--", "");
      if (!OPTIONS.contains(name) || at + 1 == args.length) {
        System.err.println("benchmark: unknown option, or no value for it: " + args[at] + "; there are --" + String.join(" --", OPTIONS));
        System.exit(2);
      }
      if (name.equals("home")) {
        home = Path.of(args[at + 1]).toAbsolutePath();
      } else if (name.equals("components")) {
        components = Path.of(args[at + 1]).toAbsolutePath();
      } else {
        options.put(name, Integer.parseInt(args[at + 1]));
      }
    }
    Path work = Files.createTempDirectory("mayfly-benchmark");
    try {
      new Benchmark(home, work, components, options).run();
    } finally {
      GatewayProcess.delete(work);
    }
  }

  private void run() throws IOException, InterruptedException {
    System.out.println(Environment.here(home).text());
    if (components == null) {
      examples();
    } else {
      components(Components.in(components));
    }
    System.out.print(table.text());
  }

  private void components(List<Components> found) throws IOException, InterruptedException {
    if (found.isEmpty()) {
      throw new IOException("no sample component in " + components + ": functions/samples/build makes them, in functions/samples/target");
    }
    String configuration = Components.configuration(components, found);
    say("deploying the components");
    GatewayProcess.start(home, work, work.resolve("cache"), configuration).close();
    for (Components c : found) {
      try (GatewayProcess alone = GatewayProcess.start(home, work, work.resolve("cache"), Components.configuration(components, List.of(c)))) {
        table.time("start of the command to serving, " + c.function() + " deployed before", alone.readyNanos() / 1e6, 1000);
      }
    }
    try (GatewayProcess gateway = GatewayProcess.start(home, work, work.resolve("cache"), configuration)) {
      say("warming the gateway up");
      latency.warm(gateway, found.getFirst().function(), found.getFirst().path(), options.get("warm") / 2);
      for (Components c : found) {
        say("cold starts of " + c.function());
        table.times("first request, no machine, " + c.function(), cold(gateway, c.function(), c.path(), "cold"), c.wantedMillis(), NONE);
      }
    }
  }

  private void examples() throws IOException, InterruptedException {
    boolean wazero = Files.exists(functions().resolve("wazero-age/wazero-age.wasm"));
    boot();
    if (wazero) {
      deploy();
    } else {
      say("without the wazero program: functions/examples builds it where Go is at hand");
    }
    String configuration = FUNCTIONS.formatted(functions(), wazero ? WAZERO.formatted(functions()) : "", wazero ? WAZERO_ROUTES : "");
    say("deploying everything");
    GatewayProcess.start(home, work, work.resolve("cache"), configuration).close();
    try (GatewayProcess gateway = GatewayProcess.start(home, work, work.resolve("cache"), configuration)) {
      table.time("start of the command to serving, all deployed before", gateway.readyNanos() / 1e6, 2000);
      requests(gateway, wazero);
      kernels(gateway);
    }
  }

  /** The small C function as many functions, which differ in their environment and so are booted each: the mean of all their boots. */
  private void boot() throws IOException, InterruptedException {
    say("booting the small C function");
    StringBuilder configuration = new StringBuilder("functions:\n");
    for (int i = 0; i < BOOTS; i++) {
      configuration.append("  hello%d: {wasm: %s/hello-c/hello-c.wasm, env: {N: \"%1$d\"}}\n".formatted(i, functions()));
    }
    configuration.append("routes:\n  - {path: \"/hello/{name}\", function: hello0}\n");
    try (GatewayProcess gateway = GatewayProcess.start(home, work, work.resolve("cache-boot"), configuration.toString())) {
      double boots = gateway.metric("mayfly_boot_seconds_count");
      table.mean("blank machine to ready, hello-c", (int) boots, 1e3 * gateway.metric("mayfly_boot_seconds_sum") / boots, 20);
    }
  }

  /** The wazero program alone, from an empty cache, then from a full one. */
  private void deploy() throws IOException, InterruptedException {
    String configuration = "functions:\n" + WAZERO.formatted(functions()).lines().findFirst().orElseThrow() + "\nroutes:\n  - {path: /age, function: age}\n";
    for (String time : List.of("first", "second")) {
      say("deploying the wazero program, the " + time + " time");
      try (GatewayProcess gateway = GatewayProcess.start(home, work, work.resolve("cache-wazero"), configuration)) {
        table.time("deploy wazero, " + time + " time", 1e3 * gateway.metric("mayfly_deploy_seconds{function=\"age\"}"), time.equals("first") ? 10_000 : 500);
      }
    }
  }

  private void requests(GatewayProcess gateway, boolean wazero) throws IOException, InterruptedException {
    say("warm requests");
    table.times("warm request, hello-c", warm(gateway, "hello", "/hello/world"), 0.3, NONE);
    say("cold starts");
    table.times("first request, no machine, hello-c", cold(gateway, "hello", "/hello/world", "cold"), 2, 10);
    if (wazero) {
      table.times("first request, no machine, wazero 2000", cold(gateway, "age", "/age", "wazero"), 5, NONE);
      table.times("first request, no machine, wazero {year}", cold(gateway, "age-of", "/age/2000", "wazero"), 15, NONE);
    }
  }

  private Histogram warm(GatewayProcess gateway, String function, String path) throws IOException, InterruptedException {
    int samples = options.get("warm");
    Histogram nanos = latency.warm(gateway, function, path, samples);
    if (nanos.getTotalCount() < samples / 2) {
      say("of " + samples + " requests one after the other only " + nanos.getTotalCount() + " found a warm machine");
    }
    return nanos;
  }

  private Histogram cold(GatewayProcess gateway, String function, String path, String samples) throws IOException, InterruptedException {
    return latency.cold(gateway, function, path, options.get(samples), Duration.ofMillis(options.get("pause")));
  }

  private void kernels(GatewayProcess gateway) throws IOException, InterruptedException {
    Kernels kernels = new Kernels(functions().resolve("target/release/examples/ordinary"), functions().resolve("kernels/kernels.wasm"));
    for (String kernel : Kernels.NAMES) {
      say("kernel " + kernel);
      table.ratio("speed in a machine / in a process, " + kernel, options.get("rounds"), kernels.ratio(gateway, kernel, options.get("rounds")), 0.9);
    }
  }

  private Path functions() {
    return home.resolve("functions");
  }

  private static void say(String what) {
    System.err.println("benchmark: " + what);
  }
}
