package dev.mayfly.traffic;

import dev.mayfly.redis.RedisInstallation;
import dev.mayfly.redis.RedisSentinels;
import java.nio.file.Path;

class SentinelWindowsTest extends RedisWindowsContract {
  @Override
  RedisInstallation servers(Path folder) throws Exception {
    return new RedisSentinels(folder);
  }
}
