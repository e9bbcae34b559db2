package dev.mayfly.traffic;

import dev.mayfly.redis.RedisCluster;
import dev.mayfly.redis.RedisInstallation;
import java.nio.file.Path;

class ClusterWindowsTest extends RedisWindowsContract {
  @Override
  RedisInstallation servers(Path folder) throws Exception {
    return new RedisCluster(folder);
  }
}
