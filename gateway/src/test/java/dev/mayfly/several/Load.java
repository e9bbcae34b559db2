package dev.mayfly.several;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * Requests to one gateway, over connections that stay open, until it is closed; nothing is sent twice. What is neither 200 nor 429 is a failure, and so is what
 * has no answer. Any thread.
 */
final class Load implements AutoCloseable {
  private static final int CONNECTIONS = 200;
  private static final long PATIENCE_SECONDS = 30;
  private final Vertx vertx;
  private final HttpClient client;
  private final RequestOptions request;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong limited = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  private Load(Vertx vertx, int port, String path) {
    this.vertx = vertx;
    client = vertx.createHttpClient(new HttpClientOptions().setKeepAliveTimeout(0), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    request = new RequestOptions().setMethod(HttpMethod.GET).setHost("127.0.0.1").setPort(port).setURI(path).setTimeout(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
  }

  /** So many a second, whatever becomes of those before. */
  static Load paced(Vertx vertx, int port, String path, int perSecond) {
    Load load = new Load(vertx, port, path);
    vertx.setPeriodic(0, 1000 / perSecond, timer -> {
      if (load.over) {
        vertx.cancelTimer(timer);
      } else {
        load.send(() -> {});
      }
    });
    return load;
  }

  /** So many at one time, each the next as soon as it is answered. */
  static Load users(Vertx vertx, int port, String path, int users, String... header) {
    Load load = new Load(vertx, port, path);
    for (int i = 0; i < header.length; i += 2) {
      load.request.putHeader(header[i], header[i + 1]);
    }
    for (int i = 0; i < users; i++) {
      load.user();
    }
    return load;
  }

  private void user() {
    if (!over) {
      send(this::user);
    }
  }

  private void send(Runnable next) {
    sent.incrementAndGet();
    client.request(request).compose(r -> r.send()).compose(answer -> answer.body().map(body -> answer)).onComplete(done -> {
      if (done.succeeded()) {
        count(done.result());
      } else {
        failures.add(String.valueOf(done.cause()));
      }
      ended.incrementAndGet();
      next.run();
    });
  }

  private void count(HttpClientResponse answer) {
    switch (answer.statusCode()) {
      case 200 -> answered.incrementAndGet();
      case 429 -> limited.incrementAndGet();
      default -> failures.add("status " + answer.statusCode());
    }
  }

  /** Answers with 200 so far. */
  long answered() {
    return answered.get();
  }

  /** Answers with 429 so far. */
  long limited() {
    return limited.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Sends nothing more, and returns when all that was sent has come to its end. */
  @Override
  public void close() {
    over = true;
    Awaitility.await().atMost(Duration.ofSeconds(2 * PATIENCE_SECONDS)).until(() -> ended.get() == sent.get());
    client.close();
  }
}
