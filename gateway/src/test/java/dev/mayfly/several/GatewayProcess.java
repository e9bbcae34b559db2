package dev.mayfly.several;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway in a process of its own, from the jar, on free ports of loopback. */
final class GatewayProcess implements AutoCloseable {
  private static final Pattern SERVES = Pattern.compile("Mayfly serves http://127\\.0\\.0\\.1:(\\d+)");
  private static final Pattern ADMIN = Pattern.compile("admin port http://127\\.0\\.0\\.1:(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final Process process;
  private final int port;
  private final int admin;

  /**
   * Returns when it serves.
   *
   * @param folder for its configuration and its cache
   * @param configuration without listen and admin
   */
  GatewayProcess(Path folder, String configuration) throws IOException {
    Path file = Files.writeString(Files.createTempFile(folder, "gateway", ".yaml"), "listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\n" + configuration);
    ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED", "-jar", System.getProperty("mayfly.jar"), "up", "-f", file.toString()).redirectErrorStream(true);
    builder.environment().put("MAYFLY_CACHE", folder.resolve("cache").toString());
    process = builder.start();
    process.getOutputStream().close();
    BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder said = new StringBuilder();
    port = port(SERVES, lines, said);
    admin = port(ADMIN, lines, said);
    Thread.ofVirtual().start(() -> lines.lines().forEach(System.out::println));
  }

  private static int port(Pattern pattern, BufferedReader lines, StringBuilder said) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      said.append(line).append('\n');
      Matcher found = pattern.matcher(line);
      if (found.find()) {
        return Integer.parseInt(found.group(1));
      }
    }
    throw new IOException("mayfly up ended:\n" + said);
  }

  int port() {
    return port;
  }

  private String admin(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path)).timeout(PATIENCE).build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": status " + answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }

  /** What works less well than it should, as {@code /health/ready} has it; an error unless it says that requests are served. */
  List<String> degraded() throws IOException, InterruptedException {
    return new JsonObject(admin("/health/ready")).getJsonArray("degraded").stream().map(String::valueOf).toList();
  }

  /** A sample of {@code /metrics}, named with its labels. */
  double metric(String sample) throws IOException, InterruptedException {
    return admin("/metrics").lines().filter(line -> line.startsWith(sample + " ")).mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst().orElseThrow();
  }

  /** What {@code /pools/NAME} says of a function. */
  JsonObject pool(String function) throws IOException, InterruptedException {
    return new JsonObject(admin("/pools/" + function));
  }

  /** At once, with nothing said to anyone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      kill();
    }
    client.close();
  }
}
