package dev.mayfly.http;

import io.vertx.core.MultiMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A request's header fields by lower-case name, repeated ones joined. Pure. */
final class Fields {
  private Fields() {}

  /**
   * Values by name in lower case, in order of arrival. HTTP/2 splits Cookie, whose parts belong together again with a semicolon (RFC 9113, section
   * 8.2.3); HTTP/2's host is the authority.
   *
   * @param separator between the values of other repeated fields
   */
  static Map<String, String> of(MultiMap headers, String host, String separator) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      String value = Text.fromOctets(header.getValue());
      String earlier = fields.putIfAbsent(name, value);
      if (earlier != null) {
        fields.put(name, earlier + (name.equals("cookie") ? "; " : separator) + value);
      }
    }
    if (!host.isEmpty()) {
      fields.putIfAbsent("host", host);
    }
    return fields;
  }
}
