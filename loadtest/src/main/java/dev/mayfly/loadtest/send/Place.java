package dev.mayfly.loadtest.send;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * A place to connect to. Its name is looked up once, before anything is measured.
 *
 * @param address unresolved: the name is not known
 * @param tls for https
 */
record Place(String host, int port, InetSocketAddress address, Optional<SslContext> tls) {
  static Place of(URI url) {
    boolean secure = "https".equals(url.getScheme());
    int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
    String host = url.getHost().replaceAll("^\\[|]$", "");
    return new Place(host, port, resolve(host, port), secure ? Optional.of(client()) : Optional.empty());
  }

  boolean known() {
    return !address.isUnresolved();
  }

  private static InetSocketAddress resolve(String host, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      return InetSocketAddress.createUnresolved(host, port);
    }
  }

  private static SslContext client() {
    try {
      return SslContextBuilder.forClient().sslProvider(SslProvider.JDK).build();
    } catch (SSLException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }
}
