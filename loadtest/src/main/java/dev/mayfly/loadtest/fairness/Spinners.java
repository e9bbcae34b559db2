package dev.mayfly.loadtest.fairness;

import dev.mayfly.loadtest.GatewayProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Requests that never end, so many of each function at all times, from construction to {@link #close}: who is cut off asks again. */
final class Spinners implements AutoCloseable {
  private final GatewayProcess gateway;
  private final int functions;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Returns when all of them run. @param each so many at one time */
  Spinners(GatewayProcess gateway, int functions, int each) throws IOException, InterruptedException {
    this.gateway = gateway;
    this.functions = functions;
    for (int function = 0; function < functions; function++) {
      String request = "GET /spin-" + function + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
      for (int i = 0; i < each; i++) {
        Thread.ofVirtual().start(() -> spin(request));
      }
    }
    await(functions * each);
  }

  private void spin(String request) {
    while (!closed) {
      try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
        open.add(socket);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getInputStream().readAllBytes();
        open.remove(socket);
      } catch (IOException e) {
        // closed by us, or the gateway is gone, which shows elsewhere
      }
    }
  }

  private void await(int busy) throws IOException, InterruptedException {
    for (long begun = System.nanoTime(); spinning() != busy; Thread.sleep(20)) {
      if (System.nanoTime() - begun > 60_000_000_000L) {
        throw new IOException("of " + busy + " spinning requests " + spinning() + " run");
      }
    }
  }

  private double spinning() throws IOException, InterruptedException {
    double busy = 0;
    for (int function = 0; function < functions; function++) {
      busy += gateway.metric("mayfly_machines{function=\"spin-" + function + "\",state=\"busy\"}");
    }
    return busy;
  }

  /** Returns when none runs any more. */
  @Override
  public void close() throws IOException, InterruptedException {
    closed = true;
    for (Socket socket : open) {
      socket.close();
    }
    await(0);
  }
}
