package dev.mayfly.loadtest.waiting;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers every request of a connection so many seconds after it came, and counts how many it has at the same time. */
final class SlowServer implements AutoCloseable {
  private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
  private static final int END = 0x0d0a0d0a;

  private final ServerSocket server = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
  private final int seconds;
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  SlowServer(int seconds) throws IOException {
    this.seconds = seconds;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  int most() {
    return most.get();
  }

  void forgetMost() {
    most.set(0);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      int last = 0;
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        last = last << 8 | octet;
        head.append((char) octet);
        if (last != END) {
          continue;
        }
        boolean request = head.indexOf("GET ") == 0; // and not the end of an empty chunked body
        head.setLength(0);
        if (request) {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          Thread.sleep(seconds * 1000L);
          now.decrementAndGet();
          socket.getOutputStream().write(ANSWER);
        }
      }
    } catch (IOException | InterruptedException e) {
      // the gateway is gone
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
