package dev.mayfly.loadtest.send;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server for tests on a free port of the loopback: a thread for each connection, and for each request whatever the test says. */
public final class Server implements AutoCloseable {
  /** Answers one request. */
  public interface Answer {
    /** @param number of the request, from 1, over all connections */
    void to(String request, int number, OutputStream out, Socket socket) throws IOException, InterruptedException;
  }

  private final ServerSocket listening;
  private final Answer answer;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();

  public Server(Answer answer) {
    this.answer = answer;
    try {
      listening = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** Answers everything with the same. */
  public static Server always(String answer) {
    return new Server((request, number, out, socket) -> out.write(bytes(answer)));
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  public static String ok(String headers, String body) {
    return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  public int requests() {
    return requests.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      StringBuilder text = new StringBuilder();
      for (int b = in.read(); b >= 0; b = in.read()) {
        text.append((char) b);
        int end = text.indexOf("\r\n\r\n");
        if (end >= 0 && text.length() == end + 4 + length(text)) {
          answer.to(text.toString(), requests.incrementAndGet(), socket.getOutputStream(), socket);
          socket.getOutputStream().flush();
          text.setLength(0);
        }
      }
    } catch (IOException e) {
      // The other side has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int length(CharSequence request) {
    java.util.regex.Matcher m = java.util.regex.Pattern.compile("(?i)content-length: ([0-9]+)").matcher(request);
    return m.find() ? Integer.parseInt(m.group(1)) : 0;
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
