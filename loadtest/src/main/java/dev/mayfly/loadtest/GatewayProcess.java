package dev.mayfly.loadtest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A gateway started by the launcher on two free ports, as a user would start it. Closing it sends SIGTERM and waits.
 *
 * @param readyNanos from the start of the process until {@code /health/ready} said so
 * @param client for questions that are not measured
 */
public record GatewayProcess(Process process, int port, int adminPort, long readyNanos, Path log, HttpClient client) implements AutoCloseable {
  private static final long READY_SECONDS = 300;
  private static final long STOP_SECONDS = 40;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * @param home the project's folder
   * @param work where configuration and log are put
   * @param cache for {@code MAYFLY_CACHE}
   * @param functions the configuration's part after {@code listen} and {@code admin}
   */
  public static GatewayProcess start(Path home, Path work, Path cache, String functions) throws IOException, InterruptedException {
    int port = freePort();
    int admin = freePort();
    Path configuration = Files.writeString(Files.createTempFile(work, "mayfly", ".yaml"),
        "listen: 127.0.0.1:%d\nadmin: 127.0.0.1:%d\n%s".formatted(port, admin, functions));
    Path log = Files.createTempFile(work, "gateway", ".log");
    ProcessBuilder builder = new ProcessBuilder(home.resolve("mayfly").toString(), "up", "-f", configuration.toString())
        .redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("MAYFLY_CACHE", cache.toString());
    long started = System.nanoTime();
    Process process = builder.start();
    process.getOutputStream().close();
    HttpClient client = Page.client();
    while (!ready(client, admin)) {
      if (!process.isAlive() || System.nanoTime() - started > TimeUnit.SECONDS.toNanos(READY_SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the gateway did not come up; its log ends in:\n" + tail(log));
      }
      Thread.sleep(1);
    }
    return new GatewayProcess(process, port, admin, System.nanoTime() - started, log, client);
  }

  private static boolean ready(HttpClient client, int admin) throws InterruptedException {
    try {
      return Page.get(client, admin, "/health/ready").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** What it answers to a GET. */
  Page ask(String path) throws IOException, InterruptedException {
    return Page.get(client, port, path);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String tail(Path log) throws IOException {
    String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - 2000));
  }

  /** A sample of {@code /metrics}, named with its labels as it stands there; NaN if there is none. */
  public double metric(String sample) throws IOException, InterruptedException {
    return Page.get(client, adminPort, "/metrics").body().lines().filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).findFirst().orElse(Double.NaN);
  }

  /** The sum of a metric's samples, over all labels. */
  public double sum(String metric) throws IOException, InterruptedException {
    return Page.get(client, adminPort, "/metrics").body().lines().filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
  }

  /** Drops a function's machines. */
  public void evict(String function) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/functions/" + function + "/evict")).timeout(PATIENCE).POST(BodyPublishers.noBody()).build();
    int status = client.send(request, BodyHandlers.discarding()).statusCode();
    if (status / 100 != 2) {
      throw new IOException("an eviction was answered with " + status);
    }
  }

  /** Removes a folder that was made for a gateway, with all that is in it. */
  public static void delete(Path work) throws IOException {
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public void close() {
    client.close();
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
