package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Fresh;
import dev.mayfly.function.Deployed;
import dev.mayfly.pool.Result.Verdict;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Streams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool on real threads, over machines without a guest. */
@Timeout(60)
class FunctionPoolTest {
  private static final long MIB = 1 << 20;
  private static Vertx vertx;

  private final FakeEngine engine = new FakeEngine();
  private final VmThreads threads = new VmThreads(engine, 2);
  private final MemoryBudget memory = new MemoryBudget(10_000 * MIB, threads::execute);

  @BeforeAll
  static void begin() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void end() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void everyMachineStayedOnItsThread() {
    threads.close();
    assertThat(engine.wrong).isEmpty();
  }

  @Test
  void theFirstAnswerIsColdTheNextWarm() {
    engine.program = (vm, streams) -> {
      streams.output(ByteBuffer.wrap("hello".getBytes()));
      return new Outcome.Exited(7);
    };
    FunctionPool pool = pool(settings());
    Result cold = get(pool.invoke(request()));
    Result warm = get(pool.invoke(request()));
    assertThat(cold.verdict()).isEqualTo(Verdict.EXITED);
    assertThat(cold.status()).isEqualTo(7);
    assertThat(cold.output()).isEqualTo(Buffer.buffer("hello"));
    assertThat(cold.cold()).isTrue();
    assertThat(cold.timings().restore()).isPositive();
    assertThat(cold.timings().run()).isPositive();
    assertThat(warm.cold()).isFalse();
    assertThat(warm.timings().restore()).isZero();
    assertThat(engine.made).hasValue(1);
  }

  @Test
  void theAnswerComesOnTheCallersContext() {
    FunctionPool pool = pool(settings());
    Future<Boolean> same = Future.future(promise -> vertx.runOnContext(x -> {
      var mine = Vertx.currentContext();
      pool.invoke(request()).onComplete(r -> promise.complete(Vertx.currentContext() == mine));
    }));
    assertThat(get(same)).isTrue();
  }

  @Test
  void aBurstIsAnsweredWholeByAsManyMachinesAsConcurrencyAllows() {
    FunctionPool pool = pool(settings().concurrency(8).queue(1_000));
    List<Result> results = all(Stream.generate(() -> pool.invoke(request())).limit(500).toList());
    assertThat(results).allMatch(r -> r.verdict() == Verdict.EXITED);
    assertThat(engine.made.get()).isLessThanOrEqualTo(8);
    assertThat(pool.stats().coldStarts() + pool.stats().warmStarts()).isEqualTo(500);
  }

  @Test
  void machinesAsleepHoldNoThread() {
    engine.program = (vm, streams) -> vm.entries == 1 ? new Outcome.Waiting(200_000_000, false) : new Outcome.Exited(0);
    FunctionPool pool = pool(settings().concurrency(200));
    List<Result> results = all(Stream.generate(() -> pool.invoke(request())).limit(200).toList());
    assertThat(results).allMatch(r -> r.verdict() == Verdict.EXITED && r.timings().run() >= 200_000_000);
    assertThat(engine.made).hasValue(200);
    assertThat(engine.threads).hasSize(2);
  }

  @Test
  void aSpinningFunctionDoesNotHoldUpAnother() {
    engine.program = (vm, streams) -> new Outcome.Sliced();
    FunctionPool spinning = pool(settings().name("spins").concurrency(4));
    List<Future<Result>> spins = Stream.generate(() -> spinning.invoke(request())).limit(4).toList();
    await().until(() -> spinning.stats().busy() == 4);
    FakeEngine.Program spin = engine.program;
    AtomicInteger turn = new AtomicInteger();
    engine.program = (vm, streams) -> streams.atEnd() ? spin.enter(vm, streams) : new Outcome.Exited(turn.incrementAndGet());
    FunctionPool other = pool(settings().name("other"));
    assertThat(get(other.invoke(request("x"))).verdict()).isEqualTo(Verdict.EXITED);
    assertThat(spins).noneMatch(Future::isComplete);
    engine.program = (vm, streams) -> new Outcome.Exited(0);
    assertThat(all(spins)).hasSize(4);
  }

