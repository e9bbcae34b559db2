package dev.mayfly.http;

import dev.mayfly.pool.HttpHead;
import dev.mayfly.vm.Isolation;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.function.BooleanSupplier;

/** Puts answers on the wire, with what every answer carries. For one event loop. */
final class Writer {
  private static final CharSequence SERVER = HttpHeaders.createOptimized("mayfly");
  /** HTTP/2's error code. */
  private static final long NO_ERROR = 0;

  private final ServerClock clock = new ServerClock(System::currentTimeMillis);
  private final BooleanSupplier leaving;

  /** @param leaving whether each answer is to be its connection's last, so that clients who keep theirs go elsewhere */
  Writer(BooleanSupplier leaving) {
    this.leaving = leaving;
  }

  /** Sends it, unless the client is gone. */
  void send(HttpServerRequest request, Answer answer) {
    if (!leaving.getAsBoolean()) {
      write(request, answer);
    } else if (request.version() == HttpVersion.HTTP_2) {
      write(request, answer);
      request.connection().goAway(NO_ERROR, Integer.MAX_VALUE);
    } else {
      sendLast(request, answer);
    }
  }

  /** Completes when it is written, or cannot be. */
  private Future<Void> write(HttpServerRequest request, Answer answer) {
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
    boolean head = isHead(request);
    // A program that knows of HEAD may have written nothing: how long the answer to a GET were, nobody has said.
    if (!head || answer.body().length() > 0) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(answer.body().length()));
    }
    return head ? response.end() : response.end(answer.body());
  }

  /** Sends it as the connection's last: what comes after it on this connection is not looked at. In HTTP/2 only the stream ends. */
  void sendLast(HttpServerRequest request, Answer answer) {
    if (request.version() == HttpVersion.HTTP_2) {
      write(request, answer).onComplete(x -> request.response().reset(NO_ERROR));
      return;
    }
    Channel channel = channel(request);
    if (channel != null) {
      Doorkeeper.closeSlowly(channel);
    }
    write(request, answer.with(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)).onComplete(x -> request.connection().close());
  }

  /**
   * Readies the head of an answer whose body is to come in pieces.
   *
   * @param length of the body; -1: not known
   */
  void head(HttpServerRequest request, ComponentHead head, long length, Isolation isolation, HttpHead about) {
    HttpServerResponse response = request.response();
    response.setStatusCode(head.status());
    if (!head.has("date")) {
      response.putHeader(HttpHeaders.DATE, clock.date());
    }
    if (!head.has("server")) {
      response.putHeader(HttpHeaders.SERVER, SERVER);
    }
    head.fields().forEach(field -> response.headers().add(field.name(), field.value()));
    response.headers().add(FunctionAnswer.START, FunctionAnswer.start(about.cold())).add(FunctionAnswer.ISOLATION, isolation.label())
        .add(FunctionAnswer.SERVER_TIMING, ServerTiming.of(about.timings()));
    if (leaving.getAsBoolean()) {
      leave(request);
    }
    if (length >= 0 && head.status() != 204) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
    } else if (request.version() == HttpVersion.HTTP_1_0) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    } else if (request.version() == HttpVersion.HTTP_1_1 && !head.bodiless()) {
      response.setChunked(true);
    }
  }

  private static void leave(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.connection().goAway(NO_ERROR, Integer.MAX_VALUE);
    } else {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  /** Ends such an answer. @param last the connection is of no more use after it */
  void end(HttpServerRequest request, Buffer rest, boolean last) {
    HttpServerResponse response = request.response();
    boolean closes = response.headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true);
    Channel channel = channel(request);
    if (last && request.version() != HttpVersion.HTTP_2 && channel != null) {
      Doorkeeper.closeSlowly(channel);
      if (!response.headWritten()) {
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      }
    }
    Future<Void> sent = rest.length() == 0 ? response.end() : response.end(rest);
    if (request.version() == HttpVersion.HTTP_2) {
      sent.onComplete(x -> {
        if (last) {
          response.reset(NO_ERROR);
        }
      });
    } else if (last || closes) {
      sent.onComplete(x -> request.connection().close());
    }
  }

  /** Closes the connection of an answer that is not whole; where only the close would tell its end, with a reset. Not for HTTP/2. */
  void cut(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_1_0 && channel(request) instanceof SocketChannel socket) {
      socket.config().setSoLinger(0);
    }
    request.connection().close();
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
