package dev.mayfly.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A path cut where its route ends (RFC 3875, sections 4.1.5 and 4.1.13): {@code /a/b/c} under {@code /a/*} is the script {@code /a} and the info
 * {@code /b/c}. Under a route that does not end in {@code /*} there is no info. Dot segments are taken out first, as for matching. Pure.
 *
 * @param script decoded
 * @param info decoded
 * @param rawInfo as on the wire
 */
record MatchedPath(String script, String info, String rawInfo) {
  /** @param path one that the route has matched, so that its percent-encoding is right and no dot leads out */
  static MatchedPath of(String route, String path) {
    String plain = withoutDots(path);
    if (!route.endsWith("/*")) {
      return new MatchedPath(decoded(plain), "", "");
    }
    int cut = 0;
    for (int segments = (int) route.chars().filter(c -> c == '/').count() - 1; segments > 0 && cut >= 0; segments--) {
      cut = plain.indexOf('/', cut + 1);
    }
    int end = cut < 0 ? plain.length() : cut;
    return new MatchedPath(decoded(plain.substring(0, end)), decoded(plain.substring(end)), plain.substring(end));
  }

  /** A path as it is matched. */
  static String withoutDots(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    if (!lower.contains("/.") && !lower.contains("%2e")) {
      return path;
    }
    List<String> kept = new ArrayList<>();
    boolean open = false;
    for (String segment : path.substring(1).split("/", -1)) {
      String decoded = decoded(segment);
      open = decoded.equals(".") || decoded.equals("..");
      if (!open) {
        kept.add(segment);
      } else if (decoded.length() == 2 && !kept.isEmpty()) {
        kept.removeLast();
      }
    }
    return "/" + String.join("/", kept) + (open && !kept.isEmpty() ? "/" : "");
  }

  private static String decoded(String path) {
    return path.indexOf('%') < 0 ? path : URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
