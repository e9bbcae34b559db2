package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's part on one event loop. */
final class GatewayServer extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
  /** A connection's longest silence, beyond what a function may take. */
  private static final Duration SILENCE = Duration.ofSeconds(75);
  private static final int BACKLOG = 4096;

  private final Configuration configuration;
  private final RequestHandler.Shared shared;
  private final int port;
  private HttpServer server;

  GatewayServer(Configuration configuration, RequestHandler.Shared shared, int port) {
    this.configuration = configuration;
    this.shared = shared;
    this.port = port;
  }

  @Override
  public Future<?> start() {
    RequestHandler handler = new RequestHandler(shared, context);
    server = vertx.createHttpServer(options())
        .connectionHandler(GatewayServer::strictly)
        .invalidRequestHandler(handler::invalid)
        .exceptionHandler(failure -> LOG.debug("a connection failed: {}", failure.toString()))
        .requestHandler(handler);
    return server.listen(port, configuration.listen().host());
  }

  /** Over TLS a connection's decoder is there before its first byte; in clear text the doorkeeper has seen to it. */
  private static void strictly(HttpConnection connection) {
    if (connection.isSsl() && connection instanceof ConnectionBase base) {
      StrictRequestDecoder.replaceIn(base.channel().pipeline());
    }
  }

  private HttpServerOptions options() {
    HttpServerOptions options = new HttpServerOptions()
        .setMaxInitialLineLength(HttpLimits.REQUEST_LINE)
        .setMaxHeaderSize(HttpLimits.HEADERS)
        .setHandle100ContinueAutomatically(false)
        .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(HttpLimits.STREAMS).setMaxHeaderListSize(HttpLimits.HEADERS))
        .setTcpNoDelay(true)
        .setPerMessageWebSocketCompressionSupported(false).setPerFrameWebSocketCompressionSupported(false)
        .setAcceptBacklog(BACKLOG)
        .setIdleTimeout(Math.toIntExact(Math.min(Integer.MAX_VALUE, silence().toMillis()))).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    configuration.tls().ifPresent(tls -> options.setSsl(true).setUseAlpn(true)
        .setKeyCertOptions(new PemKeyCertOptions().setCertPath(tls.cert().toString()).setKeyPath(tls.key().toString())));
    return options;
  }

  /** While a function works its connection is silent; that must not count. */
  private Duration silence() {
    return configuration.functions().values().stream()
        .flatMap(function -> Stream.of(function.timeout().plus(function.queue().timeout()), function.idle())).max(Duration::compareTo).orElse(Duration.ZERO).plus(SILENCE);
  }

  int actualPort() {
    return server.actualPort();
  }

  Future<Void> shutdown(Duration grace) {
    return server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS);
  }
}
