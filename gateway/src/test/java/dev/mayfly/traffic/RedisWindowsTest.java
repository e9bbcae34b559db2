package dev.mayfly.traffic;

import dev.mayfly.redis.RedisInstallation;
import dev.mayfly.redis.RedisServer;
import java.nio.file.Path;

class RedisWindowsTest extends RedisWindowsContract {
  @Override
  RedisInstallation servers(Path folder) throws Exception {
    return new RedisServer();
  }
}
