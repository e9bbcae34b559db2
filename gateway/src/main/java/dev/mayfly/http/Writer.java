package dev.mayfly.http;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/** Puts answers on the wire, with what every answer carries. For one event loop. */
final class Writer {
  private static final CharSequence SERVER = HttpHeaders.createOptimized("mayfly");

  private final ServerClock clock = new ServerClock(System::currentTimeMillis);

  /** Sends it, unless the client is gone. Completes when it is written, or cannot be. */
  Future<Void> send(HttpServerRequest request, Answer answer) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return Future.succeededFuture();
    }
    response.setStatusCode(answer.status());
    response.putHeader(HttpHeaders.DATE, clock.date()).putHeader(HttpHeaders.SERVER, SERVER);
    for (Answer.Field field : answer.fields()) {
      response.headers().add(field.name(), field.value());
    }
    if (answer.bodiless()) {
      return response.end();
    }
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(answer.body().length()));
    return isHead(request) ? response.end() : response.end(answer.body());
  }

  /** Sends it as the connection's last: what comes after it on this connection is not looked at. In HTTP/2 only the stream ends. */
  void sendLast(HttpServerRequest request, Answer answer) {
    if (request.version() == HttpVersion.HTTP_2) {
      send(request, answer).onComplete(x -> request.response().reset(0));
      return;
    }
    Channel channel = channel(request);
    if (channel != null) {
      Doorkeeper.closeSlowly(channel);
    }
    send(request, answer.with(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)).onComplete(x -> request.connection().close());
  }

  /** Whether the connection's last answer was sent already. */
  static boolean isOver(HttpServerRequest request) {
    Channel channel = channel(request);
    return channel != null && Doorkeeper.closesSlowly(channel);
  }

  private static boolean isHead(HttpServerRequest request) {
    return request.method().name().equals("HEAD");
  }

  private static Channel channel(HttpServerRequest request) {
    return request.connection() instanceof ConnectionBase connection ? connection.channel() : null;
  }
}
