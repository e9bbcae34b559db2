package dev.mayfly.config;

import static dev.mayfly.config.ByteSize.GIB;
import static dev.mayfly.config.ByteSize.KIB;
import static dev.mayfly.config.ByteSize.MIB;

import dev.mayfly.config.Configuration.Fresh;
import dev.mayfly.config.Configuration.Function;
import dev.mayfly.config.Configuration.Handler;
import dev.mayfly.config.Configuration.Limits;
import dev.mayfly.config.Configuration.Queue;
import dev.mayfly.config.Configuration.SnapshotPoint;
import dev.mayfly.config.Configuration.Warm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads one function. */
final class FunctionReader {
  static final long MAX_MEMORY = 16 * GIB;
  static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  // A command's body and output lie whole in the gateway's memory, in one buffer of at most 2 GiB.
  private static final long MAX_BODY = GIB;
  // Headers, path, query and the rest of a hand-over share IN (256 KiB, dev.mayfly.vm.Exchange) with arguments and environment.
  private static final long MAX_HEADERS = 128 * KIB;
  private static final int MAX_TEXTS = (int) (32 * KIB);

  private final String name;
  private final Section in;
  private final HostFiles host;

  FunctionReader(String name, Section in, HostFiles host) {
    this.name = name;
    this.in = in;
    this.host = host;
  }

  /** The function; with stand-ins where it has problems, which are noted. */
  Function read() {
    Optional<Path> wasm = in.required("wasm", host.file(), " in the function " + name + ": the file to run, relative to this one");
    long memory = in.scalar("memory", Defaults.MEMORY, Scalar.size(64 * KIB, MAX_MEMORY));
    Duration timeout = in.scalar("timeout", Defaults.TIMEOUT, Scalar.time(MILLISECOND, DAY));
    Duration idle = in.scalar("idle", Defaults.IDLE, Scalar.time(MILLISECOND, DAY));
    Fresh fresh = in.scalar("fresh", Defaults.FRESH, FunctionReader::fresh);
    SnapshotPoint snapshot = in.scalar("snapshot", SnapshotPoint.READY, Scalar.oneOf(SnapshotPoint.class));
    Duration boot = in.scalar("boot", Defaults.BOOT, Scalar.time(MILLISECOND, HOUR));
    List<String> args = in.list("args", Scalar.text());
    bounded("args", args);
    Map<String, String> env = in.texts("env", FunctionReader::environmentName);
    bounded("env", env.entrySet().stream().map(Object::toString).toList());
    Map<String, String> variables = in.texts("variables", FunctionReader::variableName);
    Mounts mounts = new Mounts(in, host);
    Map<String, Path> files = mounts.files();
    Map<String, Path> scratch = mounts.scratch();
    Handler handler = in.scalar("handler", Handler.AUTO, Scalar.oneOf(Handler.class));
    freshAgrees(fresh, handler);
    int concurrency = in.scalar("concurrency", Defaults.CONCURRENCY, Scalar.whole(1, 100_000));
    Queue queue = queue(in.section("queue"));
    Limits limits = limits(in.section("limits"));
    Warm warm = warm(in.section("warm"), concurrency);
    List<String> outbound = in.list("outbound", Network.origin());
    Optional<String> warmup = warmup();
    in.end();
    return new Function(name, wasm.orElse(host.base()), memory, timeout, idle, fresh, snapshot, boot, args, env, variables,
        files, scratch, mounts.preopens(), handler, concurrency, queue, limits, warm, outbound, warmup);
  }

  private static Fresh fresh(String text) throws InvalidValue {
    return switch (text) {
      case "machine" -> new Fresh(Fresh.Kind.MACHINE, 1);
      case "request" -> Defaults.FRESH;
      case "never" -> new Fresh(Fresh.Kind.NEVER, Integer.MAX_VALUE);
      default -> {
        int requests = text.matches("[0-9]{1,7}") ? Integer.parseInt(text) : 0;
        if (requests < 1 || requests > 1_000_000) {
          throw new InvalidValue("\"" + text + "\" is not allowed" + Nearest.suggestion(text, List.of("machine", "request", "never"))
              + "; it is machine, request, a number of requests from 1 to 1000000, or never");
        }
        yield new Fresh(Fresh.Kind.NUMBER, requests);
      }
    };
  }

