package dev.mayfly.admin;

import io.vertx.core.Future;

/** A function whose machines can be dropped, so that its next start is cold. */
@FunctionalInterface
public interface Evictable {
  /** Completes when the machines of now are gone. Any thread; must not block. */
  Future<Void> evict();
}
