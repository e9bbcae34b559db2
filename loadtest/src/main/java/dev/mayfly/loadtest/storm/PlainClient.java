package dev.mayfly.loadtest.storm;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** HTTP/1.1 on a connection of its own; a slow one sends a few octets at a time. */
final class PlainClient implements Client {
  private static final int PATIENCE_MS = 60_000;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 [1-5][0-9][0-9] [^\\r]*\\r\\n.*", Pattern.DOTALL);

  private final int port;
  private final int octets;
  private final long pauseNanos;
  private Socket socket;

  private PlainClient(int port, int octets, long pauseNanos) {
    this.port = port;
    this.octets = octets;
    this.pauseNanos = pauseNanos;
  }

  static PlainClient quick(int port) {
    return new PlainClient(port, Integer.MAX_VALUE, 0);
  }

  /** One whose request takes a second or so. */
  static PlainClient slow(int port) {
    return new PlainClient(port, 3, 50_000_000);
  }

  @Override
  public void ready() throws IOException {
    socket = new Socket();
    socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MS);
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
  }

  @Override
  public Reply ask(String path) throws IOException {
    byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: storm\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    OutputStream out = socket.getOutputStream();
    for (int at = 0; at < request.length; at += octets) {
      out.write(request, at, Math.min(octets, request.length - at));
      if (request.length - at <= octets) {
        break;
      }
      LockSupport.parkNanos(pauseNanos);
    }
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    if (!STATUS.matcher(answer).matches()) {
      throw new IOException(answer.isEmpty() ? "closed without an answer" : "no HTTP: " + answer.lines().findFirst().orElse(""));
    }
    int head = answer.indexOf("\r\n\r\n");
    return new Reply(Integer.parseInt(answer.substring(9, 12)), answer.contains("\r\nX-Mayfly-Start: cold\r\n"), head < 0 ? "" : answer.substring(head + 4));
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
    }
  }
}
