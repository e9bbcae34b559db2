package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Ledger;
import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.PhaseSpan;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Phase;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Schedule;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * One run of a plan, phase by phase, on the thread that calls {@link #all}. A phase ends when all its requests have ended; what does not end by
 * itself is ended by the response time-out, so every wait here is bounded.
 */
final class Run implements AutoCloseable {
  private static final long SECOND = 1_000_000_000;
  // The run was broken off: so long do answers that are under way have.
  private static final long LAST_NANOS = SECOND / 2;
  // An eviction before a phase: long enough for the gateway to have dropped the machines, and to have made shells again.
  private static final long SETTLE_NANOS = SECOND / 10;

  private final Plan plan;
  private final BooleanSupplier stopped;
  private final MultiThreadIoEventLoopGroup group;
  private final List<Lane> lanes = new ArrayList<>();
  private final Meter meter;
  private final List<PhaseSpan> spans = new ArrayList<>();
  private final Instant begun = Instant.now();
  private final long begin = System.nanoTime();

  Run(Plan plan, Listener listener, BooleanSupplier stopped) {
    this.plan = plan;
    this.stopped = stopped;
    Requests requests = new Requests(plan);
    group = new MultiThreadIoEventLoopGroup(plan.limits().threads(), new DefaultThreadFactory("sender", true), NioIoHandler.newFactory());
    for (int i = 0; i < plan.limits().threads(); i++) {
      EventLoop loop = group.next();
      lanes.add(on(loop, () -> new Lane(loop, requests, plan.limits())));
    }
    meter = new Meter(plan, lanes, listener);
  }

  Result all() throws InterruptedException {
    meter.start();
    for (Phase phase : plan.phases()) {
      if (!stopped.getAsBoolean()) {
        phase(phase);
      }
    }
    meter.close();
    Ledger sum = new Ledger(plan.calls().size());
    long opened = 0;
    for (Lane lane : lanes) {
      sum.add(on(lane.loop(), lane::ledger));
      opened += on(lane.loop(), lane::opened);
    }
    return new Result(plan.title(), begun, stopped.getAsBoolean(), List.copyOf(spans), sum.series(plan), List.copyOf(meter.seconds()), sum.figures(opened));
  }

  private void phase(Phase phase) throws InterruptedException {
    meter.phase(phase.name(), phase.counted());
    if (phase.evict()) {
      new Evictions(lanes.getFirst()).all(plan, phase.name());
      Pacer.await(System.nanoTime() + SETTLE_NANOS, stopped);
    }
    prepare(phase.model() instanceof Model.Closed closed ? closed.users() : ((Model.Open) phase.model()).connections());
    lanes.forEach(lane -> on(lane.loop(), () -> begin(lane, phase)));
    long phaseBegin = System.nanoTime();
    List<CompletableFuture<Void>> idle = switch (phase.model()) {
      case Model.Open arrivals -> open(arrivals, phaseBegin, phaseBegin + phase.duration().toNanos());
      case Model.Closed closed -> closed(closed, phaseBegin + phase.duration().toNanos());
    };
    boolean open = phase.model() instanceof Model.Open;
    await(idle, open ? 0 : phaseBegin + phase.duration().toNanos() - System.nanoTime());
    long end = System.nanoTime();
    long sending = open ? Math.min(end - phaseBegin, phase.duration().toNanos()) : end - phaseBegin;
    spans.add(new PhaseSpan(phase.name(), phase.counted(), phaseBegin - begin, end - begin, sending));
  }

  private static Void begin(Lane lane, Phase phase) {
    lane.begin(phase.counted());
    return null;
  }

  private void prepare(int connections) throws InterruptedException {
    List<Integer> targets = IntStream.range(0, plan.targets().size()).boxed().toList();
    for (int i = 0; i < lanes.size(); i++) {
      Lane lane = lanes.get(i);
      int share = share(connections, i);
      on(lane.loop(), () -> {
        lane.prepare(targets, share);
        return null;
      });
    }
    long deadline = System.nanoTime() + plan.limits().connect().toNanos() + SECOND;
    while (lanes.stream().anyMatch(lane -> on(lane.loop(), lane::connecting)) && System.nanoTime() - deadline < 0 && !stopped.getAsBoolean()) {
      Thread.sleep(1);
    }
  }

  private int share(int whole, int lane) {
    return whole / lanes.size() + (lane < whole % lanes.size() ? 1 : 0);
  }

  private List<CompletableFuture<Void>> open(Model.Open open, long phaseBegin, long phaseEnd) {
    Pacer.walk(open.schedule().get(), phaseBegin, lanes, stopped);
    // After a burst, say, there is nothing to send, and the phase is not over.
    Pacer.await(phaseEnd, stopped);
    return lanes.stream().map(lane -> on(lane.loop(), lane::finish)).toList();
  }

  private List<CompletableFuture<Void>> closed(Model.Closed closed, long phaseEnd) {
    List<CompletableFuture<Void>> idle = new ArrayList<>();
    for (int i = 0; i < lanes.size(); i++) {
      Lane lane = lanes.get(i);
      int users = share(closed.users(), i);
      Schedule choices = closed.choices().get();
      BooleanSupplier over = () -> stopped.getAsBoolean() || System.nanoTime() - phaseEnd >= 0;
      idle.add(on(lane.loop(), () -> new Users(lane, closed, choices, over).start(users)));
    }
    return idle;
  }

  /**
   * Waits until the lanes are idle. In the order of what is lost: answers have the response time-out; then what waits for a connection is given
   * up; then everything.
   *
   * @param more nanoseconds for which requests are still sent
   */
  private void await(List<CompletableFuture<Void>> idle, long more) throws InterruptedException {
    CompletableFuture<Void> all = CompletableFuture.allOf(idle.toArray(CompletableFuture[]::new));
    long patience = plan.limits().response().toNanos() + plan.limits().connect().toNanos();
    boolean ended = within(all, Math.max(0, more) + patience);
    lanes.forEach(lane -> lane.loop().execute(lane::giveUp));
    if (!ended && !all.isDone()) {
      within(all, stopped.getAsBoolean() ? LAST_NANOS : patience);
    }
    if (!all.isDone()) {
      lanes.forEach(lane -> lane.loop().execute(lane::close));
      within(all, SECOND);
    }
  }

  /** Whether all were done in time; gives up early, half a second after a stop. */
  private boolean within(CompletableFuture<Void> all, long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    long stop = 0;
    while (!all.isDone() && System.nanoTime() - deadline < 0) {
      if (stopped.getAsBoolean()) {
        stop = stop == 0 ? System.nanoTime() : stop;
        if (System.nanoTime() - stop > LAST_NANOS) {
          return false;
        }
      }
      Thread.sleep(2);
    }
    return all.isDone();
  }

  private static <T> T on(EventLoop loop, Callable<T> action) {
    return loop.submit(action).syncUninterruptibly().getNow();
  }

  @Override
  public void close() {
    meter.close();
    lanes.forEach(lane -> on(lane.loop(), () -> {
      lane.close();
      return null;
    }));
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
