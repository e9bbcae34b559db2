package dev.mayfly.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.transport.Transport;
import java.util.List;

/**
 * Vert.x's NIO transport, whose accepted connections begin with a {@link Doorkeeper}: the only place from which one is there before the first
 * byte. Those of believed networks may begin with a PROXY header. Immutable.
 */
final class GatewayTransport extends NioTransport {
  private final Networks trusted;

  private GatewayTransport(Networks trusted) {
    this.trusted = trusted;
  }

  static Transport create(Networks trusted) {
    return new TransportInternal("nio", true, null, new GatewayTransport(trusted));
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return domainSocket ? super.serverChannelFactory(true) : Listening::new;
  }

  private final class Listening extends NioServerSocketChannel {
    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int before = accepted.size();
      int result = super.doReadMessages(accepted);
      for (Object channel : accepted.subList(before, accepted.size())) {
        ((Channel) channel).pipeline().addLast(Doorkeeper.NAME, new Doorkeeper());
        ProxyProtocol.expect((Channel) channel, trusted);
      }
      return result;
    }
  }
}
