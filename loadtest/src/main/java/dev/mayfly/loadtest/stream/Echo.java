package dev.mayfly.loadtest.stream;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One POST whose body is sent and read back at the same time, over a connection of its own; the answer's bytes are held against what was sent. */
final class Echo {
  private static final int PIECE = 64 * 1024;
  /** A prime, so that a piece that is lost, or comes twice, shifts what follows. */
  private static final int PERIOD = 251;
  private static final int LINE = 1024;

  private Echo() {}

  /**
   * Returns nanoseconds from the request's first byte to the answer's last.
   *
   * @throws IOException the answer is not 200, broken off, or other than what was sent
   */
  static long run(int port, long bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      long start = System.nanoTime();
      CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(socket, bytes), task -> Thread.ofPlatform().daemon().start(task));
      long got = receive(new BufferedInputStream(socket.getInputStream(), 4 * PIECE));
      long nanos = System.nanoTime() - start;
      if (got != bytes) {
        throw new IOException("of " + bytes + " bytes " + got + " came back");
      }
      sent.join();
      return nanos;
    } catch (CompletionException e) {
      throw new IOException("the body was not taken: " + e.getCause(), e);
    }
  }

  private static void send(Socket socket, long bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(("POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + bytes + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
      byte[] pattern = new byte[PIECE + PERIOD];
      for (int i = 0; i < pattern.length; i++) {
        pattern[i] = (byte) (i % PERIOD);
      }
      for (long at = 0; at < bytes; ) {
        int n = (int) Math.min(PIECE, bytes - at);
        out.write(pattern, (int) (at % PERIOD), n);
        at += n;
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Bytes of the body. */
  private static long receive(InputStream in) throws IOException {
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException("the answer is " + status);
    }
    long length = -1;
    for (String field = line(in); !field.isEmpty(); field = line(in)) {
      if (field.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        length = Long.parseLong(field.substring(15).trim());
      }
    }
    if (length >= 0) {
      check(in, length, 0);
      return length;
    }
    long at = 0;
    for (long n = chunk(in); n > 0; n = chunk(in)) {
      check(in, n, at);
      at += n;
      line(in);
    }
    return at;
  }

  private static long chunk(InputStream in) throws IOException {
    return Long.parseLong(line(in).trim(), 16);
  }

  private static void check(InputStream in, long length, long from) throws IOException {
    byte[] piece = new byte[PIECE];
    for (long at = from; at < from + length; ) {
      int n = in.read(piece, 0, (int) Math.min(piece.length, from + length - at));
      if (n < 0) {
        throw new EOFException("the answer broke off after " + at + " bytes");
      }
      int expected = (int) (at % PERIOD);
      for (int i = 0; i < n; i++) {
        if (piece[i] != (byte) expected) {
          throw new IOException("byte " + (at + i) + " came back as " + piece[i] + ", not " + (byte) expected);
        }
        expected = expected + 1 == PERIOD ? 0 : expected + 1;
      }
      at += n;
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() > LINE) {
        throw new EOFException("the answer's head or a chunk's is broken: " + line);
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
