package dev.mayfly.http;

import dev.mayfly.vm.HandOver;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a component learns of its request: as it came, without what concerns this connection only, and what only the gateway may say. Pure. */
final class ComponentHandOver {
  /** What {@code wasmtime serve} takes out; the host is the authority. */
  private static final Set<String> LEFT_OUT = Set.of("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
      "transfer-encoding", "upgrade", "host", "http2-settings");

  private ComponentHandOver() {}

  /** @param name in lower case */
  static boolean leavesOut(String name) {
    return LEFT_OUT.contains(name) || name.startsWith(":");
  }

  /**
   * @param authority as the client wrote it
   * @param headers an octet in each character
   * @param joinCookies HTTP/2 splits Cookie, and its parts belong together again (RFC 9113, section 8.2.3)
   * @param more names and values of fields in turn, which come first
   */
  static HandOver of(RequestHead head, boolean secure, String authority, MultiMap headers, boolean joinCookies, List<String> more) {
    List<String> fields = new ArrayList<>(more.size() + 2 * headers.size());
    fields.addAll(more);
    List<String> cookies = new ArrayList<>();
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (joinCookies && name.equals("cookie")) {
        cookies.add(header.getValue());
      } else if (!leavesOut(name) && !SpinHeaders.isOurs(name)) {
        fields.add(header.getKey());
        fields.add(header.getValue());
      }
    }
    if (!cookies.isEmpty()) {
      fields.add("cookie");
      fields.add(String.join("; ", cookies));
    }
    return HandOver.http(List.of(head.method(), scheme(secure), authority, target(head)), fields);
  }

  static String scheme(boolean secure) {
    return secure ? "https" : "http";
  }

  static String target(RequestHead head) {
    return head.query().isEmpty() ? head.path() : head.path() + "?" + head.query();
  }
}
