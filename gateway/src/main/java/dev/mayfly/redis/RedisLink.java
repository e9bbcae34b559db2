package dev.mayfly.redis;

import dev.mayfly.config.RedisAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * The gateway's way to Redis. Opening it connects to nobody; each command takes a connection from the pool and makes one where there is none, so a server that
 * comes back is used again with the next command. Thread-safe; nothing here blocks.
 *
 * <p>Of several servers that are named, the one that is asked first who the others are is another after every failure: one that hangs does not stand in the way. A
 * server that has become a replica, behind an address that leads to another master now, is left: connections to it would stay for ever.
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

  private final Vertx vertx;
  private final RedisAddress address;
  private final RedisSettings settings;
  /** Of the servers named, which is asked first. */
  private final AtomicInteger first = new AtomicInteger();
  private final AtomicReference<Redis> client;

  public RedisLink(Vertx vertx, RedisAddress address, RedisSettings settings) {
    this.vertx = vertx;
    this.address = address;
    this.settings = settings;
    client = new AtomicReference<>(settings.client(vertx, address, this::inOrder));
  }

  private List<String> inOrder(List<String> servers) {
    List<String> rotated = new ArrayList<>(servers);
    Collections.rotate(rotated, -Math.floorMod(first.get(), servers.size()));
    return rotated;
  }

  public RedisAddress address() {
    return address;
  }

  /** Sends one command; the result is null for a null. */
  public Future<Response> send(Request command) {
    return bounded(redis -> redis.send(command));
  }

  /** Sends commands together and wants all of them answered; in a cluster their keys have to be of one slot. */
  public Future<List<Response>> batch(List<Request> commands) {
    return bounded(redis -> redis.batch(commands));
  }

  private <T> Future<T> bounded(Function<Redis, Future<T>> command) {
    Redis used = client.get();
    int asked = first.get();
    Future<T> answer;
    try {
      answer = command.apply(used);
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    return answer.timeout(settings.answer().toMillis(), TimeUnit.MILLISECONDS).recover(error -> {
      if (!RedisErrors.fromServer(error)) {
        first.compareAndSet(asked, asked + 1);
      } else if (RedisErrors.fromReplica(error)) {
        leave(used);
      }
      return Future.failedFuture(explained(error));
    });
  }

  private void leave(Redis used) {
    if (address.kind() == RedisAddress.Kind.STANDALONE) {
      Redis other = settings.client(vertx, address, this::inOrder);
      (client.compareAndSet(used, other) ? used : other).close();
    }
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
    client.get().close();
  }
}
