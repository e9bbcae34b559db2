package dev.mayfly.outbound;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections to servers, which all functions share. Thread-safe. */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  /** Connections to one server; more calls wait for one. */
  private static final int TO_ONE = 4096;
  /** Bytes of an answer's head: it must fit into one record. */
  private static final int HEADERS = 128 * 1024;
  /** Seconds that an idle connection is kept: less than servers commonly do, or calls would meet connections just closed. */
  private static final int KEEP = 4;

  private final HttpClient client;
  /** Those that have carried no request yet. */
  private final Set<HttpConnection> fresh = ConcurrentHashMap.newKeySet();

  Connections(Vertx vertx) {
    HttpClientOptions options = new HttpClientOptions().setMaxHeaderSize(HEADERS).setMaxInitialLineLength(HEADERS).setKeepAliveTimeout(KEEP)
        .setDecompressionSupported(false);
    client = vertx.httpClientBuilder().with(options).with(new PoolOptions().setHttp1MaxSize(TO_ONE)).withConnectHandler(this::made).build();
  }

  private void made(HttpConnection connection) {
    fresh.add(connection);
    connection.closeHandler(x -> fresh.remove(connection));
    // What a server does wrong its call is told; between calls it is nobody's concern, and no error of the gateway's.
    connection.exceptionHandler(failure -> LOG.debug("a connection to a server failed: {}", failure.toString()));
  }

  Future<HttpClientRequest> request(RequestOptions options) {
    return client.request(options);
  }

  /** Whether a connection has carried a request before this one, of which it is told here. */
  boolean usedBefore(HttpConnection connection) {
    return !fresh.remove(connection);
  }
}
