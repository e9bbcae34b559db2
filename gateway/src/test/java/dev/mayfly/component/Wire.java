package dev.mayfly.component;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One request on a connection of its own, and its answer as it is on the wire: whole, or how it broke off. */
final class Wire {
  private static final int PATIENCE_MS = 20_000;

  /** How an answer ended. */
  enum End { WHOLE, BROKEN, NO_HEAD }

  /**
   * An answer.
   *
   * @param fields {@code name: value}, the name in lower case
   * @param body without its framing; as much as came
   */
  record Answer(End end, int status, List<String> fields, String body, List<String> trailers) {
    String field(String name) {
      return fields.stream().filter(f -> f.startsWith(name + ": ")).map(f -> f.substring(name.length() + 2)).findFirst().orElse(null);
    }
  }

  private final InputStream in;
  private int status;
  private List<String> fields = List.of();
  private List<String> trailers = List.of();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  private Wire(InputStream in) {
    this.in = in;
  }

  /** @param lines fields of the request, Host among them not */
  static Answer get(int port, String target, String... lines) {
    return send(port, "GET", target, "", lines);
  }

  /** @param octets what follows the head */
  static Answer send(int port, String method, String target, String octets, String... lines) {
    String head = method + " " + target + " HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n"
        + String.join("", Stream.of(lines).map(l -> l + "\r\n").toList()) + "\r\n";
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write((head + octets).getBytes(StandardCharsets.ISO_8859_1));
      return new Wire(new BufferedInputStream(socket.getInputStream())).read(method);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer read(String method) throws IOException {
    End end = End.NO_HEAD;
    try {
      do {
        head();
      } while (status / 100 == 1);
      end = End.BROKEN;
      if (!method.equals("HEAD") && status != 204 && status != 304) {
        body();
      }
      end = in.read() < 0 ? End.WHOLE : End.BROKEN;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (EOFException | SocketException e) {
      // as it stands
    }
    return new Answer(end, status, fields, body.toString(StandardCharsets.ISO_8859_1), trailers);
  }

  private void head() throws IOException {
    String first = line();
    if (!first.matches("HTTP/1\\.1 [0-9]{3} .*")) {
      throw new AssertionError("no status line: " + first);
    }
    List<String> came = lines();
    fields = came;
    status = Integer.parseInt(first.substring(9, 12));
  }

  private List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      lines.add(line.substring(0, colon).toLowerCase(Locale.ROOT) + ": " + line.substring(colon + 1).strip());
    }
    return lines;
  }

  private void body() throws IOException {
    if (fields.contains("transfer-encoding: chunked")) {
      for (int length = Integer.parseInt(line(), 16); length > 0; length = Integer.parseInt(line(), 16)) {
        take(length);
        line();
      }
      trailers = lines();
      return;
    }
    String length = fields.stream().filter(f -> f.startsWith("content-length: ")).map(f -> f.substring(16)).findFirst().orElse(null);
    if (length != null) {
      take(Integer.parseInt(length));
    } else {
      in.transferTo(body);
    }
  }

  private void take(int length) throws IOException {
    for (int i = 0; i < length; i++) {
      body.write(octet());
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = octet(); octet != '\n'; octet = octet()) {
      line.write(octet);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  private int octet() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException();
    }
    return octet;
  }
}
