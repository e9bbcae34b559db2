package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import dev.mayfly.metrics.Metrics;
import dev.mayfly.pool.Invocation;
import dev.mayfly.pool.Result;
import dev.mayfly.route.RouteTable;
import dev.mayfly.vm.Isolation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A gateway on a free port of the loopback, whose functions are what a test says. */
final class GatewayFixture implements AutoCloseable {
  static final Configuration.Limits LIMITS = new Configuration.Limits(100_000, 1 << 20, 64 * 1024, 64 * 1024, Duration.ofSeconds(10));

  final Vertx vertx;
  final Gateway gateway;
  final Metrics metrics = new Metrics();
  final BlockingQueue<Invocation> invocations = new LinkedBlockingQueue<>();
  private final Map<String, Configuration.Function> functions = new HashMap<>();
  private final Map<String, FunctionInvoker> invokers = new HashMap<>();
  private final List<Configuration.Route> routes = new ArrayList<>();
  private final List<String> trust;
  private Optional<Configuration.Tls> tls = Optional.empty();
  private int port;

  /** @param trust networks whose word about the client is believed */
  GatewayFixture(String... trust) {
    this(new Connections(100_000), trust);
  }

  GatewayFixture(Connections connections, String... trust) {
    this(connections, Duration.ZERO, trust);
  }

  /** @param settle see {@link Gateway} */
  GatewayFixture(Connections connections, Duration settle, String... trust) {
    this.trust = List.of(trust);
    vertx = Gateway.vertx(this.trust, connections);
    gateway = new Gateway(vertx, connections, settle);
  }

  static Configuration.Function function(String name, Configuration.Handler handler, List<String> args, Map<String, String> env, Configuration.Limits limits) {
    return new Configuration.Function(name, Path.of("/functions", name + ".wasm"), 64 << 20, Duration.ofSeconds(10), Duration.ofSeconds(30),
        new Configuration.Fresh(Configuration.Fresh.Kind.REQUEST, 1), Configuration.SnapshotPoint.READY, Duration.ofSeconds(10), args, env, Map.of(),
        Map.of(), Map.of(), List.of(), handler, 64, new Configuration.Queue(1000, Duration.ofSeconds(10)), limits,
        new Configuration.Warm(0, 32, Duration.ofSeconds(30)), List.of(), Optional.empty());
  }

  static Result exited(int status, String output) {
    return new Result(Result.Verdict.EXITED, status, "", Buffer.buffer(output), false, new Result.Timings(1_000, 0, 2_345_678));
  }

  static Result failed(Result.Verdict verdict) {
    return new Result(verdict, 0, "secret detail", Buffer.buffer(), true, new Result.Timings(0, 3_000_000, 0));
  }

  static Configuration.Route route(String path, String function, String... methods) {
    return new Configuration.Route(path, List.of(methods), Optional.empty(), function, Optional.empty());
  }

  /** A function at {@code /NAME/*}. */
  GatewayFixture function(String name, Configuration.Handler handler, FunctionInvoker invoker) {
    return function(function(name, handler, List.of(), Map.of(), LIMITS), route("/" + name + "/*", name), invoker);
  }

  GatewayFixture function(Configuration.Function function, Configuration.Route route, FunctionInvoker invoker) {
    functions.put(function.name(), function);
    invokers.put(function.name(), invocation -> {
      invocations.add(invocation);
      return invoker.invoke(invocation);
    });
    routes.add(route);
    return this;
  }

  /** A component at {@code /NAME/*}. */
  GatewayFixture component(Configuration.Function function, FunctionInvoker invoker) {
    return component(function, route("/" + function.name() + "/*", function.name()), invoker);
  }

  GatewayFixture component(Configuration.Function function, Configuration.Route route, FunctionInvoker invoker) {
    functions.put(function.name(), function);
    invokers.put(function.name(), invoker);
    routes.add(route);
    return this;
  }

  /** A function that answers with its body. */
  GatewayFixture echo() {
    return function("echo", Configuration.Handler.STDOUT, i -> Future.succeededFuture(exited(0, "<" + i.body() + ">")));
  }

  GatewayFixture tls(Path cert, Path key) {
    tls = Optional.of(new Configuration.Tls(cert, key));
    return this;
  }

  GatewayFixture listen(int onPort) {
    port = onPort;
    return this;
  }

  Configuration configuration() {
    return new Configuration(new Configuration.Address("127.0.0.1", port), tls, new Configuration.Address("127.0.0.1", 0),
        Configuration.EngineChoice.AUTO, Optional.empty(), 1L << 30, Duration.ofSeconds(5), trust, functions, routes);
  }

  GatewayFixture start() {
    gateway.start(configuration(), RouteTable.of(routes), invokers, Isolation.KVM, metrics).await();
    return this;
  }

  int port() {
    return gateway.actualPort();
  }

  RawClient raw() {
    return new RawClient(port());
  }

  @Override
  public void close() {
    gateway.stop(Duration.ofSeconds(1)).await();
    vertx.close().await();
  }
}
