package dev.mayfly.http;

import dev.mayfly.metrics.FunctionMeters;
import dev.mayfly.pool.HttpCaller;
import dev.mayfly.pool.HttpField;
import dev.mayfly.pool.HttpInvocation;
import dev.mayfly.pool.HttpPart;
import dev.mayfly.pool.HttpServing;
import dev.mayfly.pool.Result;
import dev.mayfly.vm.HandOver;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to a component and its answer, piece by piece in both directions, as fast as the slower side. On its event loop.
 *
 * <p>Until the head is out, what goes wrong is a problem document; after that the answer is broken off, so that no client takes it for whole.
 */
final class ComponentExchange implements HttpCaller {
  private static final Logger LOG = LoggerFactory.getLogger(ComponentExchange.class);
  /** HTTP/2's error code INTERNAL_ERROR. */
  private static final long INTERNAL_ERROR = 2;

  private final RequestHandler handler;
  private final RequestHandler.Shared shared;
  private final Writer writer;
  private final Lookout lookout;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Target target;
  private final long start;
  private final long limit;
  private HttpServing serving;
  private boolean hasBody;
  private boolean waitsForContinue;
  private long received;
  private boolean begun;
  private int status;
  /** Bytes that the component still owes; -1: it did not say. */
  private long owed = -1;
  /** Whether a body is sent. */
  private boolean bodiless;
  /** Nothing more is to be sent, or can be. */
  private boolean done;
  /** The lookout counts it. */
  private boolean waits;

  ComponentExchange(RequestHandler handler, RequestHandler.Shared shared, Writer writer, Lookout lookout, HttpServerRequest request, Target target, long start) {
    this.handler = handler;
    this.shared = shared;
    this.writer = writer;
    this.lookout = lookout;
    this.request = request;
    this.response = request.response();
    this.target = target;
    this.start = start;
    limit = target.bodyLimit();
  }

  void begin(HandOver handOver, boolean expectsBody, boolean expectsContinue) {
    hasBody = expectsBody;
    waitsForContinue = expectsContinue;
    response.closeHandler(x -> lost()).exceptionHandler(this::requestFailed);
    request.exceptionHandler(this::requestFailed);
    if (hasBody) {
      request.pause();
      RequestTrailers trailers = new RequestTrailers(request);
      request.handler(this::received).endHandler(x -> {
        if (!done) {
          bodyEnd(trailers.fields());
        }
      });
    }
    serving = target.invoker().serve(new HttpInvocation(handOver, hasBody, this));
    if (!done) {
      waits = true;
      lookout.called();
    }
  }

  // The request's body.

  @Override
  public void wantBody(int pieces) {
    if (done || request.isEnded()) {
      return;
    }
    if (waitsForContinue && !begun) {
      waitsForContinue = false;
      response.writeContinue();
    }
    request.fetch(pieces);
  }

  private void received(Buffer piece) {
    if (done) {
      return;
    }
    received += piece.length();
    if (received > limit) {
      requestFailed(BodyCollector.tooLarge());
    } else {
      serving.body(piece);
    }
  }

  private void bodyEnd(List<HttpField> trailers) {
    if (RequestTrailers.size(trailers) > target.function().limits().headers()) {
      requestFailed(new Refused(431, "The trailers are longer than this function takes."));
    } else {
      serving.bodyEnd(trailers);
    }
  }

  private void requestFailed(Throwable cause) {
    Refused refused = BodyCollector.refusal(cause);
    if (done || refused == null) {
      lost();
    } else if (begun) {
      abort("the request's body: " + refused.getMessage());
    } else {
      done = true;
      awaited();
      handler.refuseBody(request, target, refused, start);
      serving.gone();
    }
  }

  /** The client is gone. */
  private void lost() {
    awaited();
    if (!done) {
      done = true;
      target.meters().answered(begun ? status : 499, System.nanoTime() - start);
      serving.gone();
    }
  }

  // The answer.

