package dev.mayfly.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keeps what an HTTP/2 connection's second block of header fields in a stream says, its trailers, which the server library drops. It stands between
 * the decoder and the library from the connection's first request with a body on. On the connection's event loop.
 */
final class Http2Trailers extends Http2FrameListenerDecorator {
  private final Http2Connection connection;
  private final Http2Connection.PropertyKey key;

  private Http2Trailers(Http2FrameListener listener, Http2Connection connection) {
    super(listener);
    this.connection = connection;
    key = connection.newKey();
  }

  /** Of the connection; to be asked for before the trailers can have come. Null: it is none that can be listened to. */
  static Http2Trailers of(Channel channel) {
    Http2ConnectionHandler handler = channel == null ? null : channel.pipeline().get(Http2ConnectionHandler.class);
    if (handler == null) {
      return null;
    }
    if (!(handler.decoder().frameListener() instanceof Http2Trailers)) {
      handler.decoder().frameListener(new Http2Trailers(handler.decoder().frameListener(), handler.connection()));
    }
    return (Http2Trailers) handler.decoder().frameListener();
  }

  /** Of a stream whose body is whole. */
  List<Map.Entry<String, String>> of(int stream) {
    Http2Stream known = connection.stream(stream);
    Http2Headers headers = known == null ? null : known.getProperty(key);
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    if (headers != null) {
      headers.forEach(field -> fields.add(Map.entry(field.getKey().toString(), field.getValue().toString())));
    }
    return fields;
  }

  @Override
  public void onHeadersRead(ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean endOfStream) throws Http2Exception {
    keep(stream, headers, endOfStream);
    super.onHeadersRead(ctx, stream, headers, padding, endOfStream);
  }

  @Override
  public void onHeadersRead(ChannelHandlerContext ctx, int stream, Http2Headers headers, int dependency, short weight, boolean exclusive, int padding,
      boolean endOfStream) throws Http2Exception {
    keep(stream, headers, endOfStream);
    super.onHeadersRead(ctx, stream, headers, dependency, weight, exclusive, padding, endOfStream);
  }

  /** A request's first block has a method, trailers have none. */
  private void keep(int stream, Http2Headers headers, boolean endOfStream) {
    Http2Stream known = connection.stream(stream);
    if (endOfStream && known != null && headers.method() == null) {
      known.setProperty(key, headers);
    }
  }
}
