package dev.mayfly.keyvalue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.pool.Services.Answer;
import dev.mayfly.redis.RedisLink;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stores in Redis, shared by all gateways that use it. Thread-safe; never blocks.
 *
 * <p>A store is one hash, {@code mayfly:keyvalue:{APPLICATION/LABEL}}, its fields are the keys, and both are the component's octets. So every operation is one
 * command on one key, atomic by itself, right in a cluster (the braces are its hash tag), and a store goes as a whole with {@code DEL}. Nothing expires.
 */
public final class RedisStores implements Stores {
  private static final String PREFIX = "mayfly:keyvalue:";
  /** More keys than that cannot fit into an answer, whose entries have a length of four octets. */
  private static final int MOST_KEYS = ANSWER / 4;

  /** The keys, if they are not too many to be asked for at all: Redis does nothing else meanwhile. */
  private static final String KEYS = "if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[1]) then return false end return redis.call('HKEYS', KEYS[1])";
  private static final String SWAP = "local now = redis.call('HGET', KEYS[1], ARGV[1]) "
      + "if ARGV[2] == '1' and now ~= ARGV[3] or ARGV[2] ~= '1' and now then return 0 end redis.call('HSET', KEYS[1], ARGV[1], ARGV[4]) return 1";

  private final RedisLink redis;

  public RedisStores(RedisLink redis) {
    this.redis = redis;
  }

  /** The key in Redis. */
  static String key(String store) {
    return PREFIX + "{" + store + "}";
  }

  @Override
  public void operate(String store, Operation operation, List<String> arguments, Consumer<Answer> to) {
    redis.send(request(key(store).getBytes(UTF_8), operation, arguments))
        .onSuccess(response -> to.accept(answer(operation, response)))
        .onFailure(error -> to.accept(Stores.other(octets(error.getMessage()))));
  }

  /** As answers have it: an octet of UTF-8 in each character. */
  private static String octets(String text) {
    return new String(String.valueOf(text).getBytes(UTF_8), ISO_8859_1);
  }

  private static Request request(byte[] key, Operation operation, List<String> rest) {
    return switch (operation) {
      // A store is there when it has a key; opening says whether Redis is.
      case OPEN -> command(Command.EXISTS, key, rest);
      case GET -> command(Command.HGET, key, rest);
      case SET -> command(Command.HSET, key, rest);
      case DELETE -> command(Command.HDEL, key, rest);
      case EXISTS -> command(Command.HEXISTS, key, rest);
      case KEYS -> script(KEYS, key, List.of(Integer.toString(MOST_KEYS)));
      case INCREMENT -> command(Command.HINCRBY, key, rest);
      case SWAP -> script(SWAP, key, rest);
    };
  }

  private static Request command(Command command, byte[] key, List<String> rest) {
    Request request = Request.cmd(command).arg(key);
    rest.forEach(argument -> request.arg(argument.getBytes(ISO_8859_1)));
    return request;
  }

  private static Request script(String script, byte[] key, List<String> rest) {
    Request request = Request.cmd(Command.EVAL).arg(script).arg(1).arg(key);
    rest.forEach(argument -> request.arg(argument.getBytes(ISO_8859_1)));
    return request;
  }

  private static Answer answer(Operation operation, Response response) {
    return switch (operation) {
      case OPEN, SET, DELETE -> Stores.ok();
      case GET -> Stores.found(response == null ? null : text(response));
      case EXISTS, SWAP -> response.toInteger() == 1 ? Stores.ok("1") : Stores.ok();
      case KEYS -> response == null ? Stores.tooManyKeys() : Stores.keys(texts(response));
      case INCREMENT -> Stores.ok(response.toLong().toString());
    };
  }

  private static String text(Response response) {
    return new String(response.toBytes(), ISO_8859_1);
  }

  private static List<String> texts(Response list) {
    List<String> texts = new ArrayList<>(list.size());
    list.forEach(item -> texts.add(text(item)));
    return texts;
  }
}
