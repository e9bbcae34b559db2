package dev.mayfly.http;

import dev.mayfly.vm.Exchange;
import io.vertx.core.http.Http1ServerConfig;

/** What the server as a whole reads of a request's head; a function's own {@code limits.headers} lies below. */
final class HttpLimits {
  /** Bytes of a request line; RFC 9112 wants 8,000 at least. */
  static final int REQUEST_LINE = 16 * 1024;
  /** Bytes of header lines: what can be handed over at all. */
  static final int HEADERS = Exchange.IN_SIZE;
  /** Requests at one time in an HTTP/2 connection. */
  static final int STREAMS = 128;

  private HttpLimits() {}

  static Http1ServerConfig http1() {
    return new Http1ServerConfig().setMaxInitialLineLength(REQUEST_LINE).setMaxHeaderSize(HEADERS).setDecoderInitialBufferSize(512);
  }
}
