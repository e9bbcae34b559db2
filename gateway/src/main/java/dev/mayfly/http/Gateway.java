package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import dev.mayfly.metrics.Metrics;
import dev.mayfly.route.RouteTable;
import dev.mayfly.sizing.SharedLimit;
import dev.mayfly.vm.Isolation;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The public HTTP server: one listener for each event loop, all on one port. Any thread may call it. It serves from {@link #start} to {@link #stop};
 * each is called once.
 */
public final class Gateway {
  /**
   * A request costs a loop about half of what it costs the thread that runs its machine, so half as many loops as cores keep up with all of them; with more, each finds less to do in one
   * turn, and takes the cores from the machines more often (measured on two cores: a tenth fewer answers, and half as much again for the 99th percentile).
   */
  private static final int LOOPS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  private static final int ASIDE_WORKERS = 4;
  private static final Duration SETTLE = Duration.ofMillis(250);

  private final Vertx vertx;
  private final Connections connections;
  private final Duration settle;
  private final List<GatewayServer> servers = new CopyOnWriteArrayList<>();
  private final List<SharedLimit> limits = new CopyOnWriteArrayList<>();
  private volatile boolean serving;
  private volatile boolean leaving;
  private volatile int port = -1;

  /**
   * @param vertx one from {@link #vertx}; another works, but mends a few malformed requests instead of refusing them, and counts no connections
   * @param connections those that vertx was made with
   */
  public Gateway(Vertx vertx, Connections connections) {
    this(vertx, connections, SETTLE);
  }

  /** @param settle how long connections that were just accepted have to send their request when it stops, but at most half of the grace */
  Gateway(Vertx vertx, Connections connections, Duration settle) {
    this.vertx = vertx;
    this.connections = connections;
    this.settle = settle;
  }

  /**
   * The Vert.x instance to serve with, of {@link #LOOPS} event loops.
   *
   * @param trust networks whose PROXY headers are believed, as {@link Networks} takes them
   * @param connections to the public port
   */
  public static Vertx vertx(List<String> trust, Connections connections) {
    return Vertx.builder().with(options(LOOPS)).withTransport(GatewayTransport.create(new Networks(trust), connections)).build();
  }

  /** A Vert.x instance for what no request waits for, the admin port and the traffic in Redis: on the requests' loops it would be in their way for milliseconds, where functions are many. */
  public static Vertx aside() {
    return Vertx.vertx(options(1).setWorkerPoolSize(ASIDE_WORKERS));
  }

  /** Without a cache of files, which nothing here serves. */
  private static VertxOptions options(int loops) {
    VertxOptions options = new VertxOptions().setEventLoopPoolSize(loops);
    options.getFileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    return options;
  }

  /**
   * Listens. Fails with {@link PortTaken}, and with IllegalArgumentException where a route names a function that has no invoker.
   *
   * @param invokers by the function's name
   */
  public Future<Void> start(Configuration configuration, RouteTable routes, Map<String, FunctionInvoker> invokers, Isolation isolation, Metrics metrics) {
    RequestHandler.Shared shared;
    try {
      metrics.isolation(isolation);
      shared = new RequestHandler.Shared(routes, targets(configuration, invokers, metrics), limits(configuration), new Networks(configuration.trust()),
          isolation, metrics, new RequestIds(), () -> leaving);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
    Configuration.Address address = configuration.listen();
    // Listeners share a port that is named. Any free one has to have a name too, which for Vert.x is a negative number.
    int named = address.port() > 0 ? address.port() : -1 - (System.identityHashCode(this) & 0xffff);
    Future<Void> listening = Future.succeededFuture();
    for (int i = 0; i < LOOPS; i++) {
      listening = listening.compose(x -> deploy(configuration, shared, named));
    }
    return listening.<Void>map(x -> {
      port = servers.getFirst().actualPort();
      connections.guard(port, configuration.tls().isPresent());
      serving = true;
      return null;
    }).recover(failure -> stop(Duration.ZERO).transform(x -> Future.failedFuture(PortTaken.explain("listen", address, failure))));
  }

  private Future<Void> deploy(Configuration configuration, RequestHandler.Shared shared, int onPort) {
    GatewayServer server = new GatewayServer(configuration, shared, onPort);
    return vertx.deployVerticle(server, new DeploymentOptions()).map(id -> {
      servers.add(server);
      return null;
    });
  }

  private static Map<String, Target> targets(Configuration configuration, Map<String, FunctionInvoker> invokers, Metrics metrics) {
    Map<String, Target> targets = new HashMap<>();
    for (Configuration.Route route : configuration.routes()) {
      Configuration.Function function = configuration.functions().get(route.function());
      FunctionInvoker invoker = invokers.get(route.function());
      if (function == null || invoker == null) {
        throw new IllegalArgumentException("route " + route.path() + ": there is no function " + route.function());
      }
      targets.computeIfAbsent(function.name(), n -> Target.of(function, invoker, metrics.function(n)));
    }
    return targets;
  }

  /** By identity: a route is found as the object that the configuration has. */
  private Map<Configuration.Route, TokenBucket> limits(Configuration configuration) {
    Map<Configuration.Route, TokenBucket> buckets = new IdentityHashMap<>();
    configuration.routes().forEach(route -> route.limitPerSecond().ifPresent(limit -> {
      TokenBucket bucket = new TokenBucket(limit, System::nanoTime);
      buckets.put(route, bucket);
      limits.add(new RouteLimit(route, bucket));
    }));
    return buckets;
  }

  /** The routes' rate limits; those of {@link #start}. */
  public List<SharedLimit> limits() {
    return List.copyOf(limits);
  }

  /** The port it listens on; -1 before. */
  public int actualPort() {
    return port;
  }

  /** Whether it takes requests. */
  public boolean serving() {
    return serving;
  }

  /** Serves as before, but each answer is its connection's last: to be called a moment before {@link #stop}, which closes those that are silent. Twice is fine. */
  public void leave() {
    leaving = true;
  }

  /** Takes no new connection, lets requests end within the grace, then closes what is left. Twice is fine. */
  public Future<Void> stop(Duration grace) {
    leaving = true;
    if (!serving) {
      return shutdown(grace);
    }
    serving = false;
    connections.stopListening();
    Duration wait = settle.compareTo(grace.dividedBy(2)) < 0 ? settle : grace.dividedBy(2);
    return vertx.timer(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS).transform(x -> shutdown(grace.minus(wait)));
  }

  private Future<Void> shutdown(Duration grace) {
    return Future.join(servers.stream().map(server -> server.shutdown(grace)).toList()).otherwiseEmpty().mapEmpty();
  }
}
