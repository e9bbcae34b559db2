package dev.mayfly.http;

import java.util.List;

/**
 * A request's first line and host after the rules of RFC 9110 and 9112 that the server library leaves to its user. Immutable; {@link #of} is pure.
 *
 * @param host lower case, without port; empty: an HTTP/1.0 request without one
 * @param port as the client wrote it; -1: not written
 * @param path as on the wire, beginning with {@code /}; {@code *} for a request about the server itself
 * @param query as on the wire, without its question mark; empty also if there is none
 */
record RequestHead(String method, String host, int port, String path, String query) {
  static final String SERVER = "*";
  /** What a URI may hold nowhere. */
  private static final String NOWHERE = "\"<>#";
  /** What a path may not hold either; in a query browsers send it as it is. */
  private static final String NOT_IN_PATHS = "\\^`{}";

  /**
   * @param authority the host's; null for an HTTP/1.0 request without one
   * @throws Refused with the status to answer
   */
  static RequestHead of(String method, String target, Authority authority) {
    if (method.equals("CONNECT")) {
      throw new Refused(501, "CONNECT: this is no proxy.");
    }
    if (target.equals(SERVER)) {
      if (!method.equals("OPTIONS")) {
        throw new Refused(400, "The request target * goes with OPTIONS only.");
      }
      return make(method, authority, SERVER, "");
    }
    if (target.startsWith("/")) {
      return split(method, authority, target);
    }
    int scheme = target.regionMatches(true, 0, "http://", 0, 7) ? 7 : target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
    if (scheme < 0) {
      throw new Refused(400, "The request target is neither a path nor a URI of http or https.");
    }
    return absolute(method, target, scheme);
  }

  /** A whole URI; its host counts, whatever the field Host says. */
  private static RequestHead absolute(String method, String target, int from) {
    int end = from;
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    Authority authority = Authority.parse(target.substring(from, end));
    if (authority == null) {
      throw new Refused(400, "The host in the request target is not valid.");
    }
    String rest = target.substring(end);
    if (rest.isEmpty() && method.equals("OPTIONS")) {
      return make(method, authority, SERVER, "");
    }
    return split(method, authority, rest.startsWith("/") ? rest : "/" + rest);
  }

  private static RequestHead split(String method, Authority authority, String target) {
    int question = target.indexOf('?');
    int pathEnd = question < 0 ? target.length() : question;
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f || NOWHERE.indexOf(c) >= 0 || i < pathEnd && NOT_IN_PATHS.indexOf(c) >= 0) {
        throw new Refused(400, "The request target holds a character that must be percent-encoded.");
      }
    }
    return make(method, authority, target.substring(0, pathEnd), question < 0 ? "" : target.substring(question + 1));
  }

  private static RequestHead make(String method, Authority authority, String path, String query) {
    return new RequestHead(method, authority == null ? "" : authority.host(), authority == null ? -1 : authority.port(), path, query);
  }

  /** The authority of an HTTP/1 request: exactly one valid Host, which only HTTP/1.0 may leave out. */
  static Authority authority(List<String> hosts, boolean http10) {
    if (hosts.isEmpty() && http10) {
      return null;
    }
    Authority authority = hosts.size() == 1 ? Authority.parse(hosts.getFirst()) : null;
    if (authority == null) {
      String what = hosts.isEmpty() ? "There is no field Host." : hosts.size() > 1 ? "There is more than one field Host." : "The field Host is not valid.";
      throw new Refused(400, what);
    }
    return authority;
  }

  /** Transfer codings: only chunked, which the server library has checked to be the last, and to stand alone with its length. */
  static void checkTransferCodings(List<String> codings) {
    if (!codings.isEmpty() && !(codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"))) {
      throw new Refused(501, "The only transfer coding understood is chunked.");
    }
  }
}
