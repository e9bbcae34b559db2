package dev.mayfly.keyvalue;

import dev.mayfly.keyvalue.Stores.Operation;
import dev.mayfly.redis.RedisInstallation;
import dev.mayfly.redis.RedisServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RedisStoresTest extends RedisStoresContract {
  private RedisServer server;

  @Override
  RedisInstallation servers(Path folder) throws Exception {
    server = new RedisServer();
    return server;
  }

  @Test
  void aServerThatHangsIsAnErrorForTheCall() throws Exception {
    open(1);
    server.pause();
    try {
      fails(call(Operation.GET, "k"), "Redis is not reachable");
    } finally {
      server.resume();
    }
  }
}
