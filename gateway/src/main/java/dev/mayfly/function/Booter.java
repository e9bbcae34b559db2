package dev.mayfly.function;

import dev.mayfly.config.Configuration;
import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Snapshot;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets an image's snapshot: from the cache, or by booting it as {@link BootPlan} decides, and keeps it with its verdict. Thread-safe; blocks. */
final class Booter {
  private static final Logger LOG = LoggerFactory.getLogger(Booter.class);
  /** To be raised when the rule of the ready point changes, so that older snapshots are not found. */
  private static final int VERSION = 1;

  private final Engine engine;
  private final Cache cache;

  Booter(Engine engine, Cache cache) {
    this.engine = engine;
    this.cache = cache;
  }

  /** A snapshot and what is to be said about it. */
  record Booted(Snapshot snapshot, List<String> notes) {}

  /** A snapshot's name in the cache: all that it depends on. */
  String key(Image image, Configuration.Function function) {
    return new Sha256().number(VERSION).field(image.sha256()).field(engine.fingerprint())
        .field(function.snapshot().name()).field(function.handler().name()).number(function.boot().toNanos())
        .field(function.warmupPath().orElse("")).hex();
  }

  /** @throws DeployException the image cannot be a function, or no machine can be had; without the function's name */
  Booted boot(String key, Image image, Configuration.Function function, boolean go) throws DeployException, IOException {
    Optional<Booted> kept = read(key, image);
    Booted booted = kept.isPresent() ? kept.get() : make(key, image, function, go);
    new WorkingSets(cache).attach(key, booted.snapshot);
    return booted;
  }

  private Booted make(String key, Image image, Configuration.Function function, boolean go) throws DeployException, IOException {
    Booted made = warmed(bootNow(image, function, go), function);
    boolean stored = false;
    try {
      cache.<RuntimeException>put(Cache.Kind.SNAPSHOT, key, file -> {
        made.snapshot.write(file);
        return new JsonObject().put("notes", new JsonArray(made.notes));
      });
      stored = true;
    } finally {
      if (stored) {
        cache.release(cache.file(Cache.Kind.SNAPSHOT, key));
      } else {
        made.snapshot.close();
      }
    }
    return made;
  }

  private Optional<Booted> read(String key, Image image) throws IOException {
    Optional<Cache.Entry> entry = cache.find(Cache.Kind.SNAPSHOT, key);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    try {
      Snapshot snapshot = engine.read(entry.get().file(), image);
      return Optional.of(new Booted(snapshot, entry.get().about().getJsonArray("notes").stream().map(String::valueOf).toList()));
    } catch (IOException e) {
      LOG.warn("the snapshot {} cannot be used, and is made anew: {}", entry.get().file(), e.getMessage());
      cache.remove(Cache.Kind.SNAPSHOT, key);
      return Optional.empty();
    } finally {
      cache.release(entry.get().file());
    }
  }

  /** After the request of its {@code warmup:}, if it has one. */
  private Booted warmed(Booted ready, Configuration.Function function) {
    if (function.warmupPath().isEmpty() || function.handler() != Configuration.Handler.HTTP) {
      return ready;
    }
    Warmup.Result result = new Warmup(engine, function.warmupPath().get(), function.timeout().toNanos()).of(ready.snapshot);
    if (result.warmed().isPresent()) {
      ready.snapshot.close();
      return new Booted(result.warmed().get(), ready.notes);
    }
    List<String> notes = new ArrayList<>(ready.notes);
    notes.add(result.note());
    return new Booted(ready.snapshot, List.copyOf(notes));
  }

  private Booted bootNow(Image image, Configuration.Function function, boolean go) throws DeployException {
    BootPlan plan = new BootPlan(function.snapshot(), function.boot().toNanos());
    List<BootPlan.Attempt> past = new ArrayList<>();
    Snapshot last = null;
    BootLog log = new BootLog(0);
    boolean taken = false;
    try {
      while (true) {
        switch (plan.next(past)) {
          case BootPlan.Next.Try next -> {
            log = new BootLog(function.limits().log());
            Snapshot before = last; // holds the image, which is thus read once for all attempts
            last = null;
            try {
              last = attempt(image, next.boot(), log, past);
            } finally {
              close(before);
            }
          }
          case BootPlan.Next.Take take -> {
            taken = true;
            return new Booted(last, BootNotes.of(take.verdict(), function.boot(), go));
          }
          case BootPlan.Next.Fail fail -> throw new DeployException(fail.message());
        }
      }
    } finally {
      log.lines().forEach(line -> LOG.info("{} (deploying): {}", function.name(), line));
      if (!taken) {
        close(last);
      }
    }
  }

  private Snapshot attempt(Image image, Boot how, BootLog log, List<BootPlan.Attempt> past) {
    try {
      Boot.Ready ready = engine.boot(image, how, log);
      past.add(new BootPlan.Attempt.Ready(how, ready.wallReads(), ready.randomDraws()));
      return ready.snapshot();
    } catch (Boot.Failure e) {
      past.add(new BootPlan.Attempt.Failed(how, e.kind(), e.getMessage()));
      return null;
    }
  }

  private static void close(Snapshot snapshot) {
    if (snapshot != null) {
      snapshot.close();
    }
  }
}
