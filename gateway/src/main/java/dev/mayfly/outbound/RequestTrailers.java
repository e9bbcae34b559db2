package dev.mayfly.outbound;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Puts trailers after the chunked body of a request, which the HTTP client has no way to say: what it sends passes here on its way to the encoder. A
 * connection carries one request at a time, so the trailers that lie there are those of the request whose end comes next.
 */
final class RequestTrailers extends ChannelOutboundHandlerAdapter {
  /** What cannot come after the body (RFC 9110, section 6.5.1). */
  private static final Set<String> NOT_IN_TRAILERS = Set.of("content-length", "content-type", "content-encoding", "content-range", "trailer", "authorization",
      "cookie");
  private static final String NAME = "request-trailers";
  private static final AttributeKey<List<String>> NEXT = AttributeKey.valueOf(RequestTrailers.class, "next");

  /**
   * To be called just before the request is ended; from any thread.
   *
   * @param trailers name, value, name, value ..., checked
   */
  static void add(HttpConnection connection, List<String> trailers) {
    if (connection instanceof ConnectionBase base && base.channel().pipeline().context(HttpClientCodec.class) != null) {
      Channel channel = base.channel();
      channel.attr(NEXT).set(trailers);
      if (channel.pipeline().get(NAME) == null) {
        channel.pipeline().addAfter(channel.pipeline().context(HttpClientCodec.class).name(), NAME, new RequestTrailers());
      }
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    List<String> trailers = message instanceof LastHttpContent && !(message instanceof HttpRequest) ? ctx.channel().attr(NEXT).getAndSet(null) : null;
    if (trailers == null) {
      ctx.write(message, promise);
      return;
    }
    DefaultLastHttpContent last = new DefaultLastHttpContent(((LastHttpContent) message).content(), false);
    for (int i = 0; i < trailers.size(); i += 2) {
      last.trailingHeaders().add(trailers.get(i), trailers.get(i + 1));
    }
    ctx.write(last, promise);
  }

  /** Of names and values in turn, those that can be sent. */
  static List<String> sendable(List<String> given) {
    List<String> trailers = new ArrayList<>();
    for (int i = 0; i + 1 < given.size(); i += 2) {
      String name = given.get(i).toLowerCase(Locale.ROOT);
      if (Octets.token(name) && Octets.fieldValue(given.get(i + 1)) && !OutboundCall.OURS.contains(name) && !NOT_IN_TRAILERS.contains(name)) {
        trailers.add(given.get(i));
        trailers.add(given.get(i + 1));
      }
    }
    return trailers;
  }
}
