package dev.mayfly.redis;

import static org.awaitility.Awaitility.await;

import dev.mayfly.config.RedisAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A real Redis Cluster on loopback: three masters, each with a replica that takes over some seconds after its master has gone. */
public final class RedisCluster implements RedisInstallation {
  private static final int MASTERS = 3;
  private static final int NODE_TIMEOUT_MILLIS = 3_000;
  private final List<RedisServer> servers = new ArrayList<>();

  /** @param folder for what its servers have to remember */
  public RedisCluster(Path folder) throws IOException, InterruptedException {
    try {
      List<String> create = new ArrayList<>(List.of("--cluster", "create"));
      for (int i = 0; i < 2 * MASTERS; i++) {
        String own = Files.createDirectories(folder.resolve("node-" + i)).toString();
        RedisServer server = new RedisServer("--cluster-enabled", "yes", "--cluster-port", String.valueOf(RedisProcess.freePort()), "--dir", own,
            "--cluster-node-timeout", String.valueOf(NODE_TIMEOUT_MILLIS), "--repl-diskless-sync-delay", "0");
        servers.add(server);
        create.add("127.0.0.1:" + server.port());
      }
      create.addAll(List.of("--cluster-replicas", "1", "--cluster-yes"));
      RedisProcess.cli(create);
      await().atMost(Duration.ofSeconds(30)).until(this::whole);
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** All see all, and every replica follows its master. */
  private boolean whole() throws IOException, InterruptedException {
    for (RedisServer server : servers) {
      String info = server.ask("INFO", "replication");
      boolean follows = info.contains("role:master") ? info.contains("state=online") : info.contains("master_link_status:up");
      if (!follows || !server.ask("CLUSTER", "INFO").contains("cluster_state:ok") || server.ask("CLUSTER", "NODES").lines().count() != servers.size()) {
        return false;
      }
    }
    return true;
  }

  /** Names the first three, of whatever role they are. */
  @Override
  public RedisAddress address() {
    return RedisAddress.of("redis-cluster://" + servers.stream().limit(MASTERS).map(server -> "127.0.0.1:" + server.port()).collect(Collectors.joining(",")));
  }

  /** Where a key is kept now, as another server says that lives; one that has failed is passed over. */
  public RedisServer masterOf(String key, RedisServer... dead) throws IOException, InterruptedException {
    RedisServer witness = servers.stream().filter(server -> !List.of(dead).contains(server)).findFirst().orElseThrow();
    int slot = Integer.parseInt(witness.ask("CLUSTER", "KEYSLOT", key));
    String line = witness.ask("CLUSTER", "NODES").lines().filter(node -> holds(node.split(" "), slot)).findFirst().orElseThrow();
    return servers.stream().filter(server -> line.contains(":" + server.port() + "@")).findFirst().orElseThrow();
  }

  /** A copy of what is kept where the key is. */
  public RedisServer replicaOf(String key) throws IOException, InterruptedException {
    RedisServer master = masterOf(key);
    String name = master.ask("CLUSTER", "MYID");
    String line = master.ask("CLUSTER", "REPLICAS", name);
    return servers.stream().filter(server -> line.contains(":" + server.port() + "@")).findFirst().orElseThrow();
  }

  /** A line has: name, address, flags, master, ping, pong, epoch, link, then ranges of slots. */
  private static boolean holds(String[] node, int slot) {
    for (int i = 8; i < node.length && node[2].contains("master"); i++) {
      String[] range = node[i].split("-");
      if (Integer.parseInt(range[0]) <= slot && slot <= Integer.parseInt(range[range.length - 1])) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void tellAll(String... command) throws IOException, InterruptedException {
    for (RedisServer server : servers) {
      server.ask(command);
    }
  }

  @Override
  public void close() {
    for (RedisServer server : servers) {
      server.close();
    }
  }
}
