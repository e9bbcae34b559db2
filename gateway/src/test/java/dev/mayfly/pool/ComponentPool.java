package dev.mayfly.pool;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Fresh;
import dev.mayfly.function.Deployed;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A pool of machines without a guest that do what a component would. */
public final class ComponentPool implements AutoCloseable {
  private static final long MIB = 1 << 20;

  public Duration timeout = Duration.ofSeconds(10);
  public Duration idle = Duration.ofSeconds(30);
  public Fresh fresh = new Fresh(Fresh.Kind.REQUEST, 1);
  public Configuration.Limits limits = new Configuration.Limits(8 * MIB, 32 * MIB, 65_536, 65_536, Duration.ofSeconds(10));
  public int concurrency = 64;
  public Outside outside = Outside.NOTHING;
  final FakeEngine engine = new FakeEngine();
  final VmThreads threads = new VmThreads(engine, 2);
  public final MemoryBudget memory = new MemoryBudget(10_000 * MIB, threads::execute);
  private FunctionPool pool;

  public ComponentPool(ComponentScript.Guest guest) {
    engine.program = ComponentScript.program(guest);
  }

  public Configuration.Function function() {
    return new Configuration.Function("c", Path.of("/c.wasm"), 64 * MIB, timeout, idle, fresh, Configuration.SnapshotPoint.READY, Duration.ofSeconds(10),
        List.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of(), Configuration.Handler.HTTP, concurrency,
        new Configuration.Queue(1000, Duration.ofSeconds(10)), limits, new Configuration.Warm(0, 64, Duration.ofSeconds(30)), List.of(), Optional.empty());
  }

  public FunctionPool start(Vertx vertx) {
    pool = new FunctionPool(new Deployed(function(), engine.snapshot(), List.of()), engine, threads, vertx, System::nanoTime, memory, outside);
    return pool;
  }

  public Stats stats() {
    return pool.stats();
  }

  public int made() {
    return engine.made.get();
  }

  public List<String> wrong() {
    return List.copyOf(engine.wrong);
  }

  @Override
  public void close() throws Exception {
    pool.stop(Duration.ZERO).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    threads.close();
  }
}