  /** Whether it is a command is known here only if the handler is written; what {@code auto} finds is held against it when it is deployed. */
  private void freshAgrees(Fresh fresh, Handler handler) {
    boolean command = handler == Handler.STDOUT || handler == Handler.WAGI;
    if (command && (fresh.kind() == Fresh.Kind.NUMBER || fresh.kind() == Fresh.Kind.NEVER)) {
      in.problems().at(in.position("fresh"), "fresh: a command ends with its request, so it is always fresh; request and machine are allowed");
    }
  }

  static String environmentName(String text) throws InvalidValue {
    if (!text.matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
      throw new InvalidValue("\"" + text + "\" is not a variable's name; letters, digits, _, . and - are allowed, and no digit first");
    }
    return text;
  }

  private static String variableName(String text) throws InvalidValue {
    if (text.isEmpty() || text.chars().anyMatch(c -> Character.isISOControl(c))) {
      throw new InvalidValue("\"" + text + "\" is not a variable's name; it must not be empty or have control characters");
    }
    return text;
  }

  private void bounded(String key, Collection<String> texts) {
    int bytes = texts.stream().mapToInt(t -> t.getBytes(StandardCharsets.UTF_8).length + 1).sum();
    if (bytes > MAX_TEXTS) {
      in.problems().at(in.position(key), key + " is " + bytes + " bytes; " + ByteSize.format(MAX_TEXTS) + " together are allowed");
    }
  }

  private static Queue queue(Section in) {
    int length = in.scalar("length", Defaults.QUEUE.length(), Scalar.whole(0, 1_000_000));
    Duration timeout = in.scalar("timeout", Defaults.QUEUE.timeout(), Scalar.time(Duration.ZERO, HOUR));
    in.end();
    return new Queue(length, timeout);
  }

  private static Limits limits(Section in) {
    long request = in.scalar("request", Defaults.LIMITS.request(), Scalar.size(0, MAX_BODY));
    long response = in.scalar("response", Defaults.LIMITS.response(), Scalar.size(0, MAX_BODY));
    long headers = in.scalar("headers", (long) Defaults.LIMITS.headers(), Scalar.size(KIB, MAX_HEADERS));
    long log = in.scalar("log", Defaults.LIMITS.log(), Scalar.size(0, 64 * MIB));
    Duration cpu = in.scalar("cpu", Defaults.LIMITS.cpu(), Scalar.time(MILLISECOND, DAY));
    boolean requestWritten = in.has("request");
    boolean responseWritten = in.has("response");
    in.end();
    return new Limits(request, response, (int) headers, log, cpu, requestWritten, responseWritten);
  }

  private static Warm warm(Section in, int concurrency) {
    int min = in.scalar("min", Defaults.WARM.min(), Scalar.whole(0, 100_000));
    int max = in.scalar("max", Defaults.WARM.max(), Scalar.whole(0, 100_000));
    Duration idle = in.scalar("idle", Defaults.WARM.idle(), Scalar.time(Duration.ZERO, DAY));
    boolean idleWritten = in.has("idle");
    in.end();
    if (min > max) {
      in.problems().at(in.position("min"), "warm.min: " + min + " is more than warm.max, which is " + max + (in.has("max") ? "" : " unless written"));
    } else if (min > concurrency) {
      in.problems().at(in.position("min"), "warm.min: " + min + " is more than concurrency, which is " + concurrency);
    }
    return new Warm(min, max, idle, idleWritten);
  }

  private Optional<String> warmup() {
    if (!in.has("warmup")) {
      return Optional.empty();
    }
    Section warmup = in.section("warmup");
    Optional<String> path = warmup.required("path", FunctionReader::requestPath, " in warmup: the path to ask for");
    warmup.end();
    return path;
  }

  private static String requestPath(String text) throws InvalidValue {
    if (!text.matches("/[!-~]{0,7999}")) {
      throw new InvalidValue("\"" + text + "\" is not a request's path; it begins with / and is percent-encoded");
    }
    return text;
  }
}
