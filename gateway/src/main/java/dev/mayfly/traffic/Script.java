package dev.mayfly.traffic;

import dev.mayfly.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A script that Redis runs, by its digest; a server that does not have it (new, restarted, flushed, failed over to) is given its text then. Thread-safe.
 *
 * @param digest SHA-1 in hexadecimal, as EVALSHA wants it
 */
record Script(byte[] text, String digest) {
  static Script load(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name)) {
      byte[] text = in.readAllBytes();
      return new Script(text, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  Future<Response> run(RedisLink redis, List<String> keys, List<Buffer> arguments) {
    return redis.send(with(Request.cmd(Command.EVALSHA).arg(digest), keys, arguments)).recover(error ->
        String.valueOf(error.getMessage()).startsWith("NOSCRIPT")
            ? redis.send(with(Request.cmd(Command.EVAL).arg(Buffer.buffer(text)), keys, arguments))
            : Future.failedFuture(error));
  }

  private static Request with(Request request, List<String> keys, List<Buffer> arguments) {
    request.arg(keys.size());
    keys.forEach(request::arg);
    arguments.forEach(request::arg);
    return request;
  }
}
