package dev.mayfly.function;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Fresh;
import dev.mayfly.config.Configuration.Function;
import dev.mayfly.config.Configuration.Handler;
import dev.mayfly.config.Configuration.SnapshotPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes functions' configurations, each with what a test is about. */
final class Functions {
  private static final Duration SECONDS = Duration.ofSeconds(10);

  private String name = "hello";
  private final Path wasm;
  private long memory = 64 << 20;
  private Fresh fresh = new Fresh(Fresh.Kind.REQUEST, 1);
  private SnapshotPoint snapshot = SnapshotPoint.READY;
  private Duration boot = SECONDS;
  private List<String> args = List.of();
  private Map<String, String> env = Map.of();
  private Map<String, Path> files = Map.of();
  private Map<String, Path> scratch = Map.of();
  private Handler handler = Handler.AUTO;
  private long log = 65536;

  private Functions(Path wasm) {
    this.wasm = wasm;
  }

  static Functions of(Path wasm) {
    return new Functions(wasm);
  }

  Functions name(String to) {
    name = to;
    return this;
  }

  Functions memory(long to) {
    memory = to;
    return this;
  }

  Functions fresh(Fresh.Kind kind, int requests) {
    fresh = new Fresh(kind, requests);
    return this;
  }

  Functions snapshot(SnapshotPoint to) {
    snapshot = to;
    return this;
  }

  private Map<String, String> variables = Map.of();

  Functions boot(Duration to) {
    boot = to;
    return this;
  }

  Functions args(String... to) {
    args = List.of(to);
    return this;
  }

  Functions env(Map<String, String> to) {
    env = to;
    return this;
  }

  Functions variables(Map<String, String> to) {
    variables = to;
    return this;
  }

  Functions files(Map<String, Path> to) {
    files = to;
    return this;
  }

  Functions scratch(Map<String, Path> to) {
    scratch = to;
    return this;
  }

  Functions handler(Handler to) {
    handler = to;
    return this;
  }

  Functions log(long to) {
    log = to;
    return this;
  }

  Function make() {
    List<String> preopens = Stream.concat(scratch.keySet().stream(), files.keySet().stream()).toList();
    return new Function(name, wasm, memory, SECONDS, SECONDS, fresh, snapshot, boot, args, env, variables, files, scratch, preopens, handler, 64,
        new Configuration.Queue(1000, SECONDS), new Configuration.Limits(8 << 20, 32 << 20, 65536, log, SECONDS), new Configuration.Warm(0, 32, SECONDS),
        List.of(), Optional.empty());
  }

  /** A configuration of these functions. */
  static Configuration configuration(Function... functions) {
    Configuration.Address anywhere = new Configuration.Address("127.0.0.1", 0);
    Map<String, Function> byName = Stream.of(functions)
        .collect(Collectors.toMap(Function::name, f -> f, (a, b) -> b, java.util.LinkedHashMap::new));
    return new Configuration(anywhere, Optional.empty(), anywhere, Configuration.EngineChoice.AUTO, Optional.empty(), 1 << 30, SECONDS, List.of(),
        byName, List.of());
  }
}
