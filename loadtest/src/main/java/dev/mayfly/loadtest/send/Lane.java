package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.measure.Ledger;
import dev.mayfly.loadtest.measure.Sample;
import dev.mayfly.loadtest.measure.Tally;
import dev.mayfly.loadtest.plan.Limits;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One event loop's share of a run: its connections, what it has measured, and what is under way. Everything is for its own thread, but for
 * {@link #post}, which is the pacer's.
 */
final class Lane {
  private static final long SWEEP_MILLIS = 50;

  private final EventLoop loop;
  private final Requests requests;
  private final Limits limits;
  private final long lateNanos;
  private final Pool[] pools;
  private final Ledger ledger;
  private final AtomicInteger posted = new AtomicInteger();
  private final AtomicLongArray dropped;
  private Tally[] tallies;
  private Tally[] spare;
  private boolean counted;
  private int begun;
  private boolean sending;
  private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);

  Lane(EventLoop loop, Requests requests, Limits limits) {
    this.loop = loop;
    this.requests = requests;
    this.limits = limits;
    this.lateNanos = limits.late().toNanos();
    this.ledger = new Ledger(requests.calls());
    this.dropped = new AtomicLongArray(requests.calls());
    this.pools = requests.places().stream().map(p -> new Pool(this, loop, p, limits)).toArray(Pool[]::new);
    this.tallies = tallies(requests.targets());
    this.spare = tallies(requests.targets());
    loop.scheduleAtFixedRate(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  EventLoop loop() {
    return loop;
  }

  Requests requests() {
    return requests;
  }

  /** Begins a phase. */
  void begin(boolean countedPhase) {
    counted = countedPhase;
    sending = true;
    idle = new CompletableFuture<>();
  }

  /** Nothing more will arrive in this phase: completes when nothing is under way any more. */
  CompletableFuture<Void> finish() {
    sending = false;
    drained();
    return idle;
  }

  /** Hands an arrival over, when it is due. Any thread; a lane that is too far behind does not take it, which is counted. */
  void post(int call, long intended) {
    if (posted.get() >= limits.backlog()) {
      dropped.incrementAndGet(call);
      return;
    }
    posted.incrementAndGet();
    loop.execute(() -> arrive(call, intended));
  }

  private void arrive(int call, long intended) {
    posted.decrementAndGet();
    long lag = System.nanoTime() - intended;
    tally(call).lag(lag);
    if (counted) {
      ledger.planned();
      ledger.lag(lag);
    }
    begin(call, intended, lag > lateNanos, this::ended);
  }

  /** Takes up a request of the closed model: due when it is sent. */
  void begin(int call, Exchange.Ended ended) {
    if (counted) {
      ledger.planned();
    }
    begin(call, System.nanoTime(), false, ended);
  }

  private void begin(int call, long intended, boolean late, Exchange.Ended ended) {
    Request request = requests.of(call);
    begun++;
    pools[request.pool()].offer(new Exchange(request, call, intended, late, ended));
  }

  /** Sends a request that is none of the plan's calls. */
  void aside(Request request, Exchange.Ended ended) {
    begun++;
    pools[request.pool()].offer(new Exchange(request, -1, System.nanoTime(), false, (e, cause, example) -> {
      begun--;
      ended.ended(e, cause, example);
      drained();
    }));
  }

  /** Notes how one of the plan's calls ended. */
  void ended(Exchange exchange, Cause cause, String example) {
    begun--;
    if (cause != null) {
      failed(exchange.call, cause, example);
    } else {
      Sample sample = new Sample(exchange.call, exchange.intended, exchange.sent, exchange.done, exchange.start, exchange.stages, exchange.late, exchange.bytes);
      tally(exchange.call).good(sample);
      if (counted) {
        ledger.good(sample);
      }
    }
    drained();
  }

  void failed(int call, Cause cause, String example) {
    tally(call).failed();
    if (counted) {
      ledger.failed(call, cause, example);
    }
  }

  void sent(Exchange exchange) {
    if (exchange.call >= 0) {
      tally(exchange.call).sent();
      if (counted) {
        ledger.sent();
      }
    }
  }

  void waits() {
    if (counted) {
      ledger.waited();
    }
  }

  /** The pool has no place for it, or no time left. */
  void unsent(Exchange exchange) {
    begun--;
    if (exchange.call >= 0) {
      tally(exchange.call).unsent(1);
      if (counted) {
        ledger.unsent(exchange.call);
      }
    }
    drained();
  }

  private void drained() {
    if (!sending && begun == 0) {
      idle.complete(null);
    }
  }

  void prepare(List<Integer> places, int connections) {
    places.forEach(p -> pools[p].prepare(connections));
  }

  boolean connecting() {
    for (Pool pool : pools) {
      if (pool.connecting()) {
        return true;
      }
    }
    return false;
  }

  /** Ends what still waits for a connection. */
  void giveUp() {
    for (Pool pool : pools) {
      pool.giveUp();
    }
  }

  /** Closes all connections; what was under way has no result. */
  void close() {
    for (Pool pool : pools) {
      pool.close();
    }
    begun = 0;
    drained();
  }

  /** What was measured of each target since the last time. The tallies are the caller's until it calls again. */
  Tally[] turn() {
    drain();
    for (int target = 0; target < tallies.length; target++) {
      tallies[target].state(pools[target].underWay(), pools[target].open());
    }
    Tally[] full = tallies;
    tallies = spare;
    spare = full;
    for (Tally tally : tallies) {
      tally.clear();
    }
    return full;
  }

  /** All that was measured; the lane must be at rest. */
  Ledger ledger() {
    drain();
    return ledger;
  }

  /** Arrivals that were not taken over. */
  private void drain() {
    for (int call = 0; call < dropped.length(); call++) {
      long count = dropped.getAndSet(call, 0);
      if (count > 0) {
        tally(call).unsent(count);
        if (counted) {
          ledger.dropped(call, count);
        }
      }
    }
  }

  long opened() {
    long sum = 0;
    for (int target = 0; target < tallies.length; target++) {
      sum += pools[target].opened();
    }
    return sum;
  }

  private void sweep() {
    long sentBefore = System.nanoTime() - limits.response().toNanos();
    for (Pool pool : pools) {
      pool.expire(sentBefore);
    }
  }

  private Tally tally(int call) {
    return tallies[requests.target(call)];
  }

  private static Tally[] tallies(int targets) {
    Tally[] tallies = new Tally[targets];
    for (int i = 0; i < targets; i++) {
      tallies[i] = new Tally();
    }
    return tallies;
  }
}
