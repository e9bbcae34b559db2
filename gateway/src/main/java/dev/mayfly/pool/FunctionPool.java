package dev.mayfly.pool;

import dev.mayfly.config.Configuration;
import dev.mayfly.function.Deployed;
import dev.mayfly.pool.Result.Verdict;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Vm;
import dev.mayfly.vm.WorkingSet;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A function's machines and the requests that wait for them. What is to be done is decided by {@link Admission}, one event at a time; this class
 * serialises the events, carries the decisions out on the machines' threads, and answers the requests.
 *
 * All calls come from any thread and return at once. A future completes on the Vert.x context that the call was made on.
 * The end of a run is an event before the request is answered, so the client's next request finds its machine free or being reset, never busy.
 */
public final class FunctionPool implements MemoryBudget.Pool {
  /** Requests whose log is being written, at most; what comes on top is dropped and counted. */
  private static final int LOGS_IN_FLIGHT = 1_000;
  /** How long no machine is made after many could not be, and no request taken after many crashed. */
  private static final Duration BREAK = Duration.ofSeconds(1);

  /** So many runs must crash, all in a row, for a function to be refused. */
  static final int CRASHES = 20;
  /** Requests that are let in to see whether it still crashes. */
  private static final int TRIALS = 3;

  private final Configuration.Function function;
  private final Snapshot snapshot;
  private final Engine engine;
  private final VmThreads threads;
  private final Vertx vertx;
  private final LongSupplier clock;
  private final MemoryBudget memory;
  private final Outside outside;
  private final Logger log;
  private final Combiner combiner = new Combiner();
  private final Semaphore logs = new Semaphore(LOGS_IN_FLIGHT);
  private final AtomicLong logLost = new AtomicLong();
  private final LongAdder pagesPutBack = new LongAdder();
  private final LongAdder memoryRefused = new LongAdder();
  private final Admission admission;
  private final Streamed streamed = new Streamed();
  private final Map<VmThread, Backlog> backlogs = new ConcurrentHashMap<>();
  private final Usage usage;
  private volatile Stats stats;
  /** Events only. */
  private long nextTick = Long.MAX_VALUE;
  private Runnable cancelTick = () -> {};

  /**
   * @param clock monotonic, in nanoseconds
   * @param memory shared by all pools of the gateway
   */
  public FunctionPool(Deployed deployed, Engine engine, VmThreads threads, Vertx vertx, LongSupplier clock, MemoryBudget memory) {
    this(deployed, engine, threads, vertx, clock, memory, Outside.NOTHING);
  }

  /** @param outside what its components can reach, if it is one */
  public FunctionPool(Deployed deployed, Engine engine, VmThreads threads, Vertx vertx, LongSupplier clock, MemoryBudget memory, Outside outside) {
    this.function = deployed.configuration();
    this.snapshot = deployed.snapshot();
    this.engine = engine;
    this.threads = threads;
    this.vertx = vertx;
    this.clock = clock;
    this.memory = memory;
    this.outside = outside;
    log = LoggerFactory.getLogger("function." + function.name());
    admission = new Admission(Admission.Limits.of(function, engine.followers()), places(name(), function.concurrency()), breaker(name(), clock), said(crashes(name(), clock)), memory, this);
    stats = admission.stats(0);
    usage = new Usage(clock.getAsLong());
    memory.join(this);
    event(admission::begin);
  }

  /** Never waits: what finds no place is queued by the admission. */
  static Bulkhead places(String name, int concurrency) {
    return Bulkhead.of(name, BulkheadConfig.custom().maxConcurrentCalls(concurrency).maxWaitDuration(Duration.ZERO).build());
  }

  /** Opens when half of the last machines could not be made; then one is tried after each {@link #BREAK}. */
  static CircuitBreaker breaker(String name, LongSupplier clock) {
    return CircuitBreaker.of(name, CircuitBreakerConfig.custom()
        .slidingWindowSize(10).minimumNumberOfCalls(5).failureRateThreshold(50)
        .waitDurationInOpenState(BREAK).permittedNumberOfCallsInHalfOpenState(1).clock(new NanoClock(clock))
        .build());
  }

