package dev.mayfly.redis;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.List;

/** What an error of the client means. */
final class RedisErrors {
  /** The first words of errors by which a server, or the client in a server's words, says that it cannot answer now. */
  private static final List<String> NOT_NOW = List.of("CONNECTION_CLOSED", "LOADING", "CLUSTERDOWN", "MASTERDOWN");

  private RedisErrors() {}

  /** Whether a server answered, with an error that is about the command. */
  static boolean fromServer(Throwable error) {
    return error instanceof Response response && response.type() == ResponseType.ERROR && NOT_NOW.stream().noneMatch(line(error)::startsWith);
  }

  /** Whether it is from a server that was a master, or was taken for one. */
  static boolean fromReplica(Throwable error) {
    return line(error).startsWith("READONLY");
  }

  /** In one line. */
  static String line(Throwable error) {
    String message = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    return message.replaceAll("\\s+", " ").strip();
  }
}
