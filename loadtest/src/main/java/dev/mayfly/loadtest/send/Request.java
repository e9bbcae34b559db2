package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.plan.Call;
import dev.mayfly.loadtest.plan.Expectation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request as it goes over the wire: written out once, sent any number of times.
 *
 * @param bytes never released, so they are the collector's: from Netty's allocator they would be a leak; senders write duplicates
 * @param pool index of the connections it goes through
 * @param head whether the answer has no body, whatever its head says
 */
record Request(ByteBuf bytes, int pool, boolean head, Expectation expectation) {
  private static final Expectation EVICTED = new Expectation(Set.of(204), Optional.empty(), Optional.empty(), Optional.empty());

  static Request of(Call call, URI url) {
    StringBuilder text = head(call.method(), call.path(), url);
    call.headers().forEach(h -> text.append(h.getKey()).append(": ").append(h.getValue()).append("\r\n"));
    boolean lengthKnown = call.headers().stream().map(Map.Entry::getKey).anyMatch(k -> k.equalsIgnoreCase("content-length") || k.equalsIgnoreCase("transfer-encoding"));
    boolean usual = List.of("POST", "PUT", "PATCH").contains(call.method());
    if (!lengthKnown && (call.body().length > 0 || usual)) {
      text.append("Content-Length: ").append(call.body().length).append("\r\n");
    }
    return new Request(bytes(text, call.body()), call.target(), call.method().equals("HEAD"), call.expectation());
  }

  /** Drops a function's machines, by a gateway's admin port. */
  static Request evict(String function, URI admin, int pool) {
    StringBuilder text = head("POST", "/functions/" + function + "/evict", admin).append("Content-Length: 0\r\n");
    return new Request(bytes(text, new byte[0]), pool, false, EVICTED);
  }

  private static StringBuilder head(String method, String path, URI url) {
    return new StringBuilder(256).append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ").append(url.getRawAuthority()).append("\r\n");
  }

  private static ByteBuf bytes(StringBuilder head, byte[] body) {
    byte[] text = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer bytes = ByteBuffer.allocateDirect(text.length + body.length).put(text).put(body).flip();
    return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes.asReadOnlyBuffer()));
  }
}
