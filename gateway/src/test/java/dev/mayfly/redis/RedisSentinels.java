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

/** A master and a replica on loopback, and three Sentinels, two of which suffice to put the replica into the place of a master that is silent. */
public final class RedisSentinels implements RedisInstallation {
  private static final String NAME = "main";
  private static final int SENTINELS = 3;
  private final List<RedisServer> servers = new ArrayList<>();
  private final List<RedisProcess> sentinels = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();

  /** @param folder for what the Sentinels write */
  public RedisSentinels(Path folder) throws IOException, InterruptedException {
    try {
      servers.add(new RedisServer("--dir", folder.toString(), "--repl-diskless-sync-delay", "0"));
      int master = servers.getFirst().port();
      servers.add(new RedisServer("--replicaof", "127.0.0.1 " + master, "--dir", folder.toString(), "--repl-diskless-sync-delay", "0"));
      await().atMost(Duration.ofSeconds(30)).until(() -> servers.getFirst().ask("INFO", "replication").contains("state=online"));
      for (int i = 0; i < SENTINELS; i++) {
        start(folder.resolve("sentinel-" + i + ".conf"), master);
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> {
        for (int port : ports) {
          String known = ask(port, "SENTINEL", "MASTER", NAME).replace("\n", " ");
          if (!known.contains("num-slaves 1") || !known.contains("num-other-sentinels " + (SENTINELS - 1))) {
            return false;
          }
        }
        return true;
      });
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void start(Path file, int master) throws IOException {
    int port = RedisProcess.freePort();
    Files.writeString(file, """
        port %d
        bind 127.0.0.1
        dir %s
        sentinel monitor %s 127.0.0.1 %d 2
        sentinel down-after-milliseconds %3$s 3000
        sentinel failover-timeout %3$s 4000
        """.formatted(port, file.getParent(), NAME, master));
    RedisProcess sentinel = new RedisProcess("+monitor master", List.of("redis-server", file.toString(), "--sentinel"));
    sentinel.start();
    sentinels.add(sentinel);
    ports.add(port);
  }

  private static String ask(int port, String... command) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("-p", String.valueOf(port)));
    arguments.addAll(List.of(command));
    return RedisProcess.cli(arguments);
  }

  @Override
  public RedisAddress address() {
    return RedisAddress.of("redis-sentinel://" + ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")) + "#" + NAME);
  }

  /** Who is the master, as the last Sentinel says. */
  public RedisServer master() throws IOException, InterruptedException {
    String[] address = ask(ports.getLast(), "SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME).split("\\s+");
    return servers.stream().filter(server -> address[1].equals(String.valueOf(server.port()))).findFirst().orElseThrow();
  }

  @Override
  public void tellAll(String... command) throws IOException, InterruptedException {
    for (RedisServer server : servers) {
      server.ask(command);
    }
  }

  /** Lets a Sentinel, by its place in the address, answer nobody. */
  public void pauseSentinel(int index) throws IOException, InterruptedException {
    sentinels.get(index).pause();
  }

  @Override
  public void close() {
    for (RedisProcess sentinel : sentinels) {
      sentinel.kill();
    }
    for (RedisServer server : servers) {
      server.close();
    }
  }
}
