package dev.mayfly.loadtest.peers;

import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Runner;
import dev.mayfly.loadtest.plan.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts, of each run, the processor time that servers spent for an answer: all of them together, over all answers of the gateway, also those that warm it up. It
 * is what a rate comes to where processors are the limit, and others' work on the machine is hardly in it.
 */
final class ProcessorTime implements Runner {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String ANSWERS = "mayfly_requests_total{";

  /** @param servers whose time counts @param admin the gateway's admin port */
  record Meter(List<Server> servers, URI admin) {
    private long nanos() {
      return servers.stream().mapToLong(server -> server.process().info().totalCpuDuration().orElse(Duration.ZERO).toNanos()).sum();
    }
  }

  private record Reading(long nanos, double answers) {}

  private final HttpClient client = HttpClient.newHttpClient();
  private final Runner runner;
  private final Map<String, Meter> meters;
  private final Map<String, List<Double>> nanos = new HashMap<>();

  /** @param meters by the titles of the plans */
  ProcessorTime(Runner runner, Map<String, Meter> meters) {
    this.runner = runner;
    this.meters = Map.copyOf(meters);
  }

  @Override
  public Result run(Plan plan, Listener listener) throws InterruptedException {
    try {
      Reading before = read(meters.get(plan.title()));
      Result result = runner.run(plan, listener);
      Reading after = read(meters.get(plan.title()));
      nanos.computeIfAbsent(plan.title(), _ -> new ArrayList<>()).add((after.nanos - before.nanos) / Math.max(1, after.answers - before.answers));
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException("the gateway " + plan.title() + " does not show its metrics", e);
    }
  }

  private Reading read(Meter meter) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(meter.admin.resolve("/metrics")).timeout(PATIENCE).build();
    String text = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    double answers = text.lines().filter(line -> line.startsWith(ANSWERS)).mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    return new Reading(meter.nanos(), answers);
  }

  /** The runs so far do not count. */
  void forget() {
    nanos.clear();
  }

  /** An answer's, in each run of a plan, in their order. */
  double[] nanosAnAnswer(String title) {
    return nanos.getOrDefault(title, List.of()).stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  public void stop() {
    runner.stop();
  }
}
