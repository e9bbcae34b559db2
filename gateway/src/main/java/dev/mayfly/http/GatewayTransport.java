package dev.mayfly.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.transport.Transport;
import java.net.SocketAddress;
import java.util.List;

/**
 * Vert.x's NIO transport, whose accepted connections begin with a {@link Doorkeeper}: the only place from which one is there before the first
 * byte. Those of believed networks may begin with a PROXY header; those to the public port are counted, and turned away where they are too many. Thread-safe.
 */
final class GatewayTransport extends NioTransport {
  private final Networks trusted;
  private final Connections connections;

  private GatewayTransport(Networks trusted, Connections connections) {
    this.trusted = trusted;
    this.connections = connections;
  }

  static Transport create(Networks trusted, Connections connections) {
    return new TransportInternal("nio", true, null, new GatewayTransport(trusted, connections));
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return domainSocket ? super.serverChannelFactory(true) : Listening::new;
  }

  private final class Listening extends NioServerSocketChannel {
    @Override
    protected void doBind(SocketAddress address) throws Exception {
      super.doBind(address);
      connections.listens(this);
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int before = accepted.size();
      int result = super.doReadMessages(accepted);
      accepted.subList(before, accepted.size()).removeIf(channel -> !admit((Channel) channel));
      return result;
    }

    /** False: it is closed already. */
    private boolean admit(Channel channel) {
      if (connections.guards(localAddress().getPort())) {
        if (!connections.enter()) {
          return turnAway((SocketChannel) channel);
        }
        channel.closeFuture().addListener(x -> connections.leave());
      }
      channel.pipeline().addLast(Doorkeeper.NAME, new Doorkeeper());
      ProxyProtocol.expect(channel, trusted);
      return true;
    }

    private boolean turnAway(SocketChannel channel) {
      if (connections.tell()) {
        channel.closeFuture().addListener(x -> connections.wasTold());
        channel.pipeline().addLast(new TurnedAway(connections.isSecure()));
        return true;
      }
      channel.config().setSoLinger(0);
      channel.unsafe().closeForcibly();
      return false;
    }
  }
}
