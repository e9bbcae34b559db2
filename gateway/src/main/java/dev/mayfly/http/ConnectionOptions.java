package dev.mayfly.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/** What a request's field Connection says of the connection's end, for a server library that finds it only where it stands alone. Pure. */
final class ConnectionOptions {
  private ConnectionOptions() {}

  /** Leaves an option that is one of a list as the only one: {@code close}, or, which only HTTP/1.0 asks for, {@code keep-alive}. */
  static void single(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (!headers.contains(HttpHeaderNames.CONNECTION)) {
      return;
    }
    if (headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE).remove(HttpHeaderNames.UPGRADE);
    } else if (request.protocolVersion() == HttpVersion.HTTP_1_0
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE, true)) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }
}
