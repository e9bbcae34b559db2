package dev.mayfly.redis;

import dev.mayfly.config.RedisAddress;
import java.io.IOException;

/** Real servers that are one Redis to a gateway: a server, a cluster, or what Sentinels watch. */
public interface RedisInstallation extends AutoCloseable {
  /** As a configuration names it. */
  RedisAddress address();

  /** Sends a command to every server; what one of them refuses is its business. */
  void tellAll(String... command) throws IOException, InterruptedException;

  @Override
  void close();
}
