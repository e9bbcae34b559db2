package dev.mayfly.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The first handler, and the only one that hears anything, of a connection for which there is no place: it says 503 with {@code Retry-After} before anything was asked, drops what the
 * client sends, and closes. Balancers take that for a server that is full and try another. Not under TLS, where it would take a handshake to say it: there it closes. On the
 * connection's event loop.
 */
final class TurnedAway extends ChannelInboundHandlerAdapter {
  /** With unread bytes a close is a reset, and takes the answer from the client: so it has a moment to read it. */
  private static final int LINGER_MS = 1000;
  private static final byte[] ANSWER = answer();

  private final boolean secure;

  TurnedAway(boolean secure) {
    this.secure = secure;
  }

  private static byte[] answer() {
    Buffer document = Problem.of(503, "The gateway has as many connections as it can bear.").document("none");
    return ("HTTP/1.1 503 Service Unavailable\r\nserver: mayfly\r\nRetry-After: 1\r\nconnection: close\r\ncontent-type: " + Problem.MEDIA_TYPE + "\r\ncontent-length: "
        + document.length() + "\r\n\r\n" + document).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (secure || !(ctx.channel() instanceof SocketChannel socket)) {
      ctx.close();
      return;
    }
    ctx.writeAndFlush(Unpooled.wrappedBuffer(ANSWER)).addListener(x -> socket.shutdownOutput());
    ctx.executor().schedule(() -> ctx.close(), LINGER_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // nobody else is to hear
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    // nobody else has heard of it
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
