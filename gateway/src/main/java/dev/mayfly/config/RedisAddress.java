package dev.mayfly.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where Redis is: {@code redis://[user:password@]host[:6379][/database]} for one server, {@code redis-sentinel://host[:26379],host…[/database]#master} for
 * those that Sentinels watch, {@code redis-cluster://host[:6379],host…} for a cluster, of which some nodes are enough. {@code valkey} means the same as
 * {@code redis}; {@code rediss} and {@code valkeys} are by TLS. User and password stand once and count for all.
 *
 * @param endpoints one URL for each server that is named
 * @param master the name that the Sentinels watch; empty but with SENTINEL
 */
public record RedisAddress(Kind kind, List<String> endpoints, String master) {
  /** How many servers are behind it, and who knows which is the right one. */
  public enum Kind { STANDALONE, SENTINEL, CLUSTER }

  private static final String[] KINDS = {"", "-sentinel", "-cluster"};
  private static final int PORT = 6379;
  private static final int SENTINEL_PORT = 26_379;

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it is none; the message has what would be right, and not the password
   */
  public static RedisAddress of(String text) {
    int colon = text.indexOf("://");
    String scheme = colon < 0 ? "" : text.substring(0, colon);
    Kind kind = kind(scheme);
    String rest = text.substring(colon + 3);
    int hash = rest.indexOf('#');
    String master = hash < 0 ? "" : rest.substring(hash + 1);
    if (master.isEmpty() == (kind == Kind.SENTINEL)) {
      throw wrong(kind == Kind.SENTINEL ? "does not name the master that the Sentinels watch" : "names a master, which only Sentinels have");
    }
    rest = hash < 0 ? rest : rest.substring(0, hash);
    int slash = rest.indexOf('/');
    String path = slash < 0 ? "" : rest.substring(slash);
    if (!path.matches("(/[0-9]{0,5})?") || (kind == Kind.CLUSTER && path.length() > 1)) {
      throw wrong(kind == Kind.CLUSTER ? "names a database, which a cluster does not have" : "has a path that is not the number of a database");
    }
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String user = authority.substring(0, authority.lastIndexOf('@') + 1);
    List<String> hosts = Arrays.asList(authority.substring(user.length()).split(",", -1));
    if (kind == Kind.STANDALONE && hosts.size() > 1) {
      throw wrong("names several servers; write redis-sentinel:// or redis-cluster:// before them");
    }
    return new RedisAddress(kind, endpoints(scheme.split("-")[0], user, hosts, kind == Kind.SENTINEL ? SENTINEL_PORT : PORT, path), master);
  }

  private static Kind kind(String scheme) {
    for (Kind kind : Kind.values()) {
      if (scheme.matches("(redis|valkey)s?" + KINDS[kind.ordinal()])) {
        return kind;
      }
    }
    throw wrong("is not a Redis server");
  }

  private static List<String> endpoints(String scheme, String user, List<String> hosts, int port, String path) {
    List<String> endpoints = new ArrayList<>();
    for (String host : hosts) {
      String url = scheme + "://" + user + host;
      try {
        URI uri = new URI(url);
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535 || !uri.getRawPath().isEmpty() || uri.getRawQuery() != null) {
          throw wrong("is not a Redis server");
        }
        endpoints.add((uri.getPort() < 0 ? url + ":" + port : url) + (path.length() > 1 ? path : ""));
      } catch (URISyntaxException e) {
        throw wrong("is not a Redis server");
      }
    }
    return List.copyOf(endpoints);
  }

  private static IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(what
        + "; write it like redis://localhost:6379, redis-sentinel://one:26379,two:26379#master or redis-cluster://one:6379,two:6379");
  }

  /** Without user and password. */
  @Override
  public String toString() {
    return kind + " " + endpoints.stream().map(url -> url.replaceFirst("//.*@", "//")).toList() + (master.isEmpty() ? "" : " " + master);
  }
}
