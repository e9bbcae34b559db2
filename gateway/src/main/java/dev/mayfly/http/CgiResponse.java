package dev.mayfly.http;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A command's output under {@code handler: wagi} (RFC 3875, section 6): header lines, ended by LF or CRLF, an empty line, the body. {@code Status},
 * {@code Location} and {@code Content-Type} may come once each, and one of them must. A Location without a Status is a 302.
 *
 * @param headers in their order, without Status and what is the server's to say
 */
record CgiResponse(int status, List<Map.Entry<String, String>> headers, Buffer body) {
  private static final Set<String> CGI = Set.of("status", "location", "content-type");
  /** Framing, connection, and what every answer carries anyway. */
  private static final Set<String> OURS = Set.of("connection", "content-length", "date", "keep-alive", "proxy-connection", "te", "trailer",
      "transfer-encoding", "upgrade", "server", "x-mayfly-start", "x-mayfly-isolation");

  /** Output that is no CGI response; the message is for the log. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  static CgiResponse parse(Buffer output) throws Malformed {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    String status = null;
    int at = 0;
    while (true) {
      int end = endOfLine(output, at);
      String line = line(output, at, end);
      at = end + 1;
      if (line.isEmpty()) {
        break;
      }
      Map.Entry<String, String> header = header(line);
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (CGI.contains(name) && !seen.add(name)) {
        throw new Malformed("its output has the header " + header.getKey() + " twice");
      }
      if (name.equals("status")) {
        status = header.getValue();
      } else if (!OURS.contains(name)) {
        headers.add(header);
      }
    }
    if (seen.isEmpty()) {
      throw new Malformed("its output has none of the headers Content-Type, Location and Status");
    }
    int code = status != null ? code(status) : seen.contains("location") ? 302 : 200;
    return new CgiResponse(code, headers, output.slice(at, output.length()));
  }

  private static int endOfLine(Buffer output, int from) throws Malformed {
    for (int i = from; i < output.length(); i++) {
      if (output.getByte(i) == '\n') {
        return i;
      }
    }
    throw new Malformed("its output has no empty line after its headers");
  }

  private static String line(Buffer output, int from, int end) {
    int last = end > from && output.getByte(end - 1) == '\r' ? end - 1 : end;
    return new String(output.getBytes(from, last), StandardCharsets.ISO_8859_1);
  }

  private static Map.Entry<String, String> header(String line) throws Malformed {
    int colon = line.indexOf(':');
    String name = colon < 0 ? "" : line.substring(0, colon);
    String value = line.substring(colon + 1).strip();
    if (!Text.token(name) || !Text.fieldValue(value)) {
      throw new Malformed("its output has a line among its headers that is none");
    }
    return Map.entry(name, value);
  }

  /** Three digits, perhaps a reason; no interim answers. */
  private static int code(String status) throws Malformed {
    if (!status.matches("[2-5][0-9]{2}( .*)?")) {
      throw new Malformed("its output has a Status that is none from 200 to 599");
    }
    return Integer.parseInt(status.substring(0, 3));
  }
}
