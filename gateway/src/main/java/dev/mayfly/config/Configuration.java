package dev.mayfly.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A whole, valid configuration; what the file leaves out has its default. Immutable. Paths are absolute.
 *
 * @param redis as {@link RedisAddress#of} reads it
 * @param memory all machines together, in bytes
 * @param application the name of the Spin application that the functions are; empty for a configuration of Mayfly's own
 */
public record Configuration(
    Address listen,
    Optional<Tls> tls,
    Address admin,
    EngineChoice engine,
    Optional<String> redis,
    long memory,
    Duration grace,
    List<String> trust,
    Map<String, Function> functions,
    List<Route> routes,
    String application) {

  /** One of Mayfly's own. */
  public Configuration(Address listen, Optional<Tls> tls, Address admin, EngineChoice engine, Optional<String> redis, long memory, Duration grace,
      List<String> trust, Map<String, Function> functions, List<Route> routes) {
    this(listen, tls, admin, engine, redis, memory, grace, trust, functions, routes, "");
  }

  /** The same with other functions. */
  public Configuration with(Map<String, Function> others) {
    return new Configuration(listen, tls, admin, engine, redis, memory, grace, trust, others, routes, application);
  }

  /** One function, named after its file, at every path; everything else has its default. */
  public static Configuration of(Path wasm) throws ConfigurationException {
    return ConfigurationLoader.single(wasm).configuration();
  }

  /** Where a server listens; port 0 takes a free one. */
  public record Address(String host, int port) {}

  public record Tls(Path cert, Path key) {}

  public enum EngineChoice { AUTO, KVM, PROCESS }

  public enum Handler { AUTO, HTTP, STDOUT, WAGI }

  public enum SnapshotPoint { READY, START }

  /**
   * How fresh a machine a request gets: a new one, a reset one, reset after so many, never reset.
   *
   * @param requests that a machine serves before it is reset or given up; 1 with MACHINE and REQUEST, {@code Integer.MAX_VALUE} with NEVER
   */
  public record Fresh(Kind kind, int requests) {
    public enum Kind { MACHINE, REQUEST, NUMBER, NEVER }
  }

  /**
   * A function. Sizes in bytes.
   *
   * @param memory what the function may use: linear memories, tables, /tmp, scratch
   * @param timeout to the response's head; a command's: to its end
   * @param idle a streamed answer's longest silence
   * @param boot how long to look for the ready point
   * @param args may name route parameters, {@code {name}}
   * @param files guest directory to host directory, read-only, in order
   * @param scratch guest directory to host directory whose copy the guest may change, in order
   * @param preopens the guest directories of {@code files} and {@code scratch} together, in the order of the file
   * @param stores labels of the key-value stores that it may open
   */
  public record Function(
      String name,
      Path wasm,
      long memory,
      Duration timeout,
      Duration idle,
      Fresh fresh,
      SnapshotPoint snapshot,
      Duration boot,
      List<String> args,
      Map<String, String> env,
      Map<String, String> variables,
      Map<String, Path> files,
      Map<String, Path> scratch,
      List<String> preopens,
      Handler handler,
      int concurrency,
      Queue queue,
      Limits limits,
      Warm warm,
      List<String> outbound,
      Optional<String> warmupPath,
      List<String> stores) {

    /** With the store that every function has. */
    public Function(String name, Path wasm, long memory, Duration timeout, Duration idle, Fresh fresh, SnapshotPoint snapshot, Duration boot,
        List<String> args, Map<String, String> env, Map<String, String> variables, Map<String, Path> files, Map<String, Path> scratch, List<String> preopens,
        Handler handler, int concurrency, Queue queue, Limits limits, Warm warm, List<String> outbound, Optional<String> warmupPath) {
      this(name, wasm, memory, timeout, idle, fresh, snapshot, boot, args, env, variables, files, scratch, preopens, handler, concurrency, queue, limits,
          warm, outbound, warmupPath, Defaults.STORES);
    }

    /** The same with its handler decided. */
    public Function with(Handler decided) {
      return new Function(name, wasm, memory, timeout, idle, fresh, snapshot, boot, args, env, variables, files, scratch, preopens, decided, concurrency,
          queue, limits, warm, outbound, warmupPath, stores);
    }

    /** The same with other stores. */
    public Function with(List<String> others) {
      return new Function(name, wasm, memory, timeout, idle, fresh, snapshot, boot, args, env, variables, files, scratch, preopens, handler, concurrency,
          queue, limits, warm, outbound, warmupPath, others);
    }

    /** A route parameter's name in an argument; group 1 is the name. */
    public static final Pattern PARAMETER = Pattern.compile("\\{(" + RoutePath.NAME + ")}");

    /** Whether an argument names a route parameter. */
    public boolean argumentsFromRoute() {
      return args.stream().anyMatch(a -> PARAMETER.matcher(a).find());
    }

    /** The route parameters that arguments name, each once. */
    public List<String> parameters() {
      return args.stream().flatMap(a -> PARAMETER.matcher(a).results()).map(m -> m.group(1)).distinct().toList();
    }

    /** A program that runs once, from its first instruction, and serves nothing. What is not given has its default. */
    public static Function program(Path wasm, long memory, List<String> args, Map<String, String> env,
        Map<String, Path> files, Map<String, Path> scratch, List<String> preopens) {
      return new Function(ConfigurationLoader.functionName(wasm), wasm, memory, Defaults.TIMEOUT, Defaults.IDLE, Defaults.FRESH, SnapshotPoint.START,
          Defaults.BOOT, args, env, Map.of(), files, scratch, preopens, Handler.STDOUT, 1, Defaults.QUEUE, Defaults.LIMITS, Defaults.WARM,
          List.of(), Optional.empty());
    }
  }

  /** A bounded queue for requests that find no machine. */
  public record Queue(int length, Duration timeout) {}

  /**
   * Sizes in bytes; {@code log} for each request.
   *
   * @param request a component's counts only if {@code requestWritten}; {@code response} and {@code responseWritten} likewise
   * @param requestWritten whether the file has it, or it is the default
   */
  public record Limits(long request, long response, int headers, long log, Duration cpu, boolean requestWritten, boolean responseWritten) {
    /** What differs from its default was written. */
    public Limits(long request, long response, int headers, long log, Duration cpu) {
      this(request, response, headers, log, cpu, request != Defaults.REQUEST, response != Defaults.RESPONSE);
    }
  }

  /** Machines kept warm. @param idleWritten whether the file has it, or the sizer may choose another */
  public record Warm(int min, int max, Duration idle, boolean idleWritten) {
    /** What differs from its default was written. */
    public Warm(int min, int max, Duration idle) {
      this(min, max, idle, !idle.equals(Defaults.WARM_IDLE));
    }
  }

  /**
   * A route.
   *
   * @param path exact, with {@code {parameter}} segments, perhaps ending in {@code /*}
   * @param methods empty: all
   * @param host lower case, without port
   * @param limitPerSecond requests a second
   * @param spin the Spin trigger that it stands for
   */
  public record Route(String path, List<String> methods, Optional<String> host, String function, Optional<Double> limitPerSecond, Optional<SpinTrigger> spin) {
    /** One of Mayfly's own. */
    public Route(String path, List<String> methods, Optional<String> host, String function, Optional<Double> limitPerSecond) {
      this(path, methods, host, function, limitPerSecond, Optional.empty());
    }
  }

  /**
   * An HTTP trigger of a Spin manifest, in Spin's words.
   *
   * @param route as the manifest has it, like {@code /users/:id/...}
   * @param matched the same with the application's base before it
   */
  public record SpinTrigger(String route, String matched) {}
}