  /**
   * Opens when each of the last runs crashed: one sound run among them shows that it is the requests, not the function, so a client with bad requests
   * cannot shut out those with good ones. Some are tried after each {@link #BREAK}; one sound run among them closes it.
   */
  static CircuitBreaker crashes(String name, LongSupplier clock) {
    return CircuitBreaker.of(name, CircuitBreakerConfig.custom()
        .slidingWindowSize(CRASHES).minimumNumberOfCalls(CRASHES).failureRateThreshold(100)
        .waitDurationInOpenState(BREAK).permittedNumberOfCallsInHalfOpenState(TRIALS).clock(new NanoClock(clock))
        .build());
  }

  /** Told in the log when it opens; elsewhere, for a logger may block. */
  private CircuitBreaker said(CircuitBreaker crashes) {
    crashes.getEventPublisher().onStateTransition(event -> {
      if (event.getStateTransition() == CircuitBreaker.StateTransition.CLOSED_TO_OPEN) {
        vertx.executeBlocking(this::sayItCrashes, false);
      }
    });
    return crashes;
  }

  private Void sayItCrashes() {
    log.warn("the last {} runs crashed: requests are refused (503, circuit-open) but for {} tries every {} s, until one does not crash", CRASHES, TRIALS,
        BREAK.toSeconds());
    return null;
  }

  public String name() {
    return function.name();
  }

  public Configuration.Function configuration() {
    return function;
  }

  /** Bytes that its machines count with in the memory budget. */
  public long memory() {
    return memory.used(this);
  }

  /** How often its requests were refused memory beyond their limit, so far. */
  public long memoryRefused() {
    return memoryRefused.sum();
  }

  /** Pages that its requests may have written and resets put back, so far. */
  public long pagesPutBack() {
    return pagesPutBack.sum();
  }

  /** As of the last event. */
  public Stats stats() {
    return stats;
  }

  /** What its requests were seen to write; empty: not known. */
  public Optional<WorkingSet> workingSet() {
    return snapshot.workingSet();
  }

  /** How much it was used so far, up to this moment. */
  public Usage.Totals usage() {
    return usage.totals(clock.getAsLong());
  }

  /** Machines busy and requests without one, together, at most since the last call, which is the sizer's. */
  public int peak() {
    return usage.peak();
  }

  /** Keeps so many machines from now on, made ahead where they are not there; what is idle beyond them goes after the spare time. */
  public void keep(int machines, Duration spare) {
    event(now -> admission.size(machines, spare.toNanos(), now));
  }

  /** Has so many machines at most from now on, of the function's {@code concurrency}; 1 and up. Those beyond go when they are idle. */
  public void allow(int machines) {
    event(now -> admission.allow(machines, now));
  }

  /** Runs a request in a machine. Never fails: what went wrong is the result's verdict. */
  public Future<Result> invoke(Invocation invocation) {
    Call call = new Call(invocation, vertx.getOrCreateContext());
    event(now -> admission.arrived(call, now));
    return call.promise.future();
  }

  /** Runs a request to a component that serves HTTP; its answer goes to the invocation's caller. Never fails: what goes wrong is a part of the answer. */
  public HttpServing serve(HttpInvocation invocation) {
    StreamedCall call = new StreamedCall(streamed, invocation, vertx.getOrCreateContext(), function, outside, clock, threads.deadlines());
    event(now -> admission.arrived(call, now));
    return call;
  }

  /** Drops the machines of now: idle ones at once, busy ones when they end. Completes when they are gone; the next start is cold. */
  public Future<Void> evict() {
    return completing((done, now) -> admission.evict(done, now));
  }

  /**
   * Takes no more requests, lets those that are in run for the grace, then stops them. Completes when all machines are gone. Twice is fine.
   */
  public Future<Void> stop(Duration grace) {
    Future<Void> gone = completing((done, now) -> admission.stop(done, now));
    Runnable cancel = threads.timer().after(grace.toNanos(), () -> event(admission::cutOff));
    return gone.onComplete(x -> {
      cancel.run();
      memory.leave(this);
    });
  }

  @Override
  public void memoryFreed() {
    event(admission::memoryFreed);
  }