  @Test
  void requestsWaitForTheMachineJustUsedRatherThanForTheSameThreadInOthers() throws InterruptedException {
    try (VmThreads one = new VmThreads(engine, 1)) {
      FunctionPool pool = new FunctionPool(deployed(settings().concurrency(4).warm(4, 4)), engine, one, vertx, System::nanoTime, memory);
      await().until(() -> pool.stats().warm() == 4);
      CountDownLatch goOn = new CountDownLatch(1);
      Set<Object> used = ConcurrentHashMap.newKeySet();
      engine.program = (vm, streams) -> {
        used.add(vm);
        await().until(() -> goOn.getCount() == 0);
        return new Outcome.Exited(0);
      };
      List<Future<Result>> results = Stream.generate(() -> pool.invoke(request())).limit(20).toList();
      await().until(() -> pool.stats().queued() == 19);
      goOn.countDown();
      assertThat(all(results)).allMatch(r -> r.verdict() == Verdict.EXITED && !r.cold());
      assertThat(used).hasSize(1);
      get(pool.stop(Duration.ZERO));
    }
  }

  @Test
  void whatTakesLongOrWaitsDoesNotHoldUpItsFunctionsOtherRequests() {
    AtomicInteger entered = new AtomicInteger();
    AtomicBoolean end = new AtomicBoolean();
    engine.program = (vm, streams) -> {
      boolean lasts = vm.entries > 1 || entered.incrementAndGet() <= 2;
      return !lasts || end.get() ? new Outcome.Exited(0) : vm.entries > 1 || entered.get() == 1 ? new Outcome.Sliced() : new Outcome.Waiting(1_000_000, false);
    };
    try (VmThreads one = new VmThreads(engine, 1)) {
      FunctionPool pool = new FunctionPool(deployed(settings().concurrency(3).warm(3, 3)), engine, one, vertx, System::nanoTime, memory);
      await().until(() -> pool.stats().warm() == 3);
      List<Future<Result>> lasting = Stream.generate(() -> pool.invoke(request())).limit(2).toList();
      await().until(() -> pool.stats().busy() == 2);
      assertThat(get(pool.invoke(request())).verdict()).isEqualTo(Verdict.EXITED);
      assertThat(lasting).noneMatch(Future::isComplete);
      end.set(true);
      assertThat(all(lasting)).allMatch(r -> r.verdict() == Verdict.EXITED);
      get(pool.stop(Duration.ZERO));
    }
  }

  @Test
  void aRunPastItsTimeIsStoppedAndTheNextRequestIsUnharmed() {
    engine.program = (vm, streams) -> new Outcome.Sliced();
    FunctionPool pool = pool(settings().timeout(Duration.ofMillis(50)));
    Result late = get(pool.invoke(request()));
    assertThat(late.verdict()).isEqualTo(Verdict.TIMED_OUT);
    assertThat(late.timings().run()).isGreaterThanOrEqualTo(50_000_000);
    engine.program = (vm, streams) -> new Outcome.Exited(0);
    Result next = get(pool.invoke(request()));
    assertThat(next.verdict()).isEqualTo(Verdict.EXITED);
    assertThat(next.cold()).as("the stopped machine was discarded").isTrue();
    assertThat(pool.stats().discarded()).isEqualTo(1);
  }

  @Test
  void aSleepPastItsTimeIsStopped() {
    engine.program = (vm, streams) -> new Outcome.Waiting(Long.MAX_VALUE, false);
    assertThat(get(pool(settings().timeout(Duration.ofMillis(30))).invoke(request())).verdict()).isEqualTo(Verdict.TIMED_OUT);
  }

