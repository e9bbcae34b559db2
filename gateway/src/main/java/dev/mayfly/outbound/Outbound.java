package dev.mayfly.outbound;

import dev.mayfly.pool.Outgoing;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway's way out: one client whose connections all functions share, and for each function what it may call. Thread-safe; closed with its Vert.x. */
public final class Outbound {
  private static final Logger LOG = LoggerFactory.getLogger(Outbound.class);
  /** Connections to one server; more calls wait for one. */
  private static final int CONNECTIONS = 4096;
  /** Bytes of an answer's head: it must fit into one record. */
  private static final int HEADERS = 128 * 1024;
  /** Seconds that an idle connection is kept: less than servers commonly do, or calls would meet connections just closed. */
  private static final int KEEP = 4;

  private final HttpClient client;

  public Outbound(Vertx vertx) {
    HttpClientOptions options = new HttpClientOptions().setMaxHeaderSize(HEADERS).setMaxInitialLineLength(HEADERS).setKeepAliveTimeout(KEEP)
        .setDecompressionSupported(false);
    // What a server does wrong its call is told; between calls it is nobody's concern, and no error of the gateway's.
    client = vertx.httpClientBuilder().with(options).with(new PoolOptions().setHttp1MaxSize(CONNECTIONS))
        .withConnectHandler(connection -> connection.exceptionHandler(failure -> LOG.debug("a connection to a server failed: {}", failure.toString()))).build();
  }

  /**
   * What a function may call.
   *
   * @param origins as the configuration has checked them
   */
  public Outgoing to(List<String> origins) {
    if (origins.isEmpty()) {
      return Outgoing.NONE;
    }
    OutboundPolicy policy = new OutboundPolicy(origins);
    return guest -> new OutboundCalls(client, policy, guest);
  }
}
