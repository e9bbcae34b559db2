package dev.mayfly.outbound;

import dev.mayfly.pool.Outgoing;
import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageWriter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One call of a component to a server, on the event loop of the component's request. What it is told after its end does nothing.
 *
 * <p>The server's name is resolved here, each address held against the policy, and the connection made to an address that passed: so a name cannot
 * mean one thing when it is checked and another when it is used.
 */
final class OutboundCall {
  /** Time-outs that a component does not set: those of {@code wasmtime serve}. */
  private static final long DEFAULT_NANOS = TimeUnit.SECONDS.toNanos(600);
  /** What is ours to say. */
  static final Set<String> OURS = Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "host", "http2-settings", "te",
      "expect");

  /** Methods whose requests have hardly ever a body: the head waits for the first of it, or for the word that there is none. */
  private static final Set<String> RARELY_WITH_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS", "TRACE");
  /** Those that go out without one if neither comes in time; a chunked body of a GET, though it be empty, is more than many servers expect. */
  private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD");
  /** Methods whose requests may be sent twice (RFC 9110, section 9.2.2). */
  private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");
  /** Of a request that may be sent twice, on connections that had been used before. */
  private static final int TRIES = 4;
  /** Milliseconds of that wait. */
  private static final long FOR_THE_BODY = 20;

  /** What is told of a call beside its answer. */
  interface Listener {
    /** So many bytes of its body were taken, or will never be. */
    void taken(int id, int bytes);

    void over(int id);
  }

  private final int id;
  private final CallHead head;
  private final Connections connections;
  private final OutboundPolicy policy;
  private final Outgoing.Guest guest;
  private final Listener listener;
  private final VertxInternal vertx;
  private final ArrayDeque<Buffer> body = new ArrayDeque<>();
  private boolean bodyWhole;
  /** Whether it was waited for whether there is a body. */
  private boolean waited;
  private List<String> trailers = List.of();
  private boolean headSent;
  private boolean sent;
  /** Whether something of the body is gone. */
  private boolean bodyBegun;
  /** Bytes of body that its Content-Length still promises; -1: it has none. */
  private long owed = -1;
  private RequestOptions options;
  /** Null: there is no connection yet. */
  private HttpClientRequest request;
  /** Whether its connection had carried another before. */
  private boolean onUsed;
  /** On connections that had been used before, and broke. */
  private int tries;
  private final CallAnswer answer;
  private long timer = -1;
  private boolean over;

  OutboundCall(int id, CallHead head, Connections connections, OutboundPolicy policy, Outgoing.Guest guest, Listener listener) {
    this.id = id;
    this.head = head;
    this.connections = connections;
    this.policy = policy;
    this.guest = guest;
    this.listener = listener;
    this.answer = new CallAnswer(id, new Answer());
    this.vertx = (VertxInternal) guest.context().owner();
  }

  void begin() {
    Origin origin = Origin.of(head.scheme().toLowerCase(Locale.ROOT), head.authority());
    if (origin == null || !head.target().matches("[/?*][!-~]*|")) {
      fail(ErrorCode.URI, "not a URI of http or https");
    } else if (!policy.allows(origin)) {
      fail(ErrorCode.DENIED, "outbound does not have " + origin.scheme() + "://" + origin.host() + ":" + origin.port());
    } else if (!Octets.token(head.method()) || head.method().equals("CONNECT")) {
      fail(ErrorCode.METHOD, "");
    } else {
      resolve(origin);
    }
  }

  private void resolve(Origin origin) {
    if (OutboundPolicy.literal(origin.host())) {
      try {
        choose(origin, List.of(InetAddress.ofLiteral(origin.host())));
      } catch (IllegalArgumentException e) {
        fail(ErrorCode.URI, "not an address");
      }
      return;
    }
    vertx.nameResolver().resolveAll(origin.host()).onComplete(found -> guest.context().runOnContext(x -> {
      if (over) {
        return;
      }
      if (found.failed()) {
        fail(ErrorCode.DNS, "the name cannot be resolved");
      } else {
        choose(origin, found.result().stream().map(InetSocketAddress::getAddress).toList());
      }
    }));
  }

  /** The first address that may be reached: a name with one that may not is refused whole only if it has no other. */
  private void choose(Origin origin, List<InetAddress> addresses) {
    InetAddress address = addresses.stream().filter(a -> policy.allows(origin, a)).findFirst().orElse(null);
    if (address == null) {
      fail(addresses.isEmpty() ? ErrorCode.DNS : ErrorCode.PROHIBITED, "");
      return;
    }
    options = new RequestOptions().setMethod(HttpMethod.valueOf(head.method())).setSsl(origin.scheme().equals("https"))
        .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, origin.port())))
        .setHost(origin.host().contains(":") ? "[" + origin.host() + "]" : origin.host()).setPort(origin.port())
        .setURI(head.target().startsWith("/") || head.target().equals("*") ? head.target() : "/" + head.target())
        .setConnectTimeout(millis(head.connectNanos()));
    connect();
  }

  private void connect() {
    connections.request(options).onComplete(made -> {
      if (made.failed()) {
        fail(ErrorCode.connecting(made.cause()), "");
      } else if (over) {
        made.result().reset();
      } else {
        connected(made.result());
      }
    });
  }

  private void connected(HttpClientRequest made) {
    request = made;
    onUsed = connections.usedBefore(made.connection());
    request.exceptionHandler(e -> broke(made, e));
    request.drainHandler(x -> pump());
    if (!fields()) {
      fail(ErrorCode.HEADER, "a field cannot be sent");
      return;
    }
    request.response().onComplete(got -> {
      if (got.failed()) {
        broke(made, got.cause());
      } else if (!over) {
        cancelWatch();
        answer.begin(got.result());
      }
    });
    if (timer < 0) {
      watch(head.firstByteNanos());
    }
    if (owed < 0 && RARELY_WITH_BODY.contains(head.method()) && isOpen()) {
      vertx.setTimer(FOR_THE_BODY, x -> waited());
    } else {
      waited = true;
    }
    pump();
  }

  /** Whether all can be sent: a function must not be able to write what another reads as an answer of its own on a connection that both use. */
  private boolean fields() {
    for (int i = 0; i < head.fields().size(); i += 2) {
      String name = head.fields().get(i).toLowerCase(Locale.ROOT);
      String value = head.fields().get(i + 1);
      boolean length = name.equals("content-length");
      if (!Octets.token(name) || !Octets.fieldValue(value) || length && (owed >= 0 || !value.matches("[0-9]{1,18}"))) {
        return false;
      }
      if (length) {
        owed = Long.parseLong(value);
      }
      if (name.equals("te") && value.equalsIgnoreCase("trailers")) {
        request.headers().add("te", value).add("connection", "te"); // what it can carry is for this connection only (RFC 9110, section 10.1.4)
      } else if (!OURS.contains(name)) {
        request.headers().add(head.fields().get(i), value);
      }
    }
    return true;
  }

  // The request's body.

  /** Nothing came of it, and it has not ended. */
  private boolean isOpen() {
    return body.isEmpty() && !bodyWhole;
  }

  private void waited() {
    waited = true;
    if (!over && !headSent && isOpen() && WITHOUT_BODY.contains(head.method())) {
      headSent = true;
      sent = true;
      request.end();
    }
    pump();
  }

  void body(Buffer piece) {
    if (over) {
      listener.taken(id, piece.length());
    } else if (sent) {
      listener.taken(id, piece.length());
      failed(ErrorCode.BODY_SIZE);
    } else {
      body.add(piece);
      pump();
    }
  }

  /** @param given trailers: name, value, name, value ...; those that cannot be sent are left out */
  void bodyEnd(List<String> given) {
    if (!over && !bodyWhole) {
      bodyWhole = true;
      trailers = RequestTrailers.sendable(given);
      pump();
    }
  }

  private void pump() {
    if (request == null || over || sent || !waited && isOpen()) {
      return;
    }
    if (!headSent && !(bodyWhole && body.isEmpty() && trailers.isEmpty())) {
      headSent = true;
      request.setChunked(owed < 0);
      request.writeHead();
    }
    while (!body.isEmpty() && !request.writeQueueFull()) {
      Buffer piece = body.poll();
      listener.taken(id, piece.length());
      if (owed >= 0 && piece.length() > owed) {
        fail(ErrorCode.BODY_SIZE, "more than its Content-Length");
        return;
      }
      owed -= owed < 0 ? 0 : piece.length();
      bodyBegun = true;
      request.write(piece);
    }
    if (bodyWhole && body.isEmpty()) {
      if (owed > 0) {
        fail(ErrorCode.BODY_SIZE, "less than its Content-Length");
        return;
      }
      sent = true;
      if (!trailers.isEmpty() && owed < 0) {
        RequestTrailers.add(request.connection(), trailers);
      }
      request.end();
    }
  }

  // The answer.

  void want() {
    if (!over) {
      answer.want();
    }
  }

  private final class Answer implements CallAnswer.Owner {
    @Override
    public void give(byte[] record) {
      guest.give(record);
    }

    @Override
    public void waits(boolean forServer) {
      if (!forServer) {
        cancelWatch();
      } else if (timer < 0) {
        watch(head.betweenBytesNanos());
      }
    }

    @Override
    public void whole() {
      end();
      if (!sent) {
        cut();
      }
    }

    @Override
    public void fail(String code) {
      OutboundCall.this.fail(code, "");
    }
  }

  // Its end.

  /** The component no longer wants it, or is gone. */
  void drop() {
    if (!over) {
      end();
      cut();
    }
  }

  /**
   * The request broke. On a connection that was used before, its server may just have closed it: what can be sent twice is then sent anew, on
   * another. That may be an old one too: a server that restarts closes all at once; so a few times.
   */
  private void broke(HttpClientRequest made, Throwable cause) {
    if (made != request) {
      return;
    }
    String code = ErrorCode.of(cause, answer.hasBegun());
    if (!over && onUsed && tries < TRIES && !answer.hasBegun() && !bodyBegun && IDEMPOTENT.contains(head.method()) && code.equals(ErrorCode.TERMINATED)) {
      tries++;
      headSent = false;
      sent = false;
      owed = -1;
      request = null;
      connect();
    } else {
      failed(code);
    }
  }

  /** What came of the answer before is given first. */
  private void failed(String code) {
    if (answer.hasBegun()) {
      answer.failed(code);
    } else {
      fail(code, "");
    }
  }

  private void fail(String code, String detail) {
    if (!over) {
      end();
      cut();
      guest.give(new MessageWriter(Message.CALL_ERROR).u32(id).string(code).string(detail).record());
    }
  }

  /**
   * Gives up the request. With its connection: on one that is used again, a server that still waits for the rest of a body would take the next
   * request, perhaps another function's, for that rest.
   */
  private void cut() {
    if (request != null) {
      request.reset();
      request.connection().close();
    }
  }

  private void end() {
    over = true;
    answer.close();
    cancelWatch();
    int left = body.stream().mapToInt(Buffer::length).sum();
    body.clear();
    listener.taken(id, left);
    listener.over(id);
  }

  private void watch(long nanos) {
    timer = vertx.setTimer(millis(nanos), x -> {
      timer = -1;
      fail(ErrorCode.READ_TIMEOUT, "");
    });
  }

  private void cancelWatch() {
    if (timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }

  /** Rounded up, at least one. */
  private static long millis(long nanos) {
    long within = nanos <= 0 ? DEFAULT_NANOS : Math.min(nanos, DEFAULT_NANOS);
    return Math.max(1, (within + 999_999) / 1_000_000);
  }
}