  @Override
  public void memoryWanted() {
    event(now -> admission.memoryWanted());
  }

  private interface Event {
    void at(long now);
  }

  private interface Completing {
    void begin(Runnable done, long now);
  }

  private Future<Void> completing(Completing what) {
    Context context = vertx.getOrCreateContext();
    Promise<Void> promise = Promise.promise();
    event(now -> what.begin(() -> context.runOnContext(x -> promise.complete()), now));
    return promise.future();
  }

  private void event(Event event) {
    combiner.submit(() -> {
      long now = clock.getAsLong();
      event.at(now);
      stats = admission.stats(logLost.get());
      usage.counts(stats, now);
      admission.actions().forEach(this::carryOut);
      schedule(admission.nextTick());
    });
  }

  /** Sees to it that a tick comes in time. One that comes early looks and goes; so an ordinary request moves no timer. */
  private void schedule(OptionalLong wanted) {
    if (wanted.isEmpty() || nextTick != Long.MAX_VALUE && wanted.getAsLong() - nextTick >= 0) {
      return;
    }
    cancelTick.run();
    nextTick = wanted.getAsLong();
    cancelTick = threads.timer().after(Math.max(0, nextTick - clock.getAsLong()), () -> event(now -> {
      nextTick = Long.MAX_VALUE;
      admission.tick(now);
    }));
  }

  private void carryOut(Action action) {
    switch (action) {
      case Action.Serve serve -> ((Request) serve.ticket()).serve(serve.slot(), serve.followers());
      case Action.Restore restore -> restore(restore.slot());
      case Action.Reset reset when reset.slot().kept -> reset.slot().machine.keep(held -> event(now -> admission.reset(reset.slot(), held, now)));
      case Action.Reset reset -> reset.slot().machine.reset(pagesPutBack, held -> event(now -> admission.reset(reset.slot(), held, now)));
      case Action.Close close -> close.slot().machine.close(() -> event(now -> admission.closed(close.slot(), now)));
      case Action.Refuse refuse -> ((Request) refuse.ticket()).refuse(refuse.verdict(), refuse.detail());
      case Action.Stop stop -> ((Request) stop.ticket()).stop(stop.verdict());
      case Action.Complete complete -> complete.done().run();
    }
  }

  private void restore(Slot slot) {
    VmThread thread = threads.leastLoaded();
    thread.submitLong(this, () -> {
      if (!slot.claim()) {
        return; // the request was served otherwise
      }
      try {
        Vm vm = engine.restore(snapshot);
        slot.held = Math.clamp(vm.heldBytes(), 0, slot.held);
        slot.machine = new Machine(vm, thread, this, threads.timer(), slot.lease, backlogs.computeIfAbsent(thread, t -> new Backlog()), this::roomMade);
      } catch (Engine.CannotStart | RuntimeException e) {
        log.warn("No machine could be made: {}", e.getMessage());
        event(now -> admission.restoreFailed(slot, String.valueOf(e.getMessage()), now));
        return;
      }
      event(now -> admission.restored(slot, now));
    });
  }

  /** On a machine's thread. */
  private void roomMade() {
    if (admission.wantsRoom()) {
      event(admission::roomMade);
    }
  }

  /** On the machine's thread. */
  private void ended(Call call, Run.End end) {
    long ran = clock.getAsLong() - call.served;
    boolean reusable = end.outcome() instanceof Outcome.Exited && !end.spoiled();
    call.health = Ticket.Health.of(end.outcome());
    event(now -> admission.ended(call, reusable, now));
    Result result = result(call, end, ran);
    call.machine.answer(() -> call.answer(result), stats.queued() > 0);
    write(call.streams.log());
  }

  private static Result result(Call call, Run.End end, long ran) {
    Result.Timings timings = new Result.Timings(call.queued, call.restored, ran);
    Verdict verdict = switch (end.outcome()) {
      case Outcome.Exited exited -> Verdict.EXITED;
      case Outcome.Trapped trapped -> Verdict.TRAPPED;
      case Outcome.Stopped stopped when call.streams.tooLarge() -> Verdict.OUTPUT_TOO_LARGE;
      case Outcome.Stopped stopped when end.stopped() != null -> end.stopped();
      default -> Verdict.BROKEN;
    };
    String detail = switch (end.outcome()) {
      case Outcome.Trapped trapped -> trapped.message();
      case Outcome.Broken broken -> broken.reason();
      default -> "";
    };
    int status = end.outcome() instanceof Outcome.Exited(int s) ? s : 0;
    return new Result(verdict, status, detail, verdict == Verdict.EXITED ? call.streams.output() : Buffer.buffer(), call.cold, timings);
  }

