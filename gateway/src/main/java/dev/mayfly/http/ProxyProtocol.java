package dev.mayfly.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.ProtocolDetectionState;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the PROXY header, version 1 or 2, that a load balancer may put ahead of a connection's first byte, TLS included, and keeps the client's address
 * that it tells (haproxy.org, "The PROXY protocol", of 2020-03-05). It stands only in connections of networks that are believed; there the header may
 * also be missing, so that such a peer's health checks need none. A header that is broken ends the connection. On the connection's event loop.
 */
final class ProxyProtocol extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyProtocol.class);
  private static final AttributeKey<String> CLIENT = AttributeKey.valueOf(ProxyProtocol.class, "client");

  /** First into the pipeline of a connection that has just been accepted, if its peer is believed. */
  static void expect(Channel channel, Networks trusted) {
    if (channel.remoteAddress() instanceof InetSocketAddress peer && peer.getAddress() != null
        && trusted.contains(NetUtil.toAddressString(peer.getAddress()))) {
      channel.pipeline().addFirst(new ProxyProtocol());
    }
  }

  /** The connection's peer as its load balancer named it, or {@code peer} where none did. */
  static String peer(HttpConnection connection, String peer) {
    String told = connection instanceof ConnectionBase base ? base.channel().attr(CLIENT).get() : null;
    return told == null ? peer : told;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out) {
    ProtocolDetectionState state = HAProxyMessageDecoder.detectProtocol(bytes).state();
    if (state == ProtocolDetectionState.NEEDS_MORE_DATA) {
      return;
    }
    ChannelPipeline pipeline = ctx.pipeline();
    if (state == ProtocolDetectionState.DETECTED) {
      Address address = new Address();
      pipeline.addAfter(ctx.name(), null, address);
      pipeline.addAfter(ctx.name(), null, new HAProxyMessageDecoder());
    }
    // What was read goes on to the next handler, the header's decoder or whoever was first.
    pipeline.remove(this);
  }

  /** Takes what the decoder made of the header, which then removes itself. */
  private static final class Address extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (!(message instanceof HAProxyMessage header)) {
        ctx.fireChannelRead(message);
        return;
      }
      try {
        // LOCAL and UNKNOWN tell no address: the peer speaks for itself.
        if (header.sourceAddress() != null && NetUtil.createByteArrayFromIpAddressString(header.sourceAddress()) != null) {
          ctx.channel().attr(CLIENT).set(header.sourceAddress());
        }
      } finally {
        ReferenceCountUtil.release(header);
      }
      ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.warn("{} sent a broken PROXY header: {}", ctx.channel().remoteAddress(), cause.getMessage());
      ctx.close();
    }
  }
}
