package dev.mayfly.pool;

import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageReader;
import dev.mayfly.vm.MessageWriter;
import dev.mayfly.vm.Streams;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Between a component in its machine and its client: records on one side, parts of an answer and pieces of a body on the other. The machine's thread
 * calls as {@link Streams} says, the client's context calls what {@link HttpServing} has; a lock that is held for a few instructions guards all.
 * Nobody is called under it.
 *
 * What was taken from the machine at one time goes to the client in one part. The answer's end is told only when the machine goes on or has ended, so that
 * a run's end is known to the pool before its client knows of it. At most {@value ComponentInput#BUFFER} bytes of the request wait here, and of the answer
 * what the program has credit for, {@value Message#RESPONSE_CREDIT} bytes: it gets more as the client takes what came.
 */
final class ComponentStreams implements Streams {
  /** What the streams need of their run. Called without the lock, from any thread. */
  interface Owner {
    /** The program may be able to go on. */
    void nudge();

    /** Time runs again, or another deadline counts. */
    void watch();

    /** Until now, without the run's end. */
    HttpHead head(int status, List<HttpField> fields);

    Result failure(Result.Verdict verdict, String detail);

    /** The program stops for a while, and there are lines in its log. On the machine's thread. */
    void logged();

    /** The caller failed. */
    void abandon();
  }

  private final HttpCaller caller;
  private final Context context;
  private final Log log;
  private final long limit;
  private final Patience patience;
  private final LongSupplier clock;
  private final Owner owner;
  private final Outgoing.Calls calls;
  private final Services services;
  private final ComponentInput input = new ComponentInput();

  private HttpHead head;
  private boolean hasHead;
  /** What waits of the body. */
  private final Pieces pieces = new Pieces();
  private long written;
  private long credit = Message.RESPONSE_CREDIT;
  /** What the client was given and has not taken yet. */
  private int untaken;
  private List<HttpField> trailers;
  private Result failure;
  /** Nothing of the answer is to come, or wanted. */
  private boolean over;
  private boolean begun;
  private boolean scheduled;
  private boolean tooLarge;
  private boolean serviceAsked;

  /** @param limit bytes of the answer's body */
  ComponentStreams(HttpInvocation invocation, Context context, Log log, long limit, Patience patience, LongSupplier clock, Outside outside, Owner owner) {
    this.caller = invocation.caller();
    this.context = context;
    this.log = log;
    this.limit = limit;
    this.patience = patience;
    this.clock = clock;
    this.owner = owner;
    this.calls = outside.outgoing().open(new Guest());
    this.services = outside.services();
    if (!invocation.hasBody()) {
      input.bodyEnd(List.of());
    }
  }

  Log log() {
    return log;
  }

  synchronized boolean tooLarge() {
    return tooLarge;
  }

  synchronized boolean hasHead() {
    return hasHead;
  }

  /** Whether the client has all that it will get. */
  synchronized boolean isOver() {
    return over;
  }

  // The machine's side.

  @Override
  public void memoryRefused(int times) {
    log.memoryRefused(times);
  }

  @Override
  public int read(ByteBuffer into) {
    int put;
    int ask;
    synchronized (this) {
      put = input.read(into);
      ask = input.ask();
    }
    ask(ask);
    return put;
  }

  @Override
  public boolean atEnd() {
    return false;
  }

  /** A component has no client at its standard output: it is the log too. */
  @Override
  public boolean output(ByteBuffer bytes) {
    return error(bytes);
  }

  @Override
  public boolean error(ByteBuffer bytes) {
    log.add(bytes);
    return true;
  }

  @Override
  public boolean record(int kind, ByteBuffer bytes) {
    MessageReader in = new MessageReader(kind, bytes);
    return switch (kind) {
      case Message.RESPONSE_HEAD -> head(in);
      case Message.RESPONSE_BODY -> body(in);
      case Message.RESPONSE_END -> end(in);
      case Message.RESPONSE_ERROR -> failed(in, Result.Verdict.ERROR_RESPONSE, in.string() + ": " + in.string());
      case Message.RESPONSE_ABORT -> failed(in, Result.Verdict.ABORTED, "it gave up the body of its answer");
      case Message.WANT_BODY -> want(in);
      case Message.WANT_CREDIT -> wantCredit(in);
      case Message.CALL, Message.CALL_BODY, Message.CALL_END, Message.CALL_DROP, Message.CALL_WANT -> {
        calls.record(kind, in);
        yield true;
      }
      case Message.SERVICE -> service(in);
      default -> Streams.super.record(kind, bytes);
    };
  }

  private boolean head(MessageReader in) {
    int status = in.u16();
    HttpHead given = owner.head(status, fields(in));
    synchronized (this) {
      require(in, !hasHead && failure == null, "is a second answer");
      hasHead = true;
      if (!over) {
        head = given;
        patience.head(clock.getAsLong());
      }
    }
    owner.watch();
    return true;
  }

  private synchronized boolean body(MessageReader in) {
    require(in, hasHead && trailers == null && failure == null, "comes before the answer's head, or after its end");
    ByteBuffer bytes = in.rest();
    written += bytes.remaining();
    if (written > limit) {
      tooLarge = true;
      return false;
    }
    require(in, written <= credit, "is more than there was credit for");
    if (over) {
      grant(bytes.remaining());
    } else {
      pieces.add(bytes);
    }
    return true;
  }

  /** Under the lock. */
  private void grant(int bytes) {
    credit += bytes;
    input.credit(0, bytes);
  }

  private boolean wantCredit(MessageReader in) {
    int id = in.u32();
    in.end();
    synchronized (this) {
      input.wantCredit(id);
    }
    return true;
  }

  private boolean end(MessageReader in) {
    List<HttpField> given = fields(in);
    synchronized (this) {
      require(in, hasHead && trailers == null && failure == null, "comes before the answer's head, or after its end");
      trailers = given;
      patience.answered(clock.getAsLong());
    }
    owner.watch();
    return true;
  }

  private boolean failed(MessageReader in, Result.Verdict verdict, String detail) {
    in.end();
    Result result = owner.failure(verdict, detail);
    synchronized (this) {
      require(in, failure == null && trailers == null && hasHead == (verdict == Result.Verdict.ABORTED), "does not go with what was answered before");
      failure = result;
      patience.answered(clock.getAsLong());
    }
    owner.watch();
    return true;
  }

  private boolean want(MessageReader in) {
    in.end();
    int ask;
    synchronized (this) {
      input.want();
      ask = input.ask();
      turn();
    }
    ask(ask);
    return true;
  }

  private boolean service(MessageReader in) {
    int id = in.u32();
    String name = in.string();
    List<String> arguments = in.list();
    in.end();
    synchronized (this) {
      // The program waits for each answer, so that there is never more than one under way or unread.
      require(in, !serviceAsked && !input.holds(Message.SERVICE_ANSWER), "asks for a second service before it has the first one's answer");
      serviceAsked = true;
    }
    services.call(name, arguments, answer -> {
      byte[] record = new MessageWriter(Message.SERVICE_ANSWER).u32(id).u32(answer.ok() ? 0 : 1).list(answer.results()).record();
      come(() -> {
        serviceAsked = false;
        input.record(record);
      });
    });
    return true;
  }

  private static List<HttpField> fields(MessageReader in) {
    List<HttpField> fields = HttpField.of(in.list());
    in.end();
    require(in, fields != null, "holds a field without a value");
    return fields;
  }

  private static void require(MessageReader in, boolean holds, String what) {
    if (!holds) {
      throw in.malformed(what);
    }
  }

  @Override
  public void handOn() {
    if (log.hasLines()) {
      owner.logged();
    }
    flush();
  }

  /** Only when far too much waits for servers; else each body is held by its credit. */
  @Override
  public boolean paused() {
    return calls.behind();
  }

  @Override
  public synchronized boolean ready() {
    return input.ready();
  }

  /** The run has ended; what is missing of the answer will not come. @param unless used only if it is not whole */
  void finish(Result unless) {
    calls.close();
    synchronized (this) {
      if (!over && trailers == null && failure == null) {
        failure = unless;
      }
    }
    flush();
  }

  // The client's side.

  /** A machine has the request: time runs. */
  void begin() {
    synchronized (this) {
      begun = true;
      patience.run(clock.getAsLong());
    }
  }

  /** It has no machine any more, and waits for another: time stands. */
  void givenBack() {
    synchronized (this) {
      begun = false;
      patience.stand(clock.getAsLong());
    }
  }

  void body(Buffer piece) {
    come(() -> input.body(piece));
  }

  void bodyEnd(List<HttpField> given) {
    come(() -> input.bodyEnd(given));
  }

  void bodyBroken(String why) {
    come(() -> input.bodyBroken(why));
  }

  /** A record for the program. From any thread. */
  private void give(byte[] record) {
    come(() -> input.record(record));
  }

  private final class Guest implements Outgoing.Guest {
    @Override
    public Context context() {
      return context;
    }

    @Override
    public void give(byte[] record) {
      ComponentStreams.this.give(record);
    }

    @Override
    public void credit(int id, int bytes) {
      synchronized (ComponentStreams.this) {
        input.credit(id, bytes);
      }
      owner.nudge();
    }
  }

  private void come(Runnable what) {
    int ask;
    synchronized (this) {
      what.run();
      ask = input.ask();
      turn();
    }
    ask(ask);
    owner.watch();
    owner.nudge();
  }

  void drained() {
    synchronized (this) {
      taken();
    }
    owner.nudge();
  }

  /** Nothing more is to be told. */
  void gone() {
    synchronized (this) {
      over = true;
      head = null;
      pieces.take();
    }
    owner.nudge();
  }

  /** Nanoseconds left; and what is to be said when none are. */
  synchronized long left() {
    return patience.left(clock.getAsLong());
  }

  synchronized Result.Verdict lateness() {
    return patience.verdict();
  }

  /** Under the lock. */
  private void turn() {
    if (!begun) {
      return;
    }
    if (input.owed()) {
      patience.stand(clock.getAsLong());
    } else {
      patience.run(clock.getAsLong());
    }
  }

  private void ask(int pieces) {
    if (pieces > 0) {
      context.runOnContext(x -> caller.wantBody(pieces));
    }
  }

  private void flush() {
    synchronized (this) {
      boolean something = head != null || pieces.length() > 0 || trailers != null || failure != null;
      if (over || scheduled || !something) {
        return;
      }
      scheduled = true;
    }
    context.runOnContext(x -> deliver());
  }

  /** The client has taken all that it was given. Under the lock. */
  private void taken() {
    grant(untaken);
    untaken = 0;
    patience.moved(clock.getAsLong());
  }

  private void deliver() {
    HttpPart part;
    synchronized (this) {
      scheduled = false;
      if (over) {
        return;
      }
      untaken += pieces.length();
      part = new HttpPart(head, pieces.take(), trailers, failure);
      head = null;
      over = part.last();
    }
    try {
      if (!caller.take(part)) {
        synchronized (this) {
          taken();
        }
      }
    } catch (RuntimeException e) {
      owner.abandon();
      throw e;
    }
    owner.nudge();
  }
}
