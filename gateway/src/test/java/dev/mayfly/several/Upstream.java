package dev.mayfly.several;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.TimeUnit;

/** A server that functions call; it takes a while to answer, and knows how many it is answering. */
final class Upstream implements AutoCloseable {
  private static final int ANSWER_MILLIS = 500;
  private final HttpServer server;
  private long now;
  private long most;
  private long calls;
  private long seen;

  Upstream(Vertx vertx) throws Exception {
    server = vertx.createHttpServer().requestHandler(request -> {
      begin();
      vertx.setTimer(ANSWER_MILLIS, timer -> {
        end();
        request.response().end("up");
      });
    });
    server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  int port() {
    return server.actualPort();
  }

  private synchronized void begin() {
    now++;
    most = Math.max(most, now);
    seen += now;
    calls++;
  }

  private synchronized void end() {
    now--;
  }

  /** From here on {@link #most} and {@link #usual} count. */
  synchronized void forget() {
    most = now;
    seen = 0;
    calls = 0;
  }

  synchronized long calls() {
    return calls;
  }

  /** How many were answered at one time, at most. */
  synchronized long most() {
    return most;
  }

  /** How many are being answered when a call begins, itself included, on average. */
  synchronized double usual() {
    return seen / (double) calls;
  }

  @Override
  public void close() {
    server.close();
  }
}
