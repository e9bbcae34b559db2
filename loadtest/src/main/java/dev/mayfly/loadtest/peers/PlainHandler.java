package dev.mayfly.loadtest.peers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;

/** A Vert.x server that answers every request with the same text on its event loop: what the gateway would be if there were no functions. Argument: the port. */
public final class PlainHandler {
  static final String TEXT = "Hello, world!\n";

  private PlainHandler() {}

  public static void main(String[] arguments) throws Exception {
    start(Integer.parseInt(arguments[0]));
  }

  /** Closing what is returned stops it. */
  static Vertx start(int port) throws Exception {
    Buffer text = Buffer.buffer(TEXT);
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
        .requestHandler(request -> request.response().putHeader("content-type", "text/plain; charset=utf-8").end(text)).listen().await();
    return vertx;
  }
}
