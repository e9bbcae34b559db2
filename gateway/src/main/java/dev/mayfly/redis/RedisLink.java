package dev.mayfly.redis;

import dev.mayfly.config.RedisAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The gateway's way to Redis. Opening it connects to nobody; each command takes a connection from the pool and makes one where there is none, so a server that
 * comes back is used again with the next command. Thread-safe; nothing here blocks.
 *
 * <p>What always holds: every command ends within {@link RedisSettings#answer}. It fails with {@link Unavailable} if it has no answer, and it is then unknown
 * whether it was carried out; with the client's {@code ErrorType}, whose message is the server's, if the server refused it.
 */
public final class RedisLink implements AutoCloseable {
  /** There was no answer: no connection, too many commands waiting for one, or it took too long. One line. */
  public static final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unavailable(String message, Throwable cause) {
      super(message, cause, false, false);
    }
  }

  private final Redis client;
  private final RedisAddress address;
  private final RedisSettings settings;

  public RedisLink(Vertx vertx, RedisAddress address, RedisSettings settings) {
    this.address = address;
    this.settings = settings;
    client = Redis.createClient(vertx, settings.options(address));
  }

  public RedisAddress address() {
    return address;
  }

  /** Sends one command; the result is null for a null. */
  public Future<Response> send(Request command) {
    return bounded(() -> client.send(command));
  }

  /** Sends commands together and wants all of them answered; in a cluster their keys have to be of one slot. */
  public Future<List<Response>> batch(List<Request> commands) {
    return bounded(() -> client.batch(commands));
  }

  private <T> Future<T> bounded(Supplier<Future<T>> command) {
    Future<T> answer;
    try {
      answer = command.get();
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    return answer.timeout(settings.answer().toMillis(), TimeUnit.MILLISECONDS).recover(error -> Future.failedFuture(explained(error)));
  }

  private Throwable explained(Throwable error) {
    if (RedisErrors.fromServer(error)) {
      return error;
    }
    String why = error instanceof java.util.concurrent.TimeoutException ? "no answer within " + settings.answer().toMillis() + " ms" : RedisErrors.line(error);
    return new Unavailable("Redis is not reachable: " + why, error);
  }

  /** Closes the connections; what is under way fails. */
  @Override
  public void close() {
    client.close();
  }
}
