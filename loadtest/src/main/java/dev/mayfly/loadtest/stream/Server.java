package dev.mayfly.loadtest.stream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that serves the component on a port of the loopback. Closing it sends SIGTERM and waits. */
record Server(String name, Process process, int port) implements AutoCloseable {
  private static final long READY_SECONDS = 300;
  private static final long STOP_SECONDS = 40;

  static Server mayfly(Path home, Path component, Path work) throws IOException {
    int port = freePort();
    Path configuration = Files.writeString(work.resolve("mayfly.yaml"), """
        listen: 127.0.0.1:%d
        admin: 127.0.0.1:%d
        functions:
          stream: {wasm: '%s', limits: {cpu: 10m}}
        routes:
          - {path: /*, function: stream}
        """.formatted(port, freePort(), component));
    ProcessBuilder builder = new ProcessBuilder(home.resolve("mayfly").toString(), "up", "-f", configuration.toString());
    builder.environment().put("MAYFLY_CACHE", work.resolve("cache").toString());
    return start("mayfly", builder, port, work.resolve("mayfly.log"));
  }

  static Server wasmtime(String program, Path component, Path work) throws IOException {
    int port = freePort();
    ProcessBuilder builder = new ProcessBuilder(List.of(program, "serve", "-S", "common", "--addr", "127.0.0.1:" + port, component.toString()));
    return start("wasmtime serve", builder, port, work.resolve("wasmtime.log"));
  }

  /** The program on the PATH, or null. */
  static String find(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return Path.of(folder, program).toString();
      }
    }
    return null;
  }

  private static Server start(String name, ProcessBuilder builder, int port, Path log) throws IOException {
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (!accepts(port)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new IOException(name + " did not come up: " + Files.readString(log));
      }
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
    return new Server(name, process, port);
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Bytes of memory that the process has now, as the kernel counts them; its peak is counted anew from here (proc(5): clear_refs). */
  long residentBytes() throws IOException {
    Files.writeString(proc("clear_refs"), "5");
    return status("VmRSS:");
  }

  /** The most that it had since {@link #residentBytes}. */
  long peakBytes() throws IOException {
    return status("VmHWM:");
  }

  private long status(String name) throws IOException {
    for (String line : Files.readAllLines(proc("status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("process " + process.pid() + " is gone");
  }

  private Path proc(String file) {
    return Path.of("/proc", String.valueOf(process.pid()), file);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
