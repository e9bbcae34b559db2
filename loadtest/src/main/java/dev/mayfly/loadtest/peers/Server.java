package dev.mayfly.loadtest.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server of its own process on this machine. Closing it sends SIGTERM, waits, then kills; it may be closed twice. */
record Server(Process process, Path log) implements AutoCloseable {
  private static final Duration TO_START = Duration.ofMinutes(10);
  private static final Duration TO_STOP = Duration.ofSeconds(40);
  private static final Duration PROBE = Duration.ofSeconds(1);
  private static final int SHOWN = 2000;

  private interface Probe {
    boolean up() throws InterruptedException;
  }

  /**
   * Returns when the server answers.
   *
   * @param probe what it answers with 200 once it serves
   * @throws IOException it did not come up; the message has the end of its log
   */
  static Server start(String name, List<String> command, Map<String, String> environment, URI probe, Path work) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PROBE).build()) {
      return start(name, command, environment, () -> answers(client, probe), work);
    }
  }

  /** The same of one that does not speak HTTP: it is there when it takes a connection. */
  static Server start(String name, List<String> command, int port, Path work) throws IOException, InterruptedException {
    return start(name, command, Map.of(), () -> connects(port), work);
  }

  private static Server start(String name, List<String> command, Map<String, String> environment, Probe probe, Path work) throws IOException, InterruptedException {
    Path log = Files.createTempFile(work, name, ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Server server = new Server(builder.start(), log);
    boolean up = false;
    try {
      server.process.getOutputStream().close();
      for (long begun = System.nanoTime(); !up; Thread.sleep(20)) {
        if (!server.process.isAlive() || System.nanoTime() - begun > TO_START.toNanos()) {
          throw new IOException(name + " did not come up (" + String.join(" ", command) + "); its log ends in:\n" + server.tail());
        }
        up = probe.up();
      }
      return server;
    } finally {
      if (!up) {
        server.close();
      }
    }
  }

  private static boolean answers(HttpClient client, URI probe) throws InterruptedException {
    try {
      return client.send(HttpRequest.newBuilder(probe).timeout(PROBE).build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean connects(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  /** One that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Lets it do nothing, its connections open, until {@link #resume}. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  private String tail() throws IOException {
    String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - SHOWN));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      resume(); // one that is stopped cannot end
      if (!process.waitFor(TO_STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException _) {
      process.destroyForcibly();
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
