package dev.mayfly.loadtest;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One kept-alive HTTP/1.1 connection over a plain blocking socket: next to nothing of the client is in what it measures. One thread at a time.
 * It reads answers with {@code Content-Length}, in chunks, or without a body; anything else is an error.
 */
final class Connection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 120_000;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final Map<String, byte[]> requests = new ConcurrentHashMap<>();
  private byte[] buffer = new byte[64 * 1024];

  Connection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  Answer get(String path) throws IOException {
    return send("GET", path);
  }

  Answer post(String path) throws IOException {
    return send("POST", path);
  }

  private Answer send(String method, String path) throws IOException {
    byte[] request = requests.computeIfAbsent(method + " " + path, line -> (line + " HTTP/1.1\r\nHost: localhost\r\n"
        + (method.equals("POST") ? "Content-Length: 0\r\n" : "") + "\r\n").getBytes(StandardCharsets.US_ASCII));
    long started = System.nanoTime();
    out.write(request);
    int filled = 0;
    int head = -1;
    while (head < 0) {
      filled = fill(filled);
      head = headEnd(filled);
    }
    String headers = new String(buffer, 0, head, StandardCharsets.ISO_8859_1);
    int status = Integer.parseInt(headers.substring(9, 12));
    String body;
    if (header(headers, "transfer-encoding").equalsIgnoreCase("chunked")) {
      body = chunks(head, filled);
    } else {
      int end = head + length(headers, status, method + " " + path);
      while (filled < end) {
        filled = fill(filled);
      }
      body = new String(buffer, head, end - head, StandardCharsets.UTF_8);
    }
    return new Answer(status, header(headers, "x-mayfly-start"), body, System.nanoTime() - started);
  }

  /** The chunks from {@code at} to the last, which has no trailers. */
  private String chunks(int at, int filled) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int from = at;
    int got = filled;
    while (true) {
      int lineEnd = from;
      while (lineEnd >= got || buffer[lineEnd] != '\n') {
        if (lineEnd >= got) {
          got = fill(got);
        } else {
          lineEnd++;
        }
      }
      int size = Integer.parseInt(new String(buffer, from, lineEnd - from, StandardCharsets.US_ASCII).strip(), 16);
      int end = lineEnd + 1 + size + 2;
      while (got < end) {
        got = fill(got);
      }
      if (size == 0) {
        return body.toString(StandardCharsets.UTF_8);
      }
      body.write(buffer, lineEnd + 1, size);
      from = end;
    }
  }

  private int fill(int filled) throws IOException {
    if (filled == buffer.length) {
      buffer = java.util.Arrays.copyOf(buffer, 2 * filled);
    }
    int got = in.read(buffer, filled, buffer.length - filled);
    if (got < 0) {
      throw new EOFException("the gateway closed the connection");
    }
    return filled + got;
  }

  /** First byte after the empty line; -1: it has not come yet. */
  private int headEnd(int filled) {
    for (int at = 3; at < filled; at++) {
      if (buffer[at] == '\n' && buffer[at - 1] == '\r' && buffer[at - 2] == '\n') {
        return at + 1;
      }
    }
    return -1;
  }

  private static int length(String headers, int status, String request) throws IOException {
    String value = header(headers, "content-length");
    if (value.isEmpty() && status != 204 && status != 304) {
      throw new IOException("the answer to " + request + " has no Content-Length:\n" + headers);
    }
    return value.isEmpty() ? 0 : Integer.parseInt(value);
  }

  static String header(String headers, String name) {
    int at = headers.toLowerCase(Locale.ROOT).indexOf("\r\n" + name + ":");
    if (at < 0) {
      return "";
    }
    int from = at + name.length() + 3;
    return headers.substring(from, headers.indexOf('\r', from)).strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
