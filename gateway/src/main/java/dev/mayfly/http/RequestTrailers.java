package dev.mayfly.http;

import dev.mayfly.pool.HttpField;
import io.netty.handler.codec.DecoderResult;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The fields after a request's body, which the server library has no way to ask for. HTTP/1: the decoder leaves them in the request's {@link Mark}.
 * HTTP/2: {@link Http2Trailers} keeps them. On the request's event loop.
 */
final class RequestTrailers {
  /** What the decoder has found of a request, beside its head: as its decoder result, which the library carries to us untouched. */
  static final class Mark extends DecoderResult {
    private final int headerSize;
    private Iterable<Map.Entry<String, String>> trailers = List.of();

    Mark(int headerSize) {
      super(SIGNAL_SUCCESS);
      this.headerSize = headerSize;
    }

    /** Bytes of the header lines. */
    int headerSize() {
      return headerSize;
    }

    void trailers(Iterable<Map.Entry<String, String>> found) {
      trailers = found;
    }
  }

  private final HttpServerRequest request;
  /** Null in HTTP/1. */
  private final Http2Trailers connection;

  /** To be made with the request, before any of its body is read. */
  RequestTrailers(HttpServerRequest request) {
    this.request = request;
    connection = request.version() == HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase base ? Http2Trailers.of(base.channel()) : null;
  }

  /** At the body's end: without what a trailer cannot be (RFC 9110, section 6.5.1) and what concerns the connection. */
  List<HttpField> fields() {
    Iterable<Map.Entry<String, String>> found = connection != null ? connection.of((int) request.streamId()) : request.decoderResult() instanceof Mark mark ? mark.trailers : List.of();
    List<HttpField> fields = new ArrayList<>();
    for (Map.Entry<String, String> field : found) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (!ComponentHandOver.leavesOut(name) && !ComponentHead.NOT_IN_TRAILERS.contains(name) && Text.token(name) && Text.fieldValue(field.getValue())) {
        fields.add(new HttpField(name, field.getValue()));
      }
    }
    return fields;
  }

  /** Bytes of fields. */
  static int size(List<HttpField> fields) {
    return fields.stream().mapToInt(f -> f.name().length() + f.value().length() + 8).sum();
  }
}
