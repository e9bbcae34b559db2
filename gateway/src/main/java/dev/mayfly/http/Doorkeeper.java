package dev.mayfly.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.impl.tcp.Http1xOrH2CHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The first handler of a connection, for three things that the server library leaves open. Runs on the connection's event loop.
 *
 * <ul>
 *   <li>It puts {@link StrictRequestDecoder} in the place of the library's decoder. In a clear-text server that also speaks HTTP/2 the library makes
 *       its decoder when the first byte is there and feeds it in the same call. So an empty line, which a decoder skips, goes ahead of what the
 *       client sent; then the decoders are exchanged while neither holds a byte.
 *   <li>It closes slowly where the client may still be sending: with unread bytes a close is a reset, and takes the answer that was to explain it
 *       away from the client. The sending side is shut, what comes is dropped, for {@value #LINGER_MS} ms at the most.
 *   <li>It answers who speaks plain HTTP where TLS is spoken; the library just closes.
 * </ul>
 */
final class Doorkeeper extends ChannelDuplexHandler {
  static final String NAME = "doorkeeper";
  static final int LINGER_MS = 2000;
  private static final byte[] PREFACE = Http1xOrH2CHandler.HTTP_2_PREFACE.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMPTY_LINE = {'\r', '\n'};
  /** No record of TLS begins with a letter. */
  private static final byte[] PLAIN = plain("{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\"detail\":\"This port speaks HTTPS only.\"}");

  private boolean decided;
  private ByteBuf first = Unpooled.EMPTY_BUFFER;
  private boolean slow;
  private boolean closing;

  private static byte[] plain(String problem) {
    return ("HTTP/1.1 400 Bad Request\r\nserver: mayfly\r\ncontent-type: " + Problem.MEDIA_TYPE + "\r\nconnection: close\r\ncontent-length: " + problem.length()
        + "\r\n\r\n" + problem).getBytes(StandardCharsets.US_ASCII);
  }

  /** From now on the connection closes slowly. On its event loop. */
  static void closeSlowly(Channel channel) {
    Doorkeeper self = (Doorkeeper) channel.pipeline().get(NAME);
    if (self != null) {
      self.slow = true;
    }
  }

  /** Whether {@link #closeSlowly} was called: no request after this is to be served. */
  static boolean closesSlowly(Channel channel) {
    return channel.pipeline().get(NAME) instanceof Doorkeeper self && self.slow;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      ReferenceCountUtil.release(message);
    } else if (decided) {
      ctx.fireChannelRead(message);
    } else {
      decide(ctx, (ByteBuf) message);
    }
  }

  private void decide(ChannelHandlerContext ctx, ByteBuf bytes) {
    if (ctx.pipeline().get(Http1xOrH2CHandler.class) == null) {
      decided = true;
      if (ctx.pipeline().get(SslHandler.class) != null && bytes.isReadable() && Character.isLetter(bytes.getByte(bytes.readerIndex()))) {
        bytes.release();
        slow = true;
        ctx.writeAndFlush(Unpooled.wrappedBuffer(PLAIN)).addListener(sent -> close(ctx, ctx.newPromise()));
      } else {
        ctx.fireChannelRead(bytes);
      }
      return;
    }
    first = first.isReadable() ? Unpooled.wrappedBuffer(first, bytes) : bytes;
    int same = 0;
    int compared = Math.min(PREFACE.length, first.readableBytes());
    while (same < compared && first.getByte(first.readerIndex() + same) == PREFACE[same]) {
      same++;
    }
    if (same == first.readableBytes() && same < PREFACE.length) {
      return;
    }
    decided = true;
    if (same < PREFACE.length) {
      ctx.fireChannelRead(Unpooled.wrappedBuffer(EMPTY_LINE));
      StrictRequestDecoder.replaceIn(ctx.pipeline());
    }
    ByteBuf all = first;
    first = Unpooled.EMPTY_BUFFER;
    ctx.fireChannelRead(all);
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!slow || closing || !ctx.channel().isActive() || !(ctx.channel() instanceof SocketChannel socket)) {
      ctx.close(promise);
      return;
    }
    closing = true;
    socket.shutdownOutput();
    socket.config().setAutoRead(true);
    ctx.executor().schedule(() -> ctx.close(promise), LINGER_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    first.release();
    first = Unpooled.EMPTY_BUFFER;
    ctx.fireChannelInactive();
  }
}