  /** What is left of a log at its run's end. */
  private void write(Log log) {
    if (!log.isEmpty()) {
      memoryRefused.add(log.memoryRefused());
      logLost.addAndGet(log.lost());
      write(log.lines(), log.kept());
    }
  }

  /** Elsewhere, for a logger may block. Too much at a time is lost. */
  private Future<Void> write(List<String> lines, long bytes) {
    if (!logs.tryAcquire()) {
      logLost.addAndGet(bytes);
      return Future.succeededFuture();
    }
    return vertx.executeBlocking(() -> {
      lines.forEach(log::info);
      return (Void) null;
    }, false).onComplete(x -> logs.release());
  }

  private Void sayItTakesOne() {
    log.warn("its instance did not answer a second request, so each takes one only: from now on it is served as with fresh: request; write that to be rid of this");
    return null;
  }

  /** What the calls to components ask for; from any thread. */
  private final class Streamed implements StreamedCall.Pool {
    @Override
    public void ended(StreamedCall call, boolean reusable, boolean whole, boolean answered) {
      event(now -> {
        boolean known = admission.takesOne();
        admission.ended(call, reusable, whole, answered, now);
        if (!known && admission.takesOne()) {
          vertx.executeBlocking(FunctionPool.this::sayItTakesOne, false);
        }
      });
      call.logWritten().onComplete(x -> write(call.streams.log()));
    }

    @Override
    public Future<Void> log(List<String> lines, long bytes) {
      return write(lines, bytes);
    }

    @Override
    public void givenBack(StreamedCall call) {
      event(now -> {
        if (call.stopped() == null) {
          admission.givenBack(call, now);
        } else {
          admission.givenBack(call, call.stopped(), now);
        }
      });
    }

    @Override
    public boolean othersWait() {
      return stats.queued() > 0;
    }

    @Override
    public void gone(StreamedCall call) {
      event(now -> {
        if (!admission.gone(call, now)) {
          call.stop(Verdict.CLIENT_GONE);
        }
      });
    }
  }

  /** A request of any kind. Its calls come in the pool's events. */
  abstract static class Request extends Ticket {
    /** @param followers of the same kind */
    abstract void serve(Slot slot, List<Ticket> followers);

    abstract void refuse(Verdict verdict, String detail);

    abstract void stop(Verdict verdict);
  }

  /** A request to a command. */
  private final class Call extends Request {
    final Invocation invocation;
    final Context context;
    final Promise<Result> promise = Promise.promise();
    final CommandStreams streams;
    /** Nanoseconds. */
    long queued;
    long restored;
    /** Set when it is served, before anything can stop it. */
    private Machine machine;
    private Run run;

    Call(Invocation invocation, Context context) {
      this.invocation = invocation;
      this.context = context;
      this.streams = new CommandStreams(invocation.body(), function.limits().response(), new Log(function.limits().log()));
    }

    @Override
    void serve(Slot slot, List<Ticket> followers) {
      long waited = served - arrived;
      restored = cold ? Math.min(slot.restoreNanos, waited) : 0;
      queued = waited - restored;
      machine = slot.machine;
      run = machine.run(invocation.handOver(), streams, function.limits().cpu().toNanos(), end -> ended(this, end));
      run.begin();
    }

    @Override
    void refuse(Verdict verdict, String detail) {
      long waited = Math.max(0, clock.getAsLong() - arrived);
      answer(new Result(verdict, 0, detail, Buffer.buffer(), false, new Result.Timings(waited, 0, 0)));
    }

    @Override
    void stop(Verdict verdict) {
      run.stop(verdict);
    }

    void answer(Result result) {
      context.runOnContext(x -> promise.complete(result));
    }
  }
}
