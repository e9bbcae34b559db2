package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.measure.Stages;
import dev.mayfly.loadtest.measure.Start;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;

/**
 * One connection, with at most one request under way. It is its pool's last inbound handler; its loop's thread alone. The answer's end is
 * noted before anything else is done with it.
 */
final class Wire extends ChannelInboundHandlerAdapter {
  private static final AsciiString START = AsciiString.cached("x-mayfly-start");
  private static final AsciiString TIMING = AsciiString.cached("server-timing");

  private final Pool pool;
  private final long maxBytes;
  private Channel channel;
  private Exchange exchange;
  private boolean informational;
  private boolean keepAlive;

  Wire(Pool pool, long maxBytes) {
    this.pool = pool;
    this.maxBytes = maxBytes;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  /** Sends; the exchange ends later, on this thread. The wire must be free. */
  void send(Exchange next) {
    exchange = next;
    keepAlive = true;
    next.sent = System.nanoTime();
    channel.writeAndFlush(next.request.bytes().duplicate(), channel.voidPromise());
  }

  boolean usable() {
    return channel.isActive();
  }

  boolean head() {
    return exchange != null && exchange.request.head();
  }

  /** Gives the request up if it was sent before then. */
  void expire(long sentBefore) {
    if (exchange != null && exchange.sent - sentBefore < 0) {
      fail(Cause.RESPONSE_TIMEOUT, exchange.status == 0 ? "no answer" : "an answer without an end: " + exchange.bytes + " bytes");
    }
  }

  /** Ends whatever is under way without a result. */
  void abandon() {
    exchange = null;
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    long now = System.nanoTime();
    try {
      if (exchange == null) {
        // More than was asked for: what follows cannot be told apart from an answer to the next request.
        channel.close();
      } else if (message instanceof HttpObject part) {
        read(part, now);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void read(HttpObject part, long now) {
    DecoderResult decoded = part.decoderResult();
    if (decoded.isFailure()) {
      fail(Cause.GARBAGE, Failures.example(decoded.cause()));
      return;
    }
    if (part instanceof HttpResponse response) {
      int status = response.status().code();
      informational = status < 200;
      if (!informational) {
        head(response, status);
      }
    }
    if (part instanceof HttpContent content && !informational) {
      exchange.content(content.content());
      if (exchange.bytes > maxBytes) {
        fail(Cause.TOO_LONG, "more than " + maxBytes + " bytes");
      } else if (content instanceof LastHttpContent) {
        complete(now);
      }
    }
  }

  private void head(HttpResponse response, int status) {
    exchange.status = status;
    keepAlive = HttpUtil.isKeepAlive(response);
    String start = response.headers().get(START);
    if (start != null) {
      exchange.start = start.equals("cold") ? Start.COLD : start.equals("warm") ? Start.WARM : Start.NONE;
    }
    String timing = response.headers().get(TIMING);
    if (timing != null) {
      exchange.stages = Stages.parse(timing);
    }
  }

  private void complete(long now) {
    Exchange whole = exchange;
    exchange = null;
    whole.done = now;
    if (keepAlive && channel.isActive()) {
      pool.free(this, whole);
    } else {
      channel.close();
      pool.answered(whole);
    }
  }

  private void fail(Cause cause, String example) {
    Exchange failed = exchange;
    exchange = null;
    channel.close();
    if (failed != null) {
      pool.failed(failed, cause, example);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (exchange != null) {
      fail(Cause.RESET, exchange.status == 0 ? "the connection was closed without an answer" : "the connection was closed after " + exchange.bytes + " bytes of the body");
    }
    pool.closed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable e) {
    fail(Failures.reading(e), Failures.example(e));
  }
}
