package dev.mayfly.function;

import dev.mayfly.vm.Snapshot;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is learned of snapshots' working sets, kept in the cache under the snapshots' keys. Worth a few faults of a few requests: what goes wrong here is told and forgotten. Any thread. */
final class WorkingSets {
  private static final Logger LOG = LoggerFactory.getLogger(WorkingSets.class);

  private final Cache cache;

  WorkingSets(Cache cache) {
    this.cache = cache;
  }

  /** Gives a snapshot what is known of it, and keeps what it learns. */
  void attach(String key, Snapshot snapshot) {
    snapshot.learn(known(key).orElse(null), bytes -> keep(key, bytes));
  }

  private Optional<byte[]> known(String key) {
    try {
      Optional<Cache.Entry> entry = cache.find(Cache.Kind.WORKING_SET, key);
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(Files.readAllBytes(entry.get().file()));
      } finally {
        cache.release(entry.get().file());
      }
    } catch (IOException e) {
      LOG.debug("a working set could not be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private void keep(String key, byte[] bytes) {
    try {
      cache.<RuntimeException>put(Cache.Kind.WORKING_SET, key, file -> {
        Files.write(file, bytes);
        return new JsonObject();
      });
      cache.release(cache.file(Cache.Kind.WORKING_SET, key));
    } catch (IOException e) {
      LOG.debug("a working set could not be kept: {}", e.getMessage());
    }
  }
}
