package dev.mayfly.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Base64;
import java.util.List;

/** When a request's wish to go on in HTTP/2 can be followed (RFC 7540, section 3.2). Pure. */
final class UpgradeToH2c {
  private static final String SETTINGS = "HTTP2-Settings";
  /** Bytes of a setting: identifier and value. */
  private static final int SETTING = 6;

  private UpgradeToH2c() {}

  /** Takes the wish out of a request that is malformed in any way; it is then answered, or refused, as HTTP/1.1. */
  static void dropUnlessFollowable(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (headers.contains(HttpHeaderNames.UPGRADE) && !followable(request)) {
      headers.remove(HttpHeaderNames.UPGRADE);
    }
  }

  private static boolean followable(HttpRequest request) {
    HttpHeaders headers = request.headers();
    List<String> settings = headers.getAll(SETTINGS);
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    return headers.getAll(HttpHeaderNames.UPGRADE).equals(List.of("h2c"))
        && request.protocolVersion() == HttpVersion.HTTP_1_1
        && request.uri().startsWith("/")
        && settings.size() == 1 && wellFormed(settings.getFirst())
        && hosts.size() == 1 && Authority.parse(hosts.getFirst()) != null
        && namesBoth(headers.getAll(HttpHeaderNames.CONNECTION));
  }

  private static boolean wellFormed(String settings) {
    try {
      return Base64.getUrlDecoder().decode(settings).length % SETTING == 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean namesBoth(List<String> connection) {
    if (connection.size() != 1) {
      return false;
    }
    boolean upgrade = false;
    boolean settings = false;
    for (String option : connection.getFirst().split(",")) {
      upgrade |= option.strip().equalsIgnoreCase("upgrade");
      settings |= option.strip().equalsIgnoreCase(SETTINGS);
    }
    return upgrade && settings;
  }
}
