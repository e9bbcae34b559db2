package dev.mayfly.http;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;

/** Networks whose word about the client's address is believed ({@code trust:}). Immutable. */
final class Networks {
  private record Network(byte[] address, int bits) {}

  private final List<Network> networks = new ArrayList<>();

  /**
   * @param texts {@code 10.0.0.0/8}, {@code fd00::/8}, or an address alone
   * @throws IllegalArgumentException naming the text that is none of these
   */
  Networks(List<String> texts) {
    texts.forEach(text -> networks.add(parse(text)));
  }

  private static Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = address(slash < 0 ? text : text.substring(0, slash));
    int bits = -1;
    if (address != null) {
      String length = slash < 0 ? "" + address.length * 8 : text.substring(slash + 1);
      bits = length.matches("[0-9]{1,3}") ? Integer.parseInt(length) : -1;
    }
    if (address == null || bits < 0 || bits > address.length * 8) {
      throw new IllegalArgumentException("'" + text + "' is not a network; write 10.0.0.0/8, fd00::/8, or an address");
    }
    return new Network(address, bits);
  }

  /**
   * The client's address: the peer's, unless the peer is trusted; then the right-most address in X-Forwarded-For that is not.
   *
   * @param forwarded the field's lines, in their order
   */
  String client(String peer, List<String> forwarded) {
    if (networks.isEmpty() || forwarded.isEmpty() || !contains(peer)) {
      return peer;
    }
    String[] hops = String.join(",", forwarded).split(",");
    String client = peer;
    for (int i = hops.length - 1; i >= 0; i--) {
      String hop = withoutPort(hops[i].strip());
      if (address(hop) == null) {
        return client;
      }
      client = hop;
      if (!contains(hop)) {
        return client;
      }
    }
    return client;
  }

  boolean contains(String text) {
    byte[] address = address(text);
    return address != null && networks.stream().anyMatch(n -> matches(n, address));
  }

  private static boolean matches(Network network, byte[] address) {
    if (network.address.length != address.length) {
      return false;
    }
    for (int bit = 0; bit < network.bits; bit += 8) {
      int mask = network.bits - bit >= 8 ? 0xff : 0xff << 8 - (network.bits - bit) & 0xff;
      if (((network.address[bit / 8] ^ address[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  private static String withoutPort(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? hop : hop.substring(1, end);
    }
    int colon = hop.indexOf(':');
    return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }

  /** The octets of an address, an IPv4 address within IPv6 as IPv4; null: none. Asks no name server. */
  private static byte[] address(String text) {
    byte[] octets = NetUtil.createByteArrayFromIpAddressString(text);
    if (octets == null || octets.length == 4) {
      return octets;
    }
    for (int i = 0; i < 12; i++) {
      if (octets[i] != (i < 10 ? 0 : (byte) 0xff)) {
        return octets;
      }
    }
    return java.util.Arrays.copyOfRange(octets, 12, 16);
  }
}
