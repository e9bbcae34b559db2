package dev.mayfly.http;

import dev.mayfly.pool.HttpField;
import dev.mayfly.pool.HttpHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The head of a component's answer, fit to be sent: nothing in it can break the framing, and what concerns the connection is ours. Pure.
 *
 * @param contentLength what the component says; -1: nothing
 * @param fields without Content-Length
 */
record ComponentHead(int status, long contentLength, List<HttpField> fields) {
  private static final Set<String> OURS = Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings",
      "x-mayfly-start", "x-mayfly-isolation");
  /** What cannot come after the body (RFC 9110, section 6.5.1). */
  static final Set<String> NOT_IN_TRAILERS = Set.of("content-length", "content-type", "content-encoding", "content-range", "host", "trailer", "te",
      "authorization", "set-cookie", "date", "server");

  /** An answer that HTTP cannot carry; the message is for the log. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  static ComponentHead of(HttpHead head) throws Malformed {
    if (head.status() < 200 || head.status() > 999) {
      throw new Malformed("it answered with the status " + head.status() + ", which is none from 200 to 999");
    }
    long contentLength = -1;
    List<HttpField> fields = new ArrayList<>(head.fields().size());
    for (HttpField field : head.fields()) {
      String name = checked(field);
      if (name.equals("content-length")) {
        long length = length(field.value());
        if (contentLength >= 0 && length != contentLength) {
          throw new Malformed("its answer has two different fields Content-Length");
        }
        contentLength = length;
      } else if (!OURS.contains(name)) {
        fields.add(field);
      }
    }
    return new ComponentHead(head.status(), contentLength, fields);
  }

  static List<HttpField> trailers(List<HttpField> given) throws Malformed {
    List<HttpField> trailers = new ArrayList<>(given.size());
    for (HttpField field : given) {
      String name = checked(field);
      if (!OURS.contains(name) && !NOT_IN_TRAILERS.contains(name)) {
        trailers.add(field);
      }
    }
    return trailers;
  }

  boolean has(String name) {
    return fields.stream().anyMatch(f -> f.name().equalsIgnoreCase(name));
  }

  /** Statuses without a body. */
  boolean bodiless() {
    return status == 204 || status == 304;
  }

  private static String checked(HttpField field) throws Malformed {
    if (!Text.token(field.name())) {
      throw new Malformed("its answer has a field whose name is none");
    }
    if (!Text.fieldValue(field.value())) {
      throw new Malformed("its answer's field " + field.name() + " has a value with a control character");
    }
    return field.name().toLowerCase(Locale.ROOT);
  }

  private static long length(String value) throws Malformed {
    if (!value.matches("[0-9]{1,18}")) {
      throw new Malformed("its answer's Content-Length is not a number");
    }
    return Long.parseLong(value);
  }
}
