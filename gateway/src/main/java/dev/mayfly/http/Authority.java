package dev.mayfly.http;

import io.netty.util.NetUtil;
import java.util.Locale;

/**
 * Host and port as RFC 3986 has them, without user information. Pure.
 *
 * @param host lower case, an IPv6 address in its brackets; never empty
 * @param port -1: none given
 */
record Authority(String host, int port) {
  private static final String IN_NAMES = "-._~!$&'()*+,;=";

  /** Null: not valid. An empty host is not: no URI of HTTP has one (RFC 9110, section 4.2.1). */
  static Authority parse(String text) {
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':') < 0 ? text.length() : text.indexOf(':');
    String host = text.substring(0, end);
    if (!(host.startsWith("[") ? literal(host) : name(host))) {
      return null;
    }
    int port = end == text.length() ? -1 : port(text, end);
    return port < -1 ? null : new Authority(host.toLowerCase(Locale.ROOT), port);
  }

  private static boolean literal(String host) {
    return host.length() > 2 && host.indexOf('%') < 0 && NetUtil.isValidIpV6Address(host.substring(1, host.length() - 1));
  }

  private static boolean name(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean escaped = c == '%' && i + 2 < host.length() && Text.hex(host.charAt(i + 1)) && Text.hex(host.charAt(i + 2));
      if (!escaped && !Text.alphanumeric(c) && IN_NAMES.indexOf(c) < 0) {
        return false;
      }
    }
    return !host.isEmpty();
  }

  /** -1: empty, which is allowed; -2: not valid. */
  private static int port(String text, int colon) {
    if (text.charAt(colon) != ':' || text.length() - colon > 6) {
      return -2;
    }
    int port = 0;
    for (int i = colon + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -2;
      }
      port = port * 10 + c - '0';
    }
    return colon + 1 == text.length() ? -1 : port > 65535 ? -2 : port;
  }
}
