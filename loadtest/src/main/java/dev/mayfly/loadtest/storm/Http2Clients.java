package dev.mayfly.loadtest.storm;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** HTTP/2 in clear text: many clients share a few connections, as behind a proxy. */
final class Http2Clients implements AutoCloseable {
  private static final int CONNECTIONS = 10;
  private static final int STREAMS = 100;
  private static final long PATIENCE_SECONDS = 60;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClientAgent agent;
  private final int port;

  Http2Clients(int port) {
    this.port = port;
    agent = vertx.createHttpClient(
        new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false).setHttp2MultiplexingLimit(STREAMS),
        new PoolOptions().setHttp2MaxSize(CONNECTIONS));
  }

  Client client() {
    return new Client() {
      @Override
      public void ready() {
        // connections are the agent's
      }

      @Override
      public Reply ask(String path) throws IOException {
        return Http2Clients.this.ask(path);
      }

      @Override
      public void close() {
        // as above
      }
    };
  }

  private Reply ask(String path) throws IOException {
    try {
      return agent.request(HttpMethod.GET, port, "127.0.0.1", path).compose(request -> request.send())
          .compose(answer -> answer.body().map(body -> new Reply(answer.statusCode(), "cold".equals(answer.getHeader("X-Mayfly-Start")), body.toString())))
          .toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer in " + PATIENCE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    agent.close().await();
    vertx.close().await();
  }
}
