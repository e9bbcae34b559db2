package dev.mayfly.redis;

import dev.mayfly.config.RedisAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisClusterConnectOptions;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisSentinelConnectOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * What the client is told about an address, and about patience.
 *
 * @param connect until a connection stands
 * @param answer until a command is answered, the connection included; after it the command fails, though it may yet be carried out
 * @param silence a connection on which nothing comes for so long is given up, so that one to a server that vanished does not stay in the pool; an idle one costs
 *     no more than to be made again
 * @param connections to one server, at most
 * @param waiting commands that wait for a connection, at most; those beyond fail at once
 */
public record RedisSettings(Duration connect, Duration answer, Duration silence, int connections, int waiting) {
  public static final RedisSettings DEFAULT = new RedisSettings(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), 16, 4096);

  RedisOptions options(RedisAddress address) {
    NetClientOptions net = new NetClientOptions()
        .setConnectTimeout(Math.toIntExact(connect.toMillis()))
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setReadIdleTimeout(Math.toIntExact(silence.toMillis()))
        .setTcpKeepAlive(true);
    // Names in certificates are checked for rediss, which is the scheme's purpose.
    net.setHostnameVerificationAlgorithm("HTTPS");
    RedisOptions options = new RedisOptions()
        .setType(RedisClientType.valueOf(address.kind().name()))
        .setNetClientOptions(net)
        .setMaxPoolSize(connections)
        .setMaxPoolWaiting(waiting)
        .setEndpoints(address.endpoints());
    return address.master().isEmpty() ? options : options.setMasterName(address.master());
  }

  /** A client that asks the servers of the address in the order that {@code order} gives whenever it wants to know who is there. */
  Redis client(Vertx vertx, RedisAddress address, UnaryOperator<List<String>> order) {
    RedisOptions options = options(address);
    return switch (address.kind()) {
      case STANDALONE -> Redis.createClient(vertx, options);
      case SENTINEL -> Redis.createSentinelClient(vertx, options, () -> {
        RedisSentinelConnectOptions now = new RedisSentinelConnectOptions(options);
        now.setEndpoints(order.apply(address.endpoints()));
        return Future.succeededFuture(now);
      });
      case CLUSTER -> Redis.createClusterClient(vertx, options, () -> {
        RedisClusterConnectOptions now = new RedisClusterConnectOptions(options);
        now.setEndpoints(order.apply(address.endpoints()));
        return Future.succeededFuture(now);
      });
    };
  }
}
