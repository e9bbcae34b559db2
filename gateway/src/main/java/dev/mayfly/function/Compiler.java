package dev.mayfly.function;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Compiles Wasm to native code, in a process of its own that has limits on time and memory, and keeps the result by content. Of several who ask for
 * the same code at the same time, one compiles and all get it. Thread-safe; blocks.
 */
public final class Compiler {
  /** A Wasm file larger than this is refused unread. */
  private static final long MODULE_LIMIT = 1L << 30;
  /** Codes loaded at the same time: more than any configuration has functions. */
  private static final int LOADED = 1024;
  /** What the compiler gets beyond its own limit before it is killed: it knows better what it was doing. */
  private static final Duration GRACE = Duration.ofSeconds(5);
  /** Milliseconds do; on a host that is out of breath it may be seconds. */
  private static final Duration FINGERPRINT_TIME = Duration.ofSeconds(30);
  private static final int STATUS_BAD_MODULE = 1;
  private static final int STATUS_LIMIT = 3;

  /**
   * What one compilation may use.
   *
   * @param time on the clock; on all cores together as many times that
   * @param memory bytes of address space
   */
  public record Limits(Duration time, long memory) {
    /** Enough for a Python interpreter on two cores. */
    public static final Limits DEFAULT = new Limits(Duration.ofMinutes(5), 4L << 30);
  }

  private final Tools tools;
  private final Cache cache;
  private final Limits limits;
  private final com.github.benmanes.caffeine.cache.Cache<String, CompletableFuture<Compiled>> loaded;
  private final Duration grace;
  private String fingerprint;

  public Compiler(Tools tools, Cache cache, Limits limits) {
    this(tools, cache, limits, GRACE);
  }

  Compiler(Tools tools, Cache cache, Limits limits, Duration grace) {
    this.tools = tools;
    this.cache = cache;
    this.limits = limits;
    this.grace = grace;
    loaded = Caffeine.newBuilder().maximumSize(LOADED).executor(Runnable::run).removalListener(this::unloaded).build();
  }

  /**
   * The code of a Wasm file, compiled now or before.
   *
   * @param progress functions done, functions in all; called only when it is compiled now and by this call
   * @throws DeployException the file cannot be read, or is no module that runs here; without the file's name
   * @throws IOException the cache or the compiler's program cannot be used
   */
  Compiled compile(Path wasm, BiConsumer<Long, Long> progress) throws DeployException, IOException, InterruptedException {
    byte[] module = read(wasm);
    String key = new Sha256().field(module).field(fingerprint()).hex();
    forgetDeleted(key);
    CompletableFuture<Compiled> mine = new CompletableFuture<>();
    CompletableFuture<Compiled> first = loaded.get(key, k -> mine);
    if (first == mine) {
      make(mine, key, module, progress);
    }
    try {
      return first.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new DeployException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** The module cannot be compiled; the message does not say which, since several files may hold it. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  private void make(CompletableFuture<Compiled> code, String key, byte[] module, BiConsumer<Long, Long> progress) throws InterruptedException {
    try {
      Optional<Cache.Entry> kept = cache.find(Cache.Kind.CODE, key);
      code.complete(Compiled.of(key, kept.isPresent() ? kept.get() : cache.put(Cache.Kind.CODE, key, file -> run(key, module, file, progress))));
    } catch (InterruptedException e) {
      code.completeExceptionally(new IOException("stopped while it was compiled", e));
      loaded.invalidate(key);
      throw e;
    } catch (Exception e) {
      code.completeExceptionally(e);
      loaded.invalidate(key);
    }
  }

  private void unloaded(String key, CompletableFuture<Compiled> code, RemovalCause cause) {
    if (code.isDone() && !code.isCompletedExceptionally()) {
      cache.release(cache.file(Cache.Kind.CODE, key));
    }
  }

  /** Someone has emptied the cache under a running gateway. */
  private void forgetDeleted(String key) {
    CompletableFuture<Compiled> known = loaded.getIfPresent(key);
    if (known != null && known.isDone() && !Files.exists(cache.file(Cache.Kind.CODE, key))) {
      loaded.asMap().remove(key, known);
    }
  }

  private synchronized String fingerprint() throws IOException, InterruptedException {
    if (fingerprint == null) {
      StringBuilder line = new StringBuilder();
      Tool.Ended ended = Tool.run(List.of(tools.compiler().toString(), "fingerprint"), FINGERPRINT_TIME, line::append);
      if (ended.status() != 0 || line.isEmpty()) {
        throw new IOException("the compiler " + tools.compiler() + " does not run here: \"fingerprint\" ended with status "
            + ended.status() + " " + ended.errors());
      }
      fingerprint = line.toString();
    }
    return fingerprint;
  }

  /** Compiles a copy of what was hashed: the file itself may change at any time. */
  private JsonObject run(String key, byte[] module, Path code, BiConsumer<Long, Long> progress) throws IOException, InterruptedException, Refused {
    Path copy = cache.scratch(Cache.Kind.CODE, key + ".wasm");
    try {
      Files.write(copy, module);
      CompilerOutput output = new CompilerOutput(progress);
      Tool.Ended ended = Tool.run(command(copy, code), limits.time.plus(grace), output::line);
      if (ended.errors().startsWith("error: cannot write " + code)) {
        throw new IOException(ended.errors().substring(ended.errors().lastIndexOf(": ") + 2));
      } else if (ended.status() != 0 || output.report().isEmpty() || !Files.exists(code)) {
        throw new Refused(reason(ended, copy));
      }
      return output.report().get().put("go", GoToolchain.made(module));
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private List<String> command(Path wasm, Path code) throws IOException {
    long cpuSeconds = limits.time.toSeconds() * Runtime.getRuntime().availableProcessors();
    return List.of(tools.compiler().toString(), "compile", wasm.toString(), code.toString(),
        "--memory-limit", Long.toString(limits.memory), "--cpu-limit", Long.toString(cpuSeconds));
  }

  private String reason(Tool.Ended ended, Path copy) {
    if (ended.timedOut()) {
      return "compiling did not end within " + limits.time.toSeconds() + " s, and was stopped";
    }
    String said = ended.errors().replaceFirst("^error: ", "")
        .replaceFirst("^" + Pattern.quote(copy.toString()) + ":? ", "").replace(copy.toString(), "the module");
    return switch (ended.status()) {
      case STATUS_BAD_MODULE, STATUS_LIMIT -> said.isEmpty() ? "the compiler refused it without a reason" : said;
      default -> "the compiler failed with status " + ended.status() + (said.isEmpty() ? "" : ": " + said);
    };
  }

  private static byte[] read(Path wasm) throws DeployException {
    try {
      long size = Files.size(wasm);
      if (size > MODULE_LIMIT) {
        throw new DeployException("has " + Bytes.text(size) + "; at most " + Bytes.text(MODULE_LIMIT) + " are compiled");
      }
      if (!Files.isRegularFile(wasm)) {
        throw new DeployException(wasm + " is not a file");
      }
      return Files.readAllBytes(wasm);
    } catch (IOException e) {
      throw new DeployException("cannot read " + wasm + ": " + HostFile.reason(e), e);
    }
  }
}
