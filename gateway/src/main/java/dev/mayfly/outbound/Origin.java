package dev.mayfly.outbound;

import java.util.Locale;

/**
 * Where a call goes.
 *
 * @param scheme {@code http} or {@code https}
 * @param host lower case, without a last dot; an IPv6 address without brackets
 */
record Origin(String scheme, String host, int port) {
  /** Null: not valid, user information included. */
  static Origin of(String scheme, String authority) {
    int ends = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':') < 0 ? authority.length() : authority.indexOf(':');
    String host = authority.substring(0, ends);
    int port = port(authority.substring(ends), scheme.equals("https") ? 443 : 80);
    if (port < 0 || !(scheme.equals("http") || scheme.equals("https"))) {
      return null;
    }
    if (host.startsWith("[")) {
      String literal = host.substring(1, host.length() - 1);
      return literal.matches("[0-9A-Fa-f:.]+") && literal.contains(":") ? new Origin(scheme, literal.toLowerCase(Locale.ROOT), port) : null;
    }
    String name = (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).toLowerCase(Locale.ROOT);
    return name.matches("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*") ? new Origin(scheme, name, port) : null;
  }

  private static int port(String text, int otherwise) {
    if (text.isEmpty() || text.equals(":")) {
      return otherwise;
    }
    int port = text.matches(":[0-9]{1,5}") ? Integer.parseInt(text.substring(1)) : -1;
    return port > 0 && port <= 65_535 ? port : -1;
  }
}