  @Test
  void aRunPastItsCpuTimeIsStopped() {
    engine.program = (vm, streams) -> {
      Thread.onSpinWait();
      return new Outcome.Sliced();
    };
    assertThat(get(pool(settings().cpu(Duration.ofMillis(20))).invoke(request())).verdict()).isEqualTo(Verdict.CPU_EXCEEDED);
  }

  @Test
  void tooMuchOutputEndsTheRun() {
    engine.program = (vm, streams) -> streams.output(ByteBuffer.allocate(1_000)) ? new Outcome.Sliced() : new Outcome.Stopped();
    Result result = get(pool(settings().response(10_500)).invoke(request()));
    assertThat(result.verdict()).isEqualTo(Verdict.OUTPUT_TOO_LARGE);
    assertThat(result.output().length()).isZero();
  }

  @Test
  void aTrapIsToldAndItsMachineDiscarded() {
    engine.program = (vm, streams) -> new Outcome.Trapped("wasm trap: unreachable");
    FunctionPool pool = pool(settings());
    Result result = get(pool.invoke(request()));
    assertThat(result.verdict()).isEqualTo(Verdict.TRAPPED);
    assertThat(result.detail()).isEqualTo("wasm trap: unreachable");
    await().until(() -> engine.closed.get() == 1);
    assertThat(engine.resets).hasValue(0);
  }

  @Test
  void aMachineThatIsNotCleanAfterItsResetIsDiscarded() {
    engine.unclean = true;
    FunctionPool pool = pool(settings());
    get(pool.invoke(request()));
    await().until(() -> engine.closed.get() == 1);
    assertThat(get(pool.invoke(request())).cold()).isTrue();
  }

  @Test
  void withANewMachineForEachRequestEveryStartIsCold() {
    FunctionPool pool = pool(settings().fresh(Fresh.Kind.MACHINE));
    assertThat(get(pool.invoke(request())).cold()).isTrue();
    assertThat(get(pool.invoke(request())).cold()).isTrue();
    assertThat(engine.resets).hasValue(0);
  }

  @Test
  void whenNoMachineCanBeMadeTheRequestIsRefusedWithTheReason() {
    engine.cannotStart = true;
    FunctionPool pool = pool(settings());
    Result result = get(pool.invoke(request()));
    assertThat(result.verdict()).isEqualTo(Verdict.CANNOT_START);
    assertThat(result.detail()).contains("nothing left");
  }

  @Test
  void aFullQueueRefusesAtOnceAndALongOneInTime() {
    CountDownLatch gate = new CountDownLatch(1);
    engine.program = (vm, streams) -> gate.getCount() == 0 ? new Outcome.Exited(0) : new Outcome.Waiting(1_000_000, false);
    FunctionPool pool = pool(settings().concurrency(1).queue(1).queueTimeout(Duration.ofMillis(50)).warm(1, 1));
    await().until(() -> pool.stats().warm() == 1); // else the first request may wait too long for its machine
    Future<Result> running = pool.invoke(request());
    await().until(() -> pool.stats().busy() == 1);
    Future<Result> waiting = pool.invoke(request());
    assertThat(get(pool.invoke(request())).verdict()).isEqualTo(Verdict.QUEUE_FULL);
    Result late = get(waiting);
    assertThat(late.verdict()).isEqualTo(Verdict.QUEUE_TIMEOUT);
    assertThat(late.timings().queue()).isGreaterThanOrEqualTo(50_000_000);
    gate.countDown();
    assertThat(get(running).verdict()).isEqualTo(Verdict.EXITED);
  }

  @Test
  void afterAnEvictionTheNextStartIsCold() {
    FunctionPool pool = pool(settings().warm(2, 4));
    await().until(() -> pool.stats().warm() == 2);
    assertThat(get(pool.invoke(request())).cold()).isFalse();
    get(pool.evict());
    assertThat(engine.open()).isZero();
    assertThat(get(pool.invoke(request())).cold()).isTrue();
  }

