package dev.mayfly.keyvalue;

import dev.mayfly.redis.RedisCluster;
import dev.mayfly.redis.RedisInstallation;
import java.nio.file.Path;

class ClusterStoresTest extends RedisStoresContract {
  @Override
  RedisInstallation servers(Path folder) throws Exception {
    return new RedisCluster(folder);
  }
}
