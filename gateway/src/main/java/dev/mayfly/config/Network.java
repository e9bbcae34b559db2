package dev.mayfly.config;

import dev.mayfly.config.Configuration.Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses, networks and origins, by their text alone: nothing here asks a name server. */
final class Network {
  private static final Pattern ADDRESS = Pattern.compile("(?:(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):)?([0-9]{1,5})");
  private static final Pattern HOST = Pattern.compile("(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_][a-z0-9_-]{0,62})*|\\[[0-9a-f:.]+]");

  private Network() {}

  /** {@code 8080} on {@code host}, or {@code 127.0.0.1:8080}, or {@code [::1]:8080}. */
  static Scalar<Address> address(String host) {
    return text -> {
      Matcher m = ADDRESS.matcher(text);
      if (!m.matches() || Integer.parseInt(m.group(2)) > 65_535 || m.group(1) != null && !isHost(m.group(1))) {
        throw new InvalidValue("\"" + text + "\" is not an address; write a port from 0 to 65535 (0: any free one) or host:port, like 127.0.0.1:8080");
      }
      String named = m.group(1) == null ? host : m.group(1);
      return new Address(named.replaceAll("[\\[\\]]", ""), Integer.parseInt(m.group(2)));
    };
  }

  private static boolean isHost(String text) {
    return text.startsWith("[") ? isLiteral(text.substring(1, text.length() - 1)) : HOST.matcher(text.toLowerCase(Locale.ROOT)).matches();
  }

  /** A host as requests name it, in lower case. */
  static Scalar<String> host() {
    return text -> {
      String host = text.toLowerCase(Locale.ROOT);
      if (host.matches(".*[^:\\]]:[0-9]+") && !isLiteral(host)) {
        throw new InvalidValue("\"" + text + "\" has a port; a route's host is without it");
      }
      if (!isHost(host)) {
        throw new InvalidValue("\"" + text + "\" is not a host's name; write it like api.example.com");
      }
      return host;
    };
  }

  /** A network like {@code 10.0.0.0/8}, or an address. */
  static Scalar<String> network() {
    return text -> {
      String[] parts = text.split("/", 2);
      int bits = parts[0].contains(":") ? 128 : 32;
      boolean prefix = parts.length < 2 || parts[1].matches("[0-9]{1,3}") && Integer.parseInt(parts[1]) <= bits;
      if (!isLiteral(parts[0]) || !prefix) {
        throw new InvalidValue("\"" + text + "\" is not a network; write it like 10.0.0.0/8 or fd00::/8");
      }
      return text;
    };
  }

  /** {@code https://host[:port]} and nothing after it; {@code *.} before the host: all below it. */
  static Scalar<String> origin() {
    return text -> {
      URI uri = uri(text.replaceFirst("://\\*\\.", "://"), List.of("http", "https"), "an origin; write it like https://api.example.com");
      if (uri.getPort() == 0 || uri.getHost().contains("%")) {
        throw new InvalidValue("\"" + text + "\" is not an origin that can be called; ports are 1 to 65535, and addresses have no zone");
      }
      if (uri.getRawUserInfo() != null || !uri.getRawPath().matches("/?") || uri.getRawQuery() != null || uri.getRawFragment() != null) {
        throw new InvalidValue("\"" + text + "\" is more than an origin; write scheme, host and perhaps port, like https://api.example.com");
      }
      return text;
    };
  }

  static Scalar<String> redis() {
    return text -> {
      try {
        RedisAddress.of(text);
        return text;
      } catch (IllegalArgumentException e) {
        throw new InvalidValue("\"" + text.replaceFirst("//.*@", "//") + "\" " + e.getMessage());
      }
    };
  }

  private static URI uri(String text, List<String> schemes, String what) throws InvalidValue {
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null && schemes.contains(uri.getScheme()) && uri.getPort() <= 65_535) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new InvalidValue("\"" + text + "\" is not " + what);
  }

  private static boolean isLiteral(String text) {
    // InetAddress takes short forms like 10.1 too, which readers take for something else.
    if (!text.contains(":") && !text.matches("[0-9]+(\\.[0-9]+){3}")) {
      return false;
    }
    try {
      InetAddress.ofLiteral(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
