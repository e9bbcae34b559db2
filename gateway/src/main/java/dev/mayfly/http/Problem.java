package dev.mayfly.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A problem document (RFC 9457). Holds only what a client may know.
 *
 * @param kind null: nothing beyond the status ({@code about:blank}); else the end of the type's URI
 * @param detail a sentence for a person
 * @param members beside those of the RFC
 */
public record Problem(int status, String kind, String detail, Map<String, Object> members) {
  public static final String MEDIA_TYPE = "application/problem+json";
  private static final String TYPES = "urn:mayfly:problem:";
  private static final String REQUESTS = "urn:mayfly:request:";

  public static Problem of(int status, String detail) {
    return new Problem(status, null, detail, Map.of());
  }

  static Problem of(int status, String kind, String detail, String function) {
    return new Problem(status, kind, detail, Map.of("function", function));
  }

  Problem with(String member, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(members);
    more.put(member, value);
    return new Problem(status, kind, detail, more);
  }

  /** The status's name as RFC 9110 has it; the server library's is an older one for two that are sent here. */
  private static String title(int status) {
    return switch (status) {
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      default -> HttpResponseStatus.valueOf(status).reasonPhrase();
    };
  }

  /** The document. Its instance names the request as the log does. */
  public Buffer document(String requestId) {
    JsonObject json = new JsonObject()
        .put("type", kind == null ? "about:blank" : TYPES + kind)
        .put("title", title(status))
        .put("status", status)
        .put("detail", detail)
        .put("instance", REQUESTS + requestId);
    members.forEach(json::put);
    return json.toBuffer();
  }
}
