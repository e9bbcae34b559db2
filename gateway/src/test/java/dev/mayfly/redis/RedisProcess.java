package dev.mayfly.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of {@code redis-server}, by one command line. Can be paused, killed and started again. Used by one thread. */
final class RedisProcess {
  private final String ready;
  private final List<String> command;
  private Process process;

  /** @param ready what is in the line by which it says that it is */
  RedisProcess(String ready, List<String> command) {
    this.ready = ready;
    this.command = List.copyOf(command);
  }

  /** Returns when it is ready. */
  void start() throws IOException {
    start(ready);
  }

  /** Returns when it has said this. */
  void start(String word) throws IOException {
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains(word)) {
        Thread.ofVirtual().start(() -> drain(lines));
        return;
      }
      said.append(line).append('\n');
    }
    throw new IOException("redis-server (Debian's package of that name) did not start:\n" + said);
  }

  private static void drain(BufferedReader lines) {
    try {
      lines.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // It was killed.
    }
  }

  /** Lets it answer nobody, its connections open, until {@link #resume}. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  /** Twice is fine. */
  void kill() {
    try {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** What {@code redis-cli} says to a command, or to one of its own. */
  static String cli(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("redis-cli"));
    command.addAll(arguments);
    Process cli = new ProcessBuilder(command).redirectErrorStream(true).start();
    cli.getOutputStream().close();
    String said = new String(cli.getInputStream().readAllBytes(), UTF_8).strip();
    if (cli.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }
}
