package dev.mayfly.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which servers a function may call: those that {@code outbound:} has, by scheme, host and port ({@code *.example.com}: all below it); and of those only
 * the ones whose address is not this host's own, a neighbour's on the link, or a cloud's metadata service, unless the list has that very address (or
 * {@code localhost}). Otherwise whoever owns a name could point it there. Pure, immutable.
 */
final class OutboundPolicy {
  /** Metadata services outside the link-local range. */
  private static final Set<String> METADATA = Set.of("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2:0:0:0:0:0:254", "fd20:ce:0:0:0:0:0:254",
      "fd00:c1:0:0:0:0:a9fe:a9fe", "fd00:42:0:0:0:0:0:42");

  private record Allowed(String scheme, String host, boolean below, int port) {
    boolean covers(Origin origin) {
      return scheme.equals(origin.scheme()) && port == origin.port() && (below ? origin.host().endsWith("." + host) : origin.host().equals(host));
    }
  }

  private final List<Allowed> allowed;

  /** @param origins as the configuration has checked them: {@code scheme://host[:port]}, the host perhaps beginning with {@code *.} */
  OutboundPolicy(List<String> origins) {
    allowed = origins.stream().map(OutboundPolicy::parse).toList();
  }

  private static Allowed parse(String text) {
    int colon = text.indexOf("://");
    String authority = text.substring(colon + 3).replaceFirst("/$", "");
    boolean below = authority.startsWith("*.");
    Origin origin = Origin.of(text.substring(0, colon).toLowerCase(Locale.ROOT), below ? authority.substring(2) : authority);
    if (origin == null) {
      throw new IllegalArgumentException("outbound: \"" + text + "\" is not an origin");
    }
    return new Allowed(origin.scheme(), origin.host(), below, origin.port());
  }

  boolean allows(Origin origin) {
    return allowed.stream().anyMatch(a -> a.covers(origin));
  }

  /** Whether an allowed origin may be reached at this address, which is what its host was resolved to. */
  boolean allows(Origin origin, InetAddress address) {
    return !guarded(address) || allowed.stream().anyMatch(a -> a.covers(origin) && !a.below() && names(a.host(), address));
  }

  /** Whether a host of the list is this address, and not a name that happens to lead to it. */
  private static boolean names(String host, InetAddress address) {
    if (host.equals("localhost") || host.endsWith(".localhost")) {
      return address.isLoopbackAddress();
    }
    return literal(host) && InetAddress.ofLiteral(host).equals(address);
  }

  static boolean literal(String host) {
    return host.contains(":") || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  }

  static boolean guarded(InetAddress address) {
    byte[] a = address.getAddress();
    if (address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isAnyLocalAddress() || address.isMulticastAddress()
        || METADATA.contains(address.getHostAddress().replaceFirst("%.*", ""))) {
      return true;
    }
    return a.length == 4 ? a[0] == 0 || (a[0] & 0xf0) == 0xf0 : embedded(a);
  }

  /** IPv6 addresses that lead to an IPv4 address: compatible, translated (RFC 6052), 6to4, Teredo. */
  private static boolean embedded(byte[] a) {
    int first = (a[0] & 0xff) << 8 | a[1] & 0xff;
    int second = (a[2] & 0xff) << 8 | a[3] & 0xff;
    boolean zeros = true;
    for (int i = 4; i < 12; i++) {
      zeros &= a[i] == 0;
    }
    if (zeros && (first == 0 && second == 0 || first == 0x64 && second == 0xff9b)) {
      return v4(a, 12, 0);
    }
    return first == 0x2002 && v4(a, 2, 0) || first == 0x2001 && second == 0 && v4(a, 12, 0xff);
  }

  private static boolean v4(byte[] a, int at, int mask) {
    byte[] inner = new byte[4];
    for (int i = 0; i < 4; i++) {
      inner[i] = (byte) (a[at + i] ^ mask);
    }
    try {
      return guarded(InetAddress.getByAddress(inner));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // four bytes are an address
    }
  }
}
