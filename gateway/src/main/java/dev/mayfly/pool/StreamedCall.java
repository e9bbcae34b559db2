package dev.mayfly.pool;

import dev.mayfly.config.Configuration;
import dev.mayfly.pool.Result.Timings;
import dev.mayfly.pool.Result.Verdict;
import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A request to a component, from its arrival to its run's end. What the client's side tells comes on its context; what the pool decides, in the pool's
 * events; the run's end, on the machine's thread. Each may come at any time, and twice does no harm.
 */
final class StreamedCall extends FunctionPool.Request implements HttpServing, ComponentStreams.Owner, Run.Listener {
  /** What the call needs of its pool. From any thread. */
  interface Pool {
    /** The run is over. @param whole the program ended by itself @param answered and has given an answer */
    void ended(StreamedCall call, boolean reusable, boolean whole, boolean answered);

    /** It was to follow another request in its machine, and has not begun. */
    void givenBack(StreamedCall call);

    void gone(StreamedCall call);

    /** Writes lines to the function's log. @param bytes counted as lost if it is not done; it completes in any case */
    Future<Void> log(List<String> lines, long bytes);

    /** Whether there are requests without a machine, or behind another in one. */
    boolean othersWait();
  }

  /** With less, what an entry's requests took together would not be told apart well enough. */
  private static final long LEAST_CPU_NANOS = 100_000_000;

  private final Pool pool;
  private final HttpInvocation invocation;
  private final LongSupplier clock;
  private final Timer timer;
  private final long cpuNanos;
  final ComponentStreams streams;
  /** The lines that were written last; the machine's thread only, like the log. */
  private Future<Void> logged = Future.succeededFuture();
  private long queued;
  private long restored;
  private volatile Run run;
  /** The run's; set before it. */
  private Machine machine;
  /** Why it is to end, whatever run it has. The pool's events only. */
  private Verdict stopped;
  /** Under the lock: when the clock is looked at next. */
  private long watchedFor = Long.MAX_VALUE;
  private Runnable cancelWatch = () -> {};
  private boolean ended;

  StreamedCall(Pool pool, HttpInvocation invocation, Context context, Configuration.Function function, Outside outside, LongSupplier clock,
      Timer timer) {
    this.pool = pool;
    this.invocation = invocation;
    this.clock = clock;
    this.timer = timer;
    this.cpuNanos = function.limits().cpu().toNanos();
    untimed = true;
    canFollow = invocation.handOver().size() <= Exchange.FOLLOWER_SIZE && cpuNanos >= LEAST_CPU_NANOS;
    Patience patience = new Patience(function.timeout().toNanos(), function.idle().toNanos());
    long limit = function.limits().responseWritten() ? function.limits().response() : Long.MAX_VALUE;
    streams = new ComponentStreams(invocation, context, new Log(function.limits().log()), limit, patience, clock, outside, this);
  }

  @Override
  void serve(Slot slot, List<Ticket> followers) {
    enter(slot).begin(followers.stream().map(follower -> ((StreamedCall) follower).enter(slot)).toList());
  }

  private Run enter(Slot slot) {
    long waited = served - arrived;
    restored = cold ? Math.min(slot.restoreNanos, waited) : 0;
    queued = waited - restored;
    machine = slot.machine;
    Run mine = machine.run(invocation.handOver(), streams, cpuNanos, this);
    run = mine;
    if (stopped != null) {
      mine.stop(stopped);
    }
    streams.begin();
    watch();
    return mine;
  }

  @Override
  void refuse(Verdict verdict, String detail) {
    long waited = Math.max(0, clock.getAsLong() - arrived);
    streams.finish(new Result(verdict, 0, detail, Buffer.buffer(), false, new Timings(waited, 0, 0)));
  }

  @Override
  void stop(Verdict verdict) {
    stopped = verdict;
    if (run != null) {
      run.stop(verdict);
    }
  }

  /** Why it is to end; null: it is not. In the pool's events. */
  Verdict stopped() {
    return stopped;
  }

  // What the run tells, on the machine's thread.

  @Override
  public void givenBack() {
    streams.givenBack();
    pool.givenBack(this);
  }

  @Override
  public void ended(Run.End end) {
    synchronized (this) {
      ended = true;
      cancelWatch.run();
    }
    boolean whole = end.outcome() instanceof Outcome.Exited && !end.spoiled();
    boolean left = end.outcome() instanceof Outcome.Stopped && end.stopped() == Verdict.CLIENT_GONE && run.atRest() && !end.spoiled();
    health = Health.of(end.outcome());
    pool.ended(this, whole || left, whole, whole && streams.hasHead());
    Result unless = result(end);
    machine.answer(() -> streams.finish(unless), pool.othersWait());
  }

  private Result result(Run.End end) {
    return switch (end.outcome()) {
      case Outcome.Exited exited when streams.hasHead() -> failure(Verdict.ABORTED, "it ended before its answer did");
      case Outcome.Exited exited -> failure(Verdict.NO_RESPONSE, "it ended without an answer");
      case Outcome.Trapped trapped -> failure(Verdict.TRAPPED, trapped.message());
      case Outcome.Stopped stopped when streams.tooLarge() -> failure(Verdict.OUTPUT_TOO_LARGE, "");
      case Outcome.Stopped stopped when end.stopped() != null -> failure(end.stopped(), "");
      case Outcome.Broken broken -> failure(Verdict.BROKEN, broken.reason());
      default -> failure(Verdict.BROKEN, "");
    };
  }

  // What the streams ask for.

  @Override
  public void nudge() {
    Run mine = run;
    if (mine != null) {
      mine.nudge();
    }
  }

  @Override
  public void watch() {
    long left = streams.left();
    synchronized (this) {
      if (ended || run == null || left == Long.MAX_VALUE) {
        return;
      }
      long at = clock.getAsLong() + left;
      if (watchedFor == Long.MAX_VALUE || at - watchedFor < 0) {
        cancelWatch.run();
        watchedFor = at;
        cancelWatch = timer.after(Math.max(0, left), this::look);
      }
    }
  }

  private void look() {
    synchronized (this) {
      watchedFor = Long.MAX_VALUE;
    }
    if (streams.left() <= 0) {
      run.stop(streams.lateness());
    } else {
      watch();
    }
  }

  /** One piece of the log at a time, so that lines keep their order. */
  @Override
  public void logged() {
    if (logged.isComplete()) {
      long before = streams.log().kept();
      List<String> lines = streams.log().take();
      logged = pool.log(lines, before - streams.log().kept());
    }
  }

  /** When what was written of the log is out. */
  Future<Void> logWritten() {
    return logged;
  }

  @Override
  public HttpHead head(int status, List<HttpField> fields) {
    return new HttpHead(status, fields, cold, timings());
  }

  @Override
  public Result failure(Verdict verdict, String detail) {
    return new Result(verdict, 0, detail, Buffer.buffer(), cold, timings());
  }

  private Timings timings() {
    return new Timings(queued, restored, clock.getAsLong() - served);
  }

  @Override
  public void abandon() {
    gone();
  }

  // What the client's side tells.

  @Override
  public void body(Buffer piece) {
    streams.body(piece);
  }

  @Override
  public void bodyEnd(List<HttpField> trailers) {
    streams.bodyEnd(trailers);
  }

  @Override
  public void bodyBroken(String why) {
    streams.bodyBroken(why);
  }

  @Override
  public void drained() {
    streams.drained();
  }

  @Override
  public void gone() {
    streams.gone();
    pool.gone(this);
  }
}