  @Test
  void idleMachinesGoByThemselves() {
    FunctionPool pool = pool(settings().warmIdle(Duration.ofMillis(30)));
    get(pool.invoke(request()));
    await().until(() -> engine.open() == 0);
    assertThat(pool.stats().machines()).isZero();
    await().until(() -> memory.used() == 0);
  }

  @Test
  void aStopLetsWhatRunsFinishAndRefusesWhatComes() {
    CountDownLatch gate = new CountDownLatch(1);
    engine.program = (vm, streams) -> gate.getCount() == 0 ? new Outcome.Exited(0) : new Outcome.Waiting(1_000_000, false);
    FunctionPool pool = pool(settings());
    Future<Result> running = pool.invoke(request());
    await().until(() -> pool.stats().busy() == 1);
    Future<Void> stopped = pool.stop(Duration.ofSeconds(30));
    assertThat(get(pool.invoke(request())).verdict()).isEqualTo(Verdict.STOPPING);
    assertThat(stopped.isComplete()).isFalse();
    gate.countDown();
    assertThat(get(running).verdict()).isEqualTo(Verdict.EXITED);
    get(stopped);
    assertThat(engine.open()).isZero();
  }

  @Test
  void aStopEndsWhatRunsOnAfterItsGrace() {
    engine.program = (vm, streams) -> new Outcome.Sliced();
    FunctionPool pool = pool(settings());
    Future<Result> running = pool.invoke(request());
    await().until(() -> pool.stats().busy() == 1);
    get(pool.stop(Duration.ofMillis(20)));
    assertThat(get(running).verdict()).isEqualTo(Verdict.STOPPING);
    get(pool.stop(Duration.ofMillis(20)));
  }

  @Test
  void sleepersThatTogetherExceedTheMemoryAllFinish() {
    MemoryBudget small = new MemoryBudget(100 * MIB, threads::execute);
    engine.program = (vm, streams) -> vm.entries < 4 ? new Outcome.Waiting(2_000_000, false) : new Outcome.Exited(0);
    FunctionPool pool = new FunctionPool(deployed(settings().concurrency(50)), engine, threads, vertx, System::nanoTime, small);
    List<Result> results = all(Stream.generate(() -> pool.invoke(request())).limit(50).toList());
    assertThat(results).allMatch(r -> r.verdict() == Verdict.EXITED);
    get(pool.stop(Duration.ZERO));
    assertThat(small.used()).isZero();
  }

  @Test
  void whatIsLostOfTheLogIsCounted() {
    engine.program = (vm, streams) -> {
      streams.error(ByteBuffer.wrap("0123456789\n".getBytes()));
      return new Outcome.Exited(0);
    };
    FunctionPool pool = pool(settings().log(4));
    get(pool.invoke(request()));
    get(pool.invoke(request()));
    assertThat(pool.stats().logLost()).isGreaterThanOrEqualTo(7);
  }

  @Test
  void memoryThatIsRefusedIsCounted() {
    engine.program = (vm, streams) -> {
      streams.memoryRefused(2);
      return new Outcome.Trapped("out of memory");
    };
    FunctionPool pool = pool(settings());
    get(pool.invoke(request()));
    get(pool.invoke(request()));
    await().untilAsserted(() -> assertThat(pool.memoryRefused()).isEqualTo(4)); // an answer does not wait for its log
  }

  @Test
  void pagesThatResetsPutBackAreCounted() {
    FunctionPool pool = pool(settings());
    get(pool.invoke(request()));
    await().untilAsserted(() -> assertThat(pool.pagesPutBack()).isEqualTo(FakeEngine.PUT_BACK));
  }

