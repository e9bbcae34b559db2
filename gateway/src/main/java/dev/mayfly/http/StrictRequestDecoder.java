package dev.mayfly.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMessageDecoderResult;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Refuses what RFC 9112 lets a lenient parser mend, and what cannot be seen any more once it is parsed: white space in the request line other than
 * two single spaces, folded header lines, versions other than HTTP/1.x, and what {@link ChunkLines} finds. HTTP/1.2 and up count as HTTP/1.1. An
 * {@code Upgrade: h2c} that cannot be followed is taken out, which is what ignoring it means. A request that comes too slowly ({@link Pace}) is
 * refused too. A message refused is the connection's last.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
  private static final String NAME = "httpDecoder";

  /** What this call of decode reads, and where its first line and its header lines begin there. */
  private ByteBuf reading;
  private int lineFrom;
  private int headersFrom;
  private boolean inHeaders;
  private boolean folded;
  private boolean refused;

  /** Whether a request has begun and not ended; whether its head is done; since when (on the event loop's clock), and how much of it came. */
  private boolean inRequest;
  private boolean inBody;
  private long since;
  private long octets;
  private Future<?> look;
  /** Of the request whose body comes. */
  private RequestTrailers.Mark mark;
  /** Of a chunked body that comes; null: there is none. */
  private ChunkLines chunks;

  StrictRequestDecoder() {
    super(HttpLimits.http1());
  }

  /** Exchanges the library's decoder, if there is one, for a strict one. It must not hold a byte. */
  static void replaceIn(ChannelPipeline pipeline) {
    if (pipeline.get(NAME) != null && !(pipeline.get(NAME) instanceof StrictRequestDecoder)) {
      pipeline.replace(NAME, NAME, new StrictRequestDecoder());
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
    if (refused) {
      buffer.skipBytes(buffer.readableBytes());
      return;
    }
    reading = buffer;
    lineFrom = buffer.readerIndex();
    headersFrom = lineFrom;
    int before = out.size();
    begin(ctx, buffer.readableBytes());
    super.decode(ctx, buffer, out);
    reading = null;
    octets += buffer.readerIndex() - lineFrom;
    if (inHeaders) {
      folded |= folds(buffer, headersFrom, buffer.readerIndex());
    }
    if (chunks != null && !chunks.wellFormed(buffer, lineFrom, buffer.readerIndex())) {
      while (out.size() > before) {
        ReferenceCountUtil.release(out.removeLast());
      }
      out.add(broken(new Refused(400, "The body's chunks are not well-formed.")));
    }
    for (int i = before; i < out.size(); i++) {
      check(ctx, (HttpObject) out.get(i));
    }
  }

  private void check(ChannelHandlerContext ctx, HttpObject object) {
    if (object instanceof HttpRequest request && object.decoderResult().isSuccess()) {
      inHeaders = false;
      if (folded) {
        object.setDecoderResult(DecoderResult.failure(new Refused(400, "A header line is folded.")));
      } else {
        UpgradeToH2c.dropUnlessFollowable(request);
        ConnectionOptions.single(request);
        chunks = HttpUtil.isTransferEncodingChunked(request) ? new ChunkLines() : null;
        mark = new RequestTrailers.Mark(object.decoderResult() instanceof HttpMessageDecoderResult decoded ? decoded.headerSize() : 0);
        object.setDecoderResult(mark);
      }
    }
    inBody |= object instanceof HttpRequest;
    if (object.decoderResult().isFailure()) {
      refused = true;
      inRequest = false;
      chunks = null;
      Doorkeeper.closeSlowly(ctx.channel());
    } else if (object instanceof LastHttpContent) {
      inRequest = false;
      inBody = false;
      chunks = null;
      if (mark != null) {
        mark.trailers(((LastHttpContent) object).trailingHeaders());
        mark = null;
      }
    }
  }

  private void begin(ChannelHandlerContext ctx, int readable) {
    if (!inRequest && readable > 0) {
      inRequest = true;
      since = ctx.executor().ticker().nanoTime();
      octets = 0;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (inRequest && look == null) {
      look = ctx.executor().schedule(() -> lookAtPace(ctx), Pace.GRACE, TimeUnit.NANOSECONDS);
    }
    super.channelReadComplete(ctx);
  }

  private void lookAtPace(ChannelHandlerContext ctx) {
    look = null;
    if (!inRequest || ctx.isRemoved()) {
      return;
    }
    long now = ctx.executor().ticker().nanoTime();
    if (!ctx.channel().config().isAutoRead()) {
      // It is we who do not read, because of a request before this one.
      since = now;
      octets = 0;
    }
    if (!Pace.tooSlow(now - since, octets + actualReadableBytes())) {
      look = ctx.executor().schedule(() -> lookAtPace(ctx), Pace.LOOK_AGAIN, TimeUnit.NANOSECONDS);
      return;
    }
    Refused reason = new Refused(408, "The request came too slowly.");
    HttpObject object = inBody ? broken(reason) : createInvalidMessage();
    object.setDecoderResult(DecoderResult.failure(reason));
    check(ctx, object);
    ctx.fireChannelRead(object);
    ctx.fireChannelReadComplete();
  }

  /** The end of a body that is not to be read on. */
  private static HttpObject broken(Refused reason) {
    HttpObject end = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
    end.setDecoderResult(DecoderResult.failure(reason));
    return end;
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    if (look != null) {
      look.cancel(false);
    }
    super.handlerRemoved0(ctx);
  }

  /** Whether a line between the two indices, both at the start of a line, begins with white space. */
  private static boolean folds(ByteBuf buffer, int from, int to) {
    int line = from;
    while (line < to) {
      if (ChunkLines.folded(buffer, line)) {
        return true;
      }
      int end = buffer.indexOf(line, to, (byte) '\n');
      line = end < 0 ? to : end + 1;
    }
    return false;
  }

  @Override
  protected HttpMessage createMessage(String[] line) {
    checkSpaces(line);
    line[2] = version(line[2]);
    HttpMessage message = super.createMessage(line);
    headersFrom = reading.readerIndex();
    inHeaders = true;
    return message;
  }

  /** The line, as it was cut, must be what was sent, with one space at each cut and only empty lines before. */
  private void checkSpaces(String[] line) {
    int end = reading.readerIndex() - 2;
    int afterTarget = end - line[2].length() - 1;
    int afterMethod = afterTarget - line[1].length() - 1;
    int start = afterMethod - line[0].length();
    boolean exact = start >= lineFrom && reading.getByte(afterTarget) == ' ' && reading.getByte(afterMethod) == ' ';
    for (int i = lineFrom; exact && i < start; i++) {
      exact = reading.getByte(i) == '\r' || reading.getByte(i) == '\n';
    }
    if (!exact) {
      throw new Refused(400, "The request line is not METHOD SP TARGET SP VERSION.");
    }
  }

  private static String version(String text) {
    boolean valid = text.length() == 8 && text.startsWith("HTTP/") && digit(text.charAt(5)) && text.charAt(6) == '.' && digit(text.charAt(7));
    if (!valid) {
      throw new Refused(400, "The request line does not end in an HTTP version.");
    }
    if (text.charAt(5) != '1') {
      throw new Refused(505, "HTTP/1.1 and HTTP/2 are spoken here.");
    }
    return text.charAt(7) == '0' ? "HTTP/1.0" : "HTTP/1.1";
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  /** As the library's, but answered as HTTP/1.1. */
  @Override
  protected HttpMessage createInvalidMessage() {
    return new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request", Unpooled.EMPTY_BUFFER);
  }
}
