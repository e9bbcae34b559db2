package dev.mayfly.loadtest.waiting;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * {@code loadtest/bench --waiting 500}: so many requests of one component at the same time, each of which calls a server that answers after two seconds. In
 * waves: the first makes the machines, the others find them. A line for each; exit status 1 if a request was not answered with 200.
 */
public final class Waiting {
  private static final int WAVES = 3;
  private static final int SERVER_SECONDS = 2;
  private static final int PATIENCE_MS = 60_000;
  private static final long READY_NANOS = TimeUnit.SECONDS.toNanos(120);

  private final int requests;
  private final int port;
  private final int upstream;

  private Waiting(int requests, int port, int upstream) {
    this.requests = requests;
    this.port = port;
    this.upstream = upstream;
  }

  /** @param args {@code --home FOLDER --waiting N} */
  public static void main(String[] args) throws Exception {
    Path home = Path.of(option(args, "--home"));
    int requests = Integer.parseInt(option(args, "--waiting"));
    Path work = Files.createTempDirectory("mayfly-waiting");
    boolean whole;
    try (SlowServer server = new SlowServer(SERVER_SECONDS)) {
      int port = freePort();
      Process gateway = gateway(home, work, requests, port, server.port());
      try {
        whole = new Waiting(requests, port, server.port()).waves(server);
      } finally {
        gateway.destroy();
        gateway.waitFor(20, TimeUnit.SECONDS);
      }
    }
    System.exit(whole ? 0 : 1);
  }

  private static String option(String[] args, String name) {
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals(name)) {
        return args[i + 1];
      }
    }
    throw new IllegalArgumentException(name + " is missing: bench --waiting N");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Process gateway(Path home, Path work, int requests, int port, int upstream) throws IOException, InterruptedException {
    Path file = Files.writeString(work.resolve("mayfly.yaml"), """
        listen: 127.0.0.1:%d
        admin: 127.0.0.1:%d
        functions:
          guest: {wasm: '%s', memory: 4MiB, timeout: 60s, concurrency: %d, warm: {max: %d, idle: 120s}, outbound: ['http://127.0.0.1:%d']}
        routes:
          - {path: /*, function: guest}
        """.formatted(port, freePort(), home.toAbsolutePath().resolve("gateway/src/test/resources/component/guest.wasm"), requests, requests, upstream));
    Path log = work.resolve("gateway.log");
    Process process = new ProcessBuilder(home.toAbsolutePath().resolve("mayfly").toString(), "up", "-f", file.toString()).redirectErrorStream(true)
        .redirectOutput(log.toFile()).start();
    for (long begun = System.nanoTime(); !listens(port); Thread.sleep(20)) {
      if (!process.isAlive() || System.nanoTime() - begun > READY_NANOS) {
        process.destroy();
        throw new IOException("the gateway did not come up; its log: " + Files.readString(log));
      }
    }
    return process;
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean waves(SlowServer server) throws InterruptedException, ExecutionException {
    boolean whole = true;
    for (int wave = 1; wave <= WAVES; wave++) {
      server.forgetMost();
      long begun = System.nanoTime();
      int answered = wave();
      double seconds = (System.nanoTime() - begun) / 1e9;
      whole &= answered == requests;
      System.out.printf("%d requests that wait %d s each, %s: %.2f s, %d answered with 200, %d at the server at the same time%n", requests, SERVER_SECONDS,
          wave == 1 ? "machines to be made" : "machines warm", seconds, answered, server.most());
    }
    return whole;
  }

  private int wave() throws InterruptedException, ExecutionException {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> asked = new ArrayList<>();
      for (int i = 0; i < requests; i++) {
        asked.add(clients.submit(this::ask));
      }
      int answered = 0;
      for (Future<Boolean> one : asked) {
        answered += one.get() ? 1 : 0;
      }
      return answered;
    }
  }

  private boolean ask() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write(("GET /call HTTP/1.1\r\nHost: a\r\nConnection: close\r\nx-authority: 127.0.0.1:" + upstream + "\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return answer.startsWith("HTTP/1.1 200") && answer.contains("x-up-status: 200");
    }
  }
}
