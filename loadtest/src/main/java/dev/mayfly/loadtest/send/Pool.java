package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.plan.Limits;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One lane's connections to one place. An exchange takes a free connection at once; else it waits for the first that becomes free or is made, and
 * as many are made as there are exchanges waiting, up to the limit. An attempt that fails ends the exchange that waits longest. The lane's thread
 * alone.
 */
final class Pool {
  private final Lane lane;
  private final Place place;
  private final Limits limits;
  private final Bootstrap bootstrap;
  private final ArrayDeque<Wire> idle = new ArrayDeque<>();
  private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
  private final Set<Wire> wires = new LinkedHashSet<>();
  private int most;
  private int connecting;
  private int underWay;
  private long opened;

  Pool(Lane lane, EventLoop loop, Place place, Limits limits) {
    this.lane = lane;
    this.place = place;
    this.limits = limits;
    this.most = Math.max(1, limits.connections() / limits.threads());
    this.bootstrap = new Bootstrap().group(loop).channel(NioSocketChannel.class).option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.connect().toMillis()).handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            Wire wire = new Wire(Pool.this, limits.bodyBytes());
            place.tls().ifPresent(t -> channel.pipeline().addLast(t.newHandler(channel.alloc(), place.host(), place.port())));
            channel.pipeline().addLast(new AnswerDecoder(wire::head), wire);
          }
        });
  }

  /** Makes connections ahead, which may fail without anyone's noticing; {@link #connecting()} says when that is over. */
  void prepare(int connections) {
    most = Math.max(most, connections);
    while (place.known() && wires.size() + connecting < connections) {
      connect();
    }
  }

  boolean connecting() {
    return connecting > 0;
  }

  int underWay() {
    return underWay;
  }

  int open() {
    return wires.size();
  }

  long opened() {
    return opened;
  }

  /** Sends, or keeps for later; the exchange ends through the lane. */
  void offer(Exchange exchange) {
    Wire wire = idle.pollLast();
    while (wire != null && !wire.usable()) {
      wire = idle.pollLast();
    }
    if (wire != null) {
      start(wire, exchange);
    } else if (!place.known()) {
      exchange.end(Cause.WRONG_NAME, place.host() + " is not known");
    } else if (waiting.size() >= limits.backlog()) {
      lane.unsent(exchange);
    } else {
      waiting.add(exchange);
      if (!more()) {
        lane.waits();
      }
    }
  }

  /** Ends all that wait, unsent. */
  void giveUp() {
    for (Exchange exchange = waiting.poll(); exchange != null; exchange = waiting.poll()) {
      lane.unsent(exchange);
    }
  }

  /** Closes everything, whatever is under way. */
  void close() {
    giveUp();
    List.copyOf(wires).forEach(Wire::abandon);
    underWay = 0;
  }

  /** Ends what was sent before then. */
  void expire(long sentBefore) {
    new ArrayList<>(wires).forEach(w -> w.expire(sentBefore));
  }

  private boolean more() {
    if (connecting < waiting.size() && wires.size() + connecting < most) {
      connect();
      return true;
    }
    return connecting >= waiting.size();
  }

  private void connect() {
    connecting++;
    bootstrap.connect(place.address()).addListener((io.netty.channel.ChannelFuture connected) -> {
      SslHandler tls = connected.isSuccess() ? connected.channel().pipeline().get(SslHandler.class) : null;
      if (tls == null) {
        connected(connected.channel(), connected);
      } else {
        tls.handshakeFuture().addListener(shaken -> connected(connected.channel(), shaken));
      }
    });
  }

  private void connected(Channel channel, Future<?> outcome) {
    connecting--;
    if (outcome.isSuccess()) {
      Wire wire = channel.pipeline().get(Wire.class);
      wires.add(wire);
      opened++;
      next(wire);
    } else {
      channel.close();
      Exchange first = waiting.poll();
      if (first != null) {
        first.end(Failures.connecting(outcome.cause()), Failures.example(outcome.cause()));
      }
      if (!waiting.isEmpty()) {
        more();
      }
    }
  }

  private void start(Wire wire, Exchange exchange) {
    underWay++;
    lane.sent(exchange);
    wire.send(exchange);
  }

  private void next(Wire wire) {
    Exchange exchange = waiting.poll();
    if (exchange == null) {
      idle.addLast(wire);
    } else {
      start(wire, exchange);
    }
  }

  /** The wire has its whole answer and can take another request. */
  void free(Wire wire, Exchange whole) {
    underWay--;
    // First the wire, so that whoever sends on when the exchange ends finds it.
    next(wire);
    whole.complete();
  }

  /** The whole answer is there, and the wire is of no more use. */
  void answered(Exchange whole) {
    underWay--;
    whole.complete();
  }

  void failed(Exchange exchange, Cause cause, String example) {
    underWay--;
    exchange.end(cause, example);
  }

  void closed(Wire wire) {
    wires.remove(wire);
    idle.remove(wire);
    if (!waiting.isEmpty()) {
      more();
    }
  }
}