  /** The answer has begun, or there will be none: from here on it is a stream's pace that counts. */
  private void awaited() {
    if (waits) {
      waits = false;
      lookout.answered();
    }
  }

  @Override
  public boolean take(HttpPart part) {
    awaited();
    if (done) {
      return false;
    }
    if (part.head() != null && !head(part)) {
      return false;
    }
    if (!begun) {
      done = true;
      handler.answerUnread(request, target, part.failure(), start);
      return false;
    }
    if (!done) {
      body(part);
    }
    return !done && !bodiless && response.writeQueueFull();
  }

  /** Whether the answer goes on. */
  private boolean head(HttpPart part) {
    ComponentHead head;
    try {
      head = ComponentHead.of(part.head());
    } catch (ComponentHead.Malformed e) {
      done = true;
      handler.answerUnread(request, target, new Result(Result.Verdict.BAD_RESPONSE, 0, e.getMessage(), BodyCollector.EMPTY, part.head().cold(),
          part.head().timings()), start);
      serving.gone();
      return false;
    }
    FunctionMeters meters = target.meters();
    meters.started(part.head().cold(), part.head().timings());
    begun = true;
    status = head.status();
    bodiless = head.bodiless() || request.method().name().equals("HEAD");
    owed = bodiless ? -1 : head.contentLength();
    long length = head.contentLength();
    if (!bodiless && length < 0 && part.trailers() != null && part.trailers().isEmpty()) {
      length = part.body().length(); // all of it is here
    }
    writer.head(request, head, length, shared.isolation(), part.head());
    response.drainHandler(x -> serving.drained());
    if (part.body().length() == 0 && !part.last()) {
      response.writeHead();
    }
    return true;
  }

  private void body(HttpPart part) {
    Buffer body = bodiless ? BodyCollector.EMPTY : part.body();
    if (owed >= 0 && body.length() > owed) {
      abort("its answer is longer than its Content-Length");
      return;
    }
    owed -= owed < 0 ? 0 : body.length();
    if (part.failure() != null) {
      if (body.length() > 0) {
        response.write(body);
      }
      abort(part.failure());
    } else if (part.trailers() == null) {
      if (body.length() > 0) {
        response.write(body);
      }
    } else if (owed > 0) {
      abort("its answer is " + owed + " bytes shorter than its Content-Length");
    } else {
      end(body, part.trailers());
    }
  }

  private void end(Buffer body, List<HttpField> given) {
    try {
      for (HttpField trailer : ComponentHead.trailers(given)) {
        if (request.version() == HttpVersion.HTTP_2 || response.isChunked()) {
          response.trailers().add(trailer.name(), trailer.value());
        }
      }
    } catch (ComponentHead.Malformed e) {
      abort(e.getMessage());
      return;
    }
    done = true;
    target.meters().answered(status, System.nanoTime() - start);
    boolean unread = hasBody && !request.isEnded();
    writer.end(request, body, unread && handler.isLarge(request, received));
    if (unread) {
      serving.bodyBroken("the answer is complete");
      request.handler(null).resume();
    }
  }

  private void abort(Result failure) {
    FunctionAnswer made = FunctionAnswer.of(target.function(), shared.isolation(), failure, shared.ids());
    if (made.failure() != null) {
      target.meters().failed(made.failure());
    }
    LOG.warn("function {}: broke off its answer: {}", target.function().name(), made.reason());
    cut();
  }

  private void abort(String why) {
    target.meters().failed("bad_response");
    LOG.warn("function {}: its answer was broken off: {}", target.function().name(), why);
    cut();
    serving.gone();
  }

  private void cut() {
    done = true;
    awaited();
    target.meters().answered(status, System.nanoTime() - start);
    if (!response.headWritten()) {
      response.writeHead();
    }
    if (request.version() == HttpVersion.HTTP_2) {
      response.reset(INTERNAL_ERROR);
    } else {
      writer.cut(request);
    }
  }
}
