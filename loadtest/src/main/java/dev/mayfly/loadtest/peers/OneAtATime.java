package dev.mayfly.loadtest.peers;

import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Runner;
import dev.mayfly.loadtest.plan.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Lets no server run but the one that a plan is for: what the others do by themselves would be in its figures. All are stopped in between. */
final class OneAtATime implements Runner {
  private final Runner runner;
  private final Map<String, Server> servers;

  /** @param servers by the titles of their plans */
  OneAtATime(Runner runner, Map<String, Server> servers) throws IOException, InterruptedException {
    this.runner = runner;
    this.servers = Map.copyOf(servers);
    for (Server server : servers.values()) {
      server.pause();
    }
  }

  @Override
  public Result run(Plan plan, Listener listener) throws InterruptedException {
    Server server = servers.get(plan.title());
    try {
      server.resume();
      try {
        return runner.run(plan, listener);
      } finally {
        server.pause();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the server of " + plan.title() + " cannot be stopped or woken", e);
    }
  }

  @Override
  public void stop() {
    runner.stop();
  }
}
