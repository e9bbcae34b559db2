package dev.mayfly;

import dev.mayfly.admin.AdminFunction;
import dev.mayfly.admin.AdminServer;
import dev.mayfly.cli.GatewayStarter;
import dev.mayfly.cli.RunningGateway;
import dev.mayfly.config.Configuration;
import dev.mayfly.config.ConfigurationLoader.Loaded;
import dev.mayfly.config.RedisAddress;
import dev.mayfly.function.Cache;
import dev.mayfly.function.Compiler;
import dev.mayfly.function.DeployAll;
import dev.mayfly.function.Deployed;
import dev.mayfly.function.Deployer;
import dev.mayfly.function.Progress;
import dev.mayfly.function.Tools;
import dev.mayfly.http.Connections;
import dev.mayfly.http.FunctionInvoker;
import dev.mayfly.http.Gateway;
import dev.mayfly.http.Rehearsal;
import dev.mayfly.keyvalue.KeyValues;
import dev.mayfly.keyvalue.MemoryStores;
import dev.mayfly.keyvalue.RedisStores;
import dev.mayfly.keyvalue.Stores;
import dev.mayfly.kvm.KvmSettings;
import dev.mayfly.metrics.Metrics;
import dev.mayfly.outbound.Outbound;
import dev.mayfly.pool.FunctionPool;
import dev.mayfly.pool.MemoryBudget;
import dev.mayfly.pool.Outside;
import dev.mayfly.pool.VmThreads;
import dev.mayfly.redis.RedisLink;
import dev.mayfly.redis.RedisSettings;
import dev.mayfly.route.RouteTable;
import dev.mayfly.sizing.SizedPool;
import dev.mayfly.sizing.SizingLoop;
import dev.mayfly.sizing.SizingRound;
import dev.mayfly.traffic.RedisWindows;
import dev.mayfly.traffic.SharedTraffic;
import dev.mayfly.vm.Engine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of a gateway, step by step: engine, admin port (not ready yet), functions, pools, the public port. What a step opens is
 * closed by {@link Running#stop} in the reverse order, also when a later step fails. Used once, by one thread.
 */
final class GatewayStart {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayStart.class);
  private static final long LISTEN_SECONDS = 30;

  private final Cache cache;
  private final Tools tools;
  private final Loaded loaded;
  private final Configuration configuration;
  private final Progress progress;
  private final Metrics metrics = new Metrics();
  private final Running running;

  GatewayStart(Cache cache, Tools tools, Loaded loaded, Progress progress) {
    this.cache = cache;
    this.tools = tools;
    this.loaded = loaded;
    this.configuration = loaded.configuration();
    this.progress = progress;
    running = new Running(configuration.grace(), Thread::sleep);
  }

  RunningGateway start() throws GatewayStarter.CannotStart, InterruptedException {
    try {
      steps();
      return running;
    } catch (DeployAll.Errors e) {
      running.stop();
      throw new GatewayStarter.CannotStart(e.lines());
    } catch (Engine.CannotStart | Failed e) {
      running.stop();
      throw new GatewayStarter.CannotStart(List.of(String.valueOf(e.getMessage())));
    } catch (InterruptedException | RuntimeException e) {
      running.stop();
      throw e;
    }
  }

  private void steps() throws Engine.CannotStart, DeployAll.Errors, Failed, InterruptedException {
    Engine engine = metrics.timed(new Engines(tools, KvmSettings.defaults()).open(configuration.engine(), running::note));
    running.engine(engine);
    metrics.shells(engine::shells);
    metrics.images(engine::imageLoads);
    Connections connections = Connections.ofThisProcess();
    metrics.connections(connections::open, connections.limit(), connections::refused);
    Vertx vertx = Gateway.vertx(configuration.trust(), connections);
    running.vertx(vertx);
    Future<Void> rehearsed = Rehearsal.of(vertx);
    Vertx aside = Gateway.aside();
    running.vertx(aside);
    Optional<RedisLink> traffic = redis(aside);
    traffic.ifPresent(link -> link.send(Request.cmd(Command.PING)).onFailure(error -> LOG.warn("{} ({})", error.getMessage(), link.address())));
    Map<String, FunctionPool> pools = new LinkedHashMap<>();
    SizingLoop sizing = new SizingLoop(System::nanoTime);
    SizedPools sized = new SizedPools(sizing);
    AdminServer admin = new AdminServer(aside, running, () -> functions(pools, engine), sized, metrics);
    await(admin.start(configuration.admin()));
    running.admin(admin, new Configuration.Address(configuration.admin().host(), admin.actualPort()));

    Deployer deployer = new Deployer(engine, new Compiler(tools, cache, Compiler.Limits.DEFAULT), cache);
    Map<String, Deployed> deployed = new DeployAll(deployer).deploy(configuration, metrics.timed(progress));
    running.deployed(deployer, List.copyOf(deployed.values()));
    notes(deployed);

    VmThreads threads = new VmThreads(engine);
    running.threads(threads);
    pools(deployed, engine, threads, vertx, redis(vertx), pools);
    running.pools(List.copyOf(pools.values()));

    await(rehearsed);
    Gateway gateway = new Gateway(vertx, connections);
    running.gateway(gateway);
    Map<String, FunctionInvoker> invokers = new LinkedHashMap<>();
    pools.forEach((name, pool) -> invokers.put(name, invoker(pool)));
    await(gateway.start(decided(deployed), RouteTable.of(configuration.routes()), invokers, engine.isolation(), metrics));
    sizing(pools, gateway, traffic, sizing, sized);
    running.serving(new Configuration.Address(configuration.listen().host(), gateway.actualPort()));
  }

  /** Connects with its first command. */
  private Optional<RedisLink> redis(Vertx vertx) {
    Optional<RedisLink> link = configuration.redis().map(url -> new RedisLink(vertx, RedisAddress.of(url), RedisSettings.DEFAULT));
    link.ifPresent(running::redis);
    return link;
  }

  private void sizing(Map<String, FunctionPool> pools, Gateway gateway, Optional<RedisLink> redis, SizingLoop loop, SizedPools sized) {
    List<String> names = SizingRound.windowNames(pools.keySet(), gateway.limits());
    Optional<SharedTraffic> traffic = redis.map(link -> new SharedTraffic(new RedisWindows(link), UUID.randomUUID().toString(), loop::execute, names));
    running.sizing(loop, traffic);
    traffic.ifPresent(shared -> metrics.traffic(shared::status));
    SizingRound round = new SizingRound(pools.values().stream().map(SizedPool::of).toList(), gateway.limits(), configuration.memory(), traffic, loop::nowMillis);
    sized.round(round);
    pools.keySet().forEach(name -> metrics.target(name, () -> sized.of(name).map(view -> view.report().kept()).orElse(0)));
    loop.begin(round::run);
  }

  private static FunctionInvoker invoker(FunctionPool pool) {
    return pool.configuration().handler() == Configuration.Handler.HTTP ? FunctionInvoker.component(pool::serve) : pool::invoke;
  }

  /** The configuration, its functions' handlers decided. */
  private Configuration decided(Map<String, Deployed> deployed) {
    Map<String, Configuration.Function> functions = new LinkedHashMap<>(configuration.functions());
    deployed.forEach((name, function) -> functions.put(name, function.configuration()));
    return configuration.with(functions);
  }

  private void pools(Map<String, Deployed> deployed, Engine engine, VmThreads threads, Vertx vertx, Optional<RedisLink> redis,
      Map<String, FunctionPool> pools) {
    MemoryBudget memory = new MemoryBudget(configuration.memory(), threads::execute);
    metrics.memory(memory::used, memory.capacity());
    Outbound outbound = new Outbound(vertx);
    Stores stores = redis.<Stores>map(RedisStores::new).orElseGet(MemoryStores::new);
    Map<String, FunctionPool> made = new LinkedHashMap<>();
    deployed.forEach((name, function) -> {
      FunctionPool pool = new FunctionPool(function, engine, threads, vertx, System::nanoTime, memory,
          new Outside(outbound.to(function.configuration().outbound()),
              new KeyValues(stores, configuration.application(), function.configuration().stores())));
      metrics.pool(name, pool::stats);
      metrics.memory(name, pool::memory);
      metrics.dirtied(name, pool::pagesPutBack);
      metrics.memoryRefused(name, pool::memoryRefused);
      made.put(name, pool);
    });
    synchronized (pools) {
      pools.putAll(made);
    }
  }

  private static List<AdminFunction> functions(Map<String, FunctionPool> pools, Engine engine) {
    synchronized (pools) {
      List<AdminFunction> functions = new ArrayList<>();
      pools.values().forEach(pool -> functions.add(new AdminFunction(pool.name(), pool.configuration().wasm(), pool.configuration().handler().name(),
          engine.isolation(), () -> pool.stats().machines(), pool::evict)));
      return functions;
    }
  }

  private void notes(Map<String, Deployed> deployed) {
    deployed.forEach((name, function) -> function.notes().forEach(note -> running.note(name + ": " + note)));
  }

  /** Waits for what the event loops do; a start is not one of their threads. */
  private static void await(Future<Void> step) throws Failed, InterruptedException {
    try {
      step.toCompletionStage().toCompletableFuture().get(LISTEN_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new Failed(String.valueOf(e.getCause().getMessage()), e.getCause());
    } catch (TimeoutException e) {
      throw new Failed("a server did not listen within " + LISTEN_SECONDS + " s", e);
    }
  }

  /** A step failed; the message is one line for the user. */
  private static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
