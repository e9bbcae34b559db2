package dev.mayfly.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * Collects a request's body up to a limit. For one request, on its event loop. The future fails with {@link Refused} where an answer is due (413 as
 * soon as the body is too large, 400 where its framing is broken, 408 where it comes too slowly), with anything else where nobody waits any more.
 */
final class BodyCollector implements Handler<Buffer> {
  static final Buffer EMPTY = Buffer.buffer(0);

  private final long limit;
  private final Promise<Buffer> promise = Promise.promise();
  private Buffer body = EMPTY;
  private boolean own;

  private BodyCollector(long limit) {
    this.limit = limit;
  }

  /** @param limit bytes */
  static Future<Buffer> collect(HttpServerRequest request, long limit) {
    BodyCollector collector = new BodyCollector(limit);
    request.exceptionHandler(collector::failed).handler(collector).endHandler(x -> collector.promise.tryComplete(collector.body));
    return collector.promise.future();
  }

  @Override
  public void handle(Buffer part) {
    if (promise.future().isComplete()) {
      return;
    }
    if ((long) body.length() + part.length() > limit) {
      body = EMPTY;
      promise.fail(tooLarge());
    } else if (body == EMPTY) {
      body = part;
    } else {
      // The first part is the server library's buffer; only what has more parts is copied.
      body = own ? body : Buffer.buffer(body.length() + part.length()).appendBuffer(body);
      own = true;
      body.appendBuffer(part);
    }
  }

  private void failed(Throwable cause) {
    Refused refused = refusal(cause);
    promise.tryFail(refused != null ? refused : cause);
  }

  /** What a client is told whose body broke off; null: it is not there any more. */
  static Refused refusal(Throwable cause) {
    if (cause instanceof Refused refused) {
      return refused;
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new Refused(431, "The trailers are longer than " + HttpLimits.HEADERS + " octets.");
    }
    boolean framing = cause instanceof IllegalArgumentException || cause instanceof io.netty.handler.codec.DecoderException;
    return framing ? new Refused(400, "The body's chunks are not well-formed.") : null;
  }

  static Refused tooLarge() {
    return new Refused(413, "The request's body is larger than this function takes.");
  }
}
