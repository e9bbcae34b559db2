package dev.mayfly.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.config.RedisAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real {@code redis-server} on loopback, without persistence. Can be paused, killed and started again on its port. */
public final class RedisServer implements AutoCloseable {
  private final int port;
  private final List<String> settings;
  private Process process;

  /** Starts one on a free port; {@code settings} as on its command line. */
  public RedisServer(String... settings) throws IOException {
    this.settings = List.of(settings);
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    start();
  }

  public void start() throws IOException {
    List<String> command = new ArrayList<>(List.of("redis-server", "--port", String.valueOf(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
    command.addAll(settings);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains("Ready to accept connections")) {
        Thread.ofVirtual().start(() -> lines.lines().forEach(rest -> {}));
        return;
      }
      said.append(line).append('\n');
    }
    throw new IOException("redis-server (Debian's package of that name) did not start:\n" + said);
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public RedisAddress address() {
    return RedisAddress.of(url());
  }

  /** Lets it answer nobody, its connections open, until {@link #resume}. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
