package dev.mayfly;

import dev.mayfly.admin.AdminServer;
import dev.mayfly.admin.Readiness;
import dev.mayfly.cli.RunningGateway;
import dev.mayfly.config.Configuration.Address;
import dev.mayfly.function.Deployed;
import dev.mayfly.function.Deployer;
import dev.mayfly.http.Gateway;
import dev.mayfly.pool.FunctionPool;
import dev.mayfly.pool.VmThreads;
import dev.mayfly.redis.RedisLink;
import dev.mayfly.sizing.SizingLoop;
import dev.mayfly.traffic.SharedTraffic;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Isolation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is open of a gateway, and the order it is closed in: the reverse of the order it was opened in, so also after a start that failed
 * half-way. Opened by one thread ({@link GatewayStart}), stopped by any.
 */
final class Running implements RunningGateway, Readiness {
  private static final Logger LOG = LoggerFactory.getLogger(Running.class);
  /** What a closing step may take beyond the grace. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  /** Of the grace, before the servers close: requests are taken and readiness says no, for whoever sends them here to see it. */
  private static final int LEAD_OF_GRACE = 20;

  /** Lets so much time pass; blocks. */
  interface Pause {
    void pass(Duration time) throws InterruptedException;
  }

  private interface Step {
    void close() throws Exception;
  }

  private final Duration grace;
  private final Pause pause;
  private final Deque<Step> open = new ArrayDeque<>();
  private final List<String> notes = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String missing = "functions are being deployed";
  private volatile Address listen;
  private volatile Address admin;
  private volatile Engine engine;
  private volatile Optional<SharedTraffic> traffic = Optional.empty();
  private boolean stopping;

  Running(Duration grace, Pause pause) {
    this.grace = grace;
    this.pause = pause;
  }

  void note(String line) {
    notes.add(line);
  }

  void engine(Engine opened) {
    engine = opened;
    open.push(opened::close);
  }

  void vertx(Vertx vertx) {
    open.push(() -> await(vertx.close(), MARGIN));
  }

  void redis(RedisLink redis) {
    open.push(redis::close);
  }

  void admin(AdminServer server, Address address) {
    admin = address;
    open.push(() -> await(server.stop(), MARGIN));
  }

  void deployed(Deployer deployer, List<Deployed> functions) {
    open.push(() -> functions.forEach(deployer::retire));
  }

  void threads(VmThreads threads) {
    open.push(threads::close);
  }

  /** By now no request comes in; what still runs was past the grace already. */
  void pools(List<FunctionPool> pools) {
    open.push(() -> await(Future.join(pools.stream().map(pool -> pool.stop(Duration.ZERO)).toList()).mapEmpty(), MARGIN));
  }

  /** The pools' targets stay as they are from here on. */
  void sizing(SizingLoop loop, Optional<SharedTraffic> shared) {
    traffic = shared;
    open.push(() -> {
      loop.close();
      if (shared.isPresent()) {
        await(shared.get().leave(), MARGIN);
      }
    });
  }

  void gateway(Gateway gateway) {
    gateway(gateway::leave, gateway::stop);
  }

  /**
   * @param leave serve on, and send clients elsewhere
   * @param stop of the servers, within the rest of the grace
   */
  void gateway(Runnable leave, Function<Duration, Future<Void>> stop) {
    open.push(() -> {
      Duration lead = listen != null ? grace.dividedBy(LEAD_OF_GRACE) : Duration.ZERO;
      leave.run();
      pause.pass(lead);
      Duration left = grace.minus(lead);
      await(stop.apply(left), left.plus(MARGIN));
    });
  }

  void serving(Address address) {
    listen = address;
    missing = null;
  }

  @Override
  public List<String> degraded() {
    return traffic.map(SharedTraffic::status).filter(status -> !status.fresh()).map(status -> "redis: " + status.reason()).stream().toList();
  }

  @Override
  public List<String> missing() {
    String lacking = missing;
    return lacking == null ? List.of() : List.of(lacking);
  }

  @Override
  public Address listen() {
    return listen;
  }

  @Override
  public Address admin() {
    return admin;
  }

  @Override
  public Isolation isolation() {
    return engine.isolation();
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  @Override
  public synchronized void stop() {
    if (stopping) {
      return;
    }
    stopping = true;
    missing = "the gateway is stopping";
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.warn("While stopping: {}", e.toString());
      }
    }
    ended.countDown();
  }

  private static void await(Future<Void> step, Duration limit) throws ExecutionException, InterruptedException, TimeoutException {
    step.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