  @Test
  void underRandomOutcomesEveryRequestIsAnsweredAndNoMachineLeaks() {
    AtomicInteger n = new AtomicInteger();
    engine.program = (vm, streams) -> switch (Math.floorMod(n.incrementAndGet() * 0x9e3779b9, 8)) {
      case 0 -> new Outcome.Trapped("trap");
      case 1 -> new Outcome.Waiting(100_000, false);
      case 2 -> new Outcome.Waiting(1_500_000, false);
      case 3, 4 -> new Outcome.Sliced();
      case 5 -> new Outcome.Broken("broken");
      default -> new Outcome.Exited(0);
    };
    List<FunctionPool> pools = IntStream.range(0, 4).mapToObj(i -> pool(settings().name("f" + i).concurrency(5).queue(10_000))).toList();
    List<Result> results = all(IntStream.range(0, 4_000).mapToObj(i -> {
      if (i % 500 == 0) {
        pools.get(i % 4).evict();
      }
      return pools.get(i % 4).invoke(request());
    }).toList());
    assertThat(results).hasSize(4_000).allMatch(r -> List.of(Verdict.EXITED, Verdict.TRAPPED, Verdict.BROKEN).contains(r.verdict()));
    pools.forEach(p -> get(p.stop(Duration.ofSeconds(5))));
    assertThat(engine.open()).isZero();
    assertThat(memory.used()).isZero();
  }

  @Test
  void threadsDoTheEnginesHousekeepingWhenTheyAreQuiet() {
    pool(settings());
    await().until(() -> engine.idles.get() >= 5);
  }

  private FunctionPool pool(Settings settings) {
    return new FunctionPool(deployed(settings), engine, threads, vertx, System::nanoTime, memory);
  }

  private Deployed deployed(Settings settings) {
    return new Deployed(settings.function(), engine.snapshot(), List.of());
  }

  private static Settings settings() {
    return new Settings();
  }

  private static Invocation request() {
    return request("");
  }

  private static Invocation request(String body) {
    return new Invocation(HandOver.EMPTY, Buffer.buffer(body));
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static <T> List<T> all(List<Future<T>> futures) {
    return futures.stream().map(FunctionPoolTest::get).toList();
  }

  /** A function's configuration, generous where the test does not say. */
  private static final class Settings {
    private String name = "f";
    private Duration timeout = Duration.ofSeconds(30);
    private Duration cpu = Duration.ofSeconds(30);
    private Duration queueTimeout = Duration.ofSeconds(30);
    private Duration warmIdle = Duration.ofSeconds(30);
    private Fresh.Kind fresh = Fresh.Kind.REQUEST;
    private int concurrency = 64;
    private int queue = 1_000;
    private int warmMin;
    private int warmMax = 32;
    private long response = MIB;
    private long log = 65_536;

    Settings name(String value) {
      name = value;
      return this;
    }

    Settings timeout(Duration value) {
      timeout = value;
      return this;
    }

    Settings cpu(Duration value) {
      cpu = value;
      return this;
    }

    Settings queueTimeout(Duration value) {
      queueTimeout = value;
      return this;
    }

    Settings warmIdle(Duration value) {
      warmIdle = value;
      return this;
    }

    Settings fresh(Fresh.Kind value) {
      fresh = value;
      return this;
    }

    Settings concurrency(int value) {
      concurrency = value;
      return this;
    }

    Settings queue(int value) {
      queue = value;
      return this;
    }

    Settings warm(int min, int max) {
      warmMin = min;
      warmMax = max;
      return this;
    }

    Settings response(long value) {
      response = value;
      return this;
    }

    Settings log(long value) {
      log = value;
      return this;
    }

    Configuration.Function function() {
      return new Configuration.Function(name, Path.of("/f.wasm"), 64 * MIB, timeout, Duration.ofSeconds(30), new Fresh(fresh, 1),
          Configuration.SnapshotPoint.READY, Duration.ofSeconds(10), List.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of(),
          Configuration.Handler.STDOUT, concurrency, new Configuration.Queue(queue, queueTimeout),
          new Configuration.Limits(MIB, response, 65_536, log, cpu), new Configuration.Warm(warmMin, warmMax, warmIdle), List.of(), Optional.empty());
    }
  }
}
