package dev.mayfly.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A connection that sends exactly what it is told, and reads answers by their framing. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MS = 10_000;

  /** An answer; fields in lower case, as they came. */
  record Reply(int status, List<String> fields, String body) {
    String field(String name) {
      return fields.stream().filter(f -> f.startsWith(name + ": ")).map(f -> f.substring(name.length() + 2)).findFirst().orElse(null);
    }

    long count(String name) {
      return fields.stream().filter(f -> f.startsWith(name + ": ")).count();
    }
  }

  private final Socket socket;
  private final InputStream in;

  RawClient(int port) {
    try {
      socket = new Socket("127.0.0.1", port);
      socket.setSoTimeout(PATIENCE_MS);
      in = socket.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends octets, each written as a character. */
  RawClient send(String octets) {
    try {
      socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply reply() {
    return reply(true);
  }

  /** @param withBody false: the answer to a HEAD */
  Reply reply(boolean withBody) {
    String first = line();
    if (!first.startsWith("HTTP/1.")) {
      throw new AssertionError("no status line: " + first);
    }
    int status = Integer.parseInt(first.substring(9, 12));
    List<String> fields = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      fields.add(line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon));
    }
    Reply head = new Reply(status, fields, "");
    String length = head.field("content-length");
    return withBody && length != null ? new Reply(status, fields, read(Integer.parseInt(length))) : head;
  }

  /** The next chunk of a chunked body; empty for the last, whose trailers stay to be read. */
  String chunk() {
    int length = Integer.parseInt(line(), 16);
    String chunk = read(length);
    if (length > 0) {
      line();
    }
    return chunk;
  }

  /** What follows up to an empty line. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      lines.add(line);
    }
    return lines;
  }

  /** What comes until the server closes; null: it resets the connection. */
  String rest() {
    try {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (java.net.SocketException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the server closes without another octet. */
  boolean isClosed() {
    try {
      return in.read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int octet = octet();
      if (octet == '\n') {
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
      }
      line.write(octet);
    }
  }

  private String read(int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) octet();
    }
    return new String(octets, StandardCharsets.UTF_8);
  }

  private int octet() {
    try {
      int octet = in.read();
      if (octet < 0) {
        throw new AssertionError("the server closed within an answer");
      }
      return octet;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
