package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import dev.mayfly.metrics.Metrics;
import dev.mayfly.pool.Invocation;
import dev.mayfly.pool.Result;
import dev.mayfly.route.Match;
import dev.mayfly.route.RouteTable;
import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Isolation;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request's way, from its head to its answer. One for each event loop, used only there; never blocks. */
final class RequestHandler implements Handler<HttpServerRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
  private static final Set<String> KNOWN = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
  private static final String ALLOWED = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
  /** Bytes of body that are read and dropped for an answer that does not wait for them; beyond, the connection is closed. */
  private static final long DROPPED = 64 * 1024;

  /**
   * What all event loops share; immutable but for its meters and buckets, which are thread-safe.
   *
   * @param leaving whether the gateway is about to stop
   */
  record Shared(
      RouteTable routes,
      Map<String, Target> targets,
      Map<Configuration.Route, TokenBucket> limits,
      Networks trusted,
      Isolation isolation,
      Metrics metrics,
      RequestIds ids,
      BooleanSupplier leaving) {}

  private final Shared shared;
  private final Context context;
  private final Writer writer;
  private final Lookout lookout;

  RequestHandler(Shared shared, Context context) {
    this.shared = shared;
    this.context = context;
    writer = new Writer(shared.leaving());
    lookout = new Lookout(context);
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (Writer.isOver(request)) {
      return;
    }
    long start = System.nanoTime();
    try {
      RequestHead head = head(request);
      if (head.path().equals(RequestHead.SERVER)) {
        unrouted(request, allowing(204, ALLOWED));
      } else {
        route(request, head, start);
      }
    } catch (Refused e) {
      refuse(request, e);
    } catch (RuntimeException e) {
      failed(request, e);
    }
  }

  /** A message that the decoder could not make a request of; the connection's last. */
  void invalid(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    refuse(request, switch (cause) {
      case Refused refused -> refused;
      case TooLongHttpLineException e -> new Refused(414, "The request line is longer than " + HttpLimits.REQUEST_LINE + " octets.");
      case TooLongHttpHeaderException e -> new Refused(431, "The header lines are longer than " + HttpLimits.HEADERS + " octets.");
      default -> new Refused(400, "The request is not well-formed.");
    });
  }

  private static RequestHead head(HttpServerRequest request) {
    String method = request.method().name();
    if (request.version() == HttpVersion.HTTP_2) {
      HostAndPort host = request.authority();
      Authority authority = host == null ? null : Authority.parse(host.port() < 0 ? host.host() : host.host() + ":" + host.port());
      if (authority == null) {
        throw new Refused(400, "There is no valid :authority.");
      }
      return RequestHead.of(method, request.uri(), authority);
    }
    Authority authority = RequestHead.authority(request.headers().getAll(HttpHeaders.HOST), request.version() == HttpVersion.HTTP_1_0);
    RequestHead.checkTransferCodings(request.headers().getAll(HttpHeaders.TRANSFER_ENCODING));
    if (request.headers().contains("")) {
      throw new Refused(400, "A header line has no name.");
    }
    return RequestHead.of(method, request.uri(), authority);
  }

  private void route(HttpServerRequest request, RequestHead head, long start) {
    boolean trace = head.method().equals("TRACE");
    switch (shared.routes.find(head.host(), head.path(), head.method())) {
      case Match.Found found when trace -> unrouted(request, allowing(405, ALLOWED));
      case Match.Found found -> admit(request, head, found, shared.targets.get(found.route().function()), start);
      case Match.NotFound none -> unrouted(request, problem(404, "No route has this host and path."));
      case Match.BadPath bad -> unrouted(request, problem(400, bad.reason()));
      case Match.MethodNotAllowed not when head.method().equals("OPTIONS") -> unrouted(request, allowing(204, String.join(", ", not.allowed())));
      case Match.MethodNotAllowed not when !KNOWN.contains(head.method()) -> unrouted(request, problem(501, "This method is not known here."));
      case Match.MethodNotAllowed not -> unrouted(request, allowing(405, String.join(", ", not.allowed())));
    }
  }

  private Answer allowing(int status, String methods) {
    Answer answer = status == 405 ? problem(405, "This method is not allowed here.") : new Answer(status, BodyCollector.EMPTY);
    return answer.with(HttpHeaders.ALLOW, methods);
  }

  /** What can be said before the body is read. */
  private void admit(HttpServerRequest request, RequestHead head, Match.Found found, Target target, long start) {
    TokenBucket limit = shared.limits.get(found.route());
    long wait = limit == null ? 0 : limit.take();
    if (wait > 0) {
      String seconds = Long.toString((wait + 999_999_999) / 1_000_000_000);
      refuse(request, target, start, "rate_limit", problem(429, "This route takes fewer requests a second.").with(FunctionAnswer.RETRY_AFTER, seconds));
    } else if (headerBytes(request) > target.function().limits().headers()) {
      refuse(request, target, start, "headers", problem(431, "The header lines are longer than this function takes."));
    } else if (contentLength(request) > target.bodyLimit()) {
      refuse(request, target, start, "too_large", problem(413, BodyCollector.tooLarge().getMessage()));
    } else if (expectation(request) && !request.getHeader(HttpHeaders.EXPECT).equalsIgnoreCase("100-continue")) {
      refuse(request, target, start, "expectation", problem(417, "The only expectation met is 100-continue."));
    } else if (target.isComponent()) {
      serve(request, head, found, target, start);
    } else if (expectsMore(request)) {
      body(request, target).onComplete(body -> {
        if (body.succeeded()) {
          invoke(request, head, found, target, body.result(), start);
        } else if (body.cause() instanceof Refused refused) {
          refuseBody(request, target, refused, start);
        }
      });
    } else {
      invoke(request, head, found, target, BodyCollector.EMPTY, start);
    }
  }

  /** To a component: its body is read when the component reads it. */
  private void serve(HttpServerRequest request, RequestHead head, Match.Found found, Target target, long start) {
    String host = request.uri().startsWith("/") ? request.getHeader(HttpHeaders.HOST) : null;
    String authority = host != null ? host : head.port() < 0 ? head.host() : head.host() + ":" + head.port();
    List<String> more = found.route().spin().map(trigger -> SpinHeaders.of(trigger, head.path(),
        ComponentHandOver.scheme(request.isSSL()) + "://" + authority + ComponentHandOver.target(head), clientAndPort(request))).orElse(List.of());
    HandOver handOver = ComponentHandOver.of(head, request.isSSL(), authority, request.headers(), request.version() == HttpVersion.HTTP_2, more);
    if (handOver.size() > Exchange.IN_SIZE) {
      refuse(request, target, start, "headers", problem(431, "The request's head is longer than can be handed to a function."));
      return;
    }
    new ComponentExchange(this, shared, writer, lookout, request, target, start).begin(handOver, expectsMore(request), expectation(request));
  }

  /** A request whose body cannot be taken; the connection's last. */
  void refuseBody(HttpServerRequest request, Target target, Refused refused, long start) {
    target.meters().refused(refused.status() == 413 ? "too_large" : refused.status() == 408 ? "too_slow" : "malformed");
    target.meters().answered(refused.status(), System.nanoTime() - start);
    writer.sendLast(request, problem(refused.status(), refused.getMessage()));
  }

  /** HTTP/1 says in its head whether there is a body; HTTP/2 by its end. */
  private static boolean expectsMore(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2 ? !request.isEnded()
        : contentLength(request) > 0 || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Whether the client expects something; HTTP/1.0 has no such field. */
  private static boolean expectation(HttpServerRequest request) {
    return request.headers().contains(HttpHeaders.EXPECT) && request.version() != HttpVersion.HTTP_1_0;
  }

  private static Future<Buffer> body(HttpServerRequest request, Target target) {
    Future<Buffer> body = BodyCollector.collect(request, target.function().limits().request());
    if (expectation(request)) {
      request.response().writeContinue();
    }
    return body;
  }

  private void invoke(HttpServerRequest request, RequestHead head, Match.Found found, Target target, Buffer body, long start) {
    HandOver handOver;
    Future<Result> result;
    try {
      Call call = new Call(head, request.headers(), found.route().path(), found.parameters(), client(request), request.isSSL(),
          request.localAddress().port(), body);
      handOver = target.handOver().build(call);
      if (handOver.size() > Exchange.IN_SIZE) {
        refuse(request, target, start, "headers", problem(431, "The request's head is longer than can be handed to a function."));
        return;
      }
      result = target.invoker().invoke(new Invocation(handOver, body));
    } catch (RuntimeException e) {
      result = Future.failedFuture(e);
    }
    lookout.called();
    result.onComplete(done -> onLoop(() -> {
      lookout.answered();
      if (done.succeeded()) {
        answer(request, target, done.result(), start);
      } else {
        target.meters().answered(500, System.nanoTime() - start);
        failed(request, done.cause());
      }
    }));
  }

  private void onLoop(Runnable work) {
    if (Vertx.currentContext() != null && context.isEventLoopContext() && sameLoop(Vertx.currentContext())) {
      work.run();
    } else {
      context.runOnContext(x -> work.run());
    }
  }

  private boolean sameLoop(Context current) {
    return ((io.vertx.core.internal.ContextInternal) current).nettyEventLoop() == ((io.vertx.core.internal.ContextInternal) context).nettyEventLoop();
  }

  private void answer(HttpServerRequest request, Target target, Result result, long start) {
    writer.send(request, judged(target, result, start));
  }

  /** The same where the request's body may not have been read. */
  void answerUnread(HttpServerRequest request, Target target, Result result, long start) {
    sendUnread(request, judged(target, result, start));
    request.resume();
  }

  private Answer judged(Target target, Result result, long start) {
    FunctionAnswer made = FunctionAnswer.of(target.function(), shared.isolation, result, shared.ids);
    if (made.refusal() == null && result.verdict() != Result.Verdict.CANNOT_START) {
      target.meters().started(result.cold(), result.timings());
    }
    if (made.refusal() != null) {
      target.meters().refused(made.refusal());
    }
    if (made.failure() != null) {
      target.meters().failed(made.failure());
      LOG.warn("function {}: {}", target.function().name(), made.reason());
    }
    target.meters().answered(made.answer().status(), System.nanoTime() - start);
    return made.answer();
  }

  private String client(HttpServerRequest request) {
    String peer = ProxyProtocol.peer(request.connection(), request.remoteAddress().hostAddress());
    return shared.trusted.client(peer, request.headers().getAll("X-Forwarded-For"));
  }

  /** With the port 0 where a proxy names the client: it does not name its port. */
  private String clientAndPort(HttpServerRequest request) {
    String client = client(request);
    int port = client.equals(request.remoteAddress().hostAddress()) ? request.remoteAddress().port() : 0;
    return (client.contains(":") ? "[" + client + "]" : client) + ":" + port;
  }

  private Answer problem(int status, String detail) {
    return Answer.of(Problem.of(status, detail), shared.ids.next());
  }

  private void refuse(HttpServerRequest request, Target target, long start, String reason, Answer answer) {
    target.meters().refused(reason);
    target.meters().answered(answer.status(), System.nanoTime() - start);
    sendUnread(request, answer);
  }

  private void unrouted(HttpServerRequest request, Answer answer) {
    shared.metrics.unrouted(answer.status());
    sendUnread(request, answer);
  }

  /** An answer that does not wait for the body: a small one is read and dropped, after a large one the connection is of no more use. */
  private void sendUnread(HttpServerRequest request, Answer answer) {
    if (expectsMore(request) && isLarge(request, 0)) {
      writer.sendLast(request, answer);
    } else {
      writer.send(request, answer);
    }
  }

  /** Whether what is left of a body is more than is worth reading, or of unknown length. */
  boolean isLarge(HttpServerRequest request, long received) {
    return request.headers().contains(HttpHeaders.EXPECT) || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || contentLength(request) - received > DROPPED;
  }

  private void refuse(HttpServerRequest request, Refused refused) {
    shared.metrics.unrouted(refused.status());
    writer.sendLast(request, problem(refused.status(), refused.getMessage()));
  }

  private void failed(HttpServerRequest request, Throwable cause) {
    String id = shared.ids.next();
    LOG.error("request {} failed in the gateway", id, cause);
    writer.sendLast(request, Answer.of(Problem.of(500, "The gateway failed; its log says why."), id));
  }

  private static long contentLength(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      throw new Refused(400, "The field Content-Length is not a number.");
    }
  }

  private static long headerBytes(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2 && request.decoderResult() instanceof RequestTrailers.Mark decoded) {
      return decoded.headerSize();
    }
    long bytes = 0;
    for (Map.Entry<String, String> header : request.headers()) {
      bytes += header.getKey().length() + header.getValue().length() + 2;
    }
    return bytes;
  }
}
