package dev.mayfly.keyvalue;

import dev.mayfly.redis.RedisInstallation;
import dev.mayfly.redis.RedisSentinels;
import java.nio.file.Path;

class SentinelStoresTest extends RedisStoresContract {
  @Override
  RedisInstallation servers(Path folder) throws Exception {
    return new RedisSentinels(folder);
  }
}
