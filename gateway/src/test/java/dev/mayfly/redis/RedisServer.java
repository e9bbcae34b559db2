package dev.mayfly.redis;

import dev.mayfly.config.RedisAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A real {@code redis-server} on loopback, without persistence. Can be paused, killed and started again on its port, empty. */
public final class RedisServer implements RedisInstallation {
  private final int port;
  private final RedisProcess process;

  /** Starts one on a free port; {@code settings} as on its command line. */
  public RedisServer(String... settings) throws IOException {
    port = RedisProcess.freePort();
    List<String> command = new ArrayList<>(List.of("redis-server", "--port", String.valueOf(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
    command.addAll(List.of(settings));
    process = new RedisProcess("Ready to accept connections", command);
    process.start();
  }

  public void start() throws IOException {
    process.start();
  }

  /** Starts it again and returns while it is still reading what it has saved. */
  public void startLoading() throws IOException {
    process.start("Server initialized");
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public RedisAddress address() {
    return RedisAddress.of(url());
  }

  /** What it answers to a command, as {@code redis-cli} prints it. */
  public String ask(String... command) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("-p", String.valueOf(port)));
    arguments.addAll(List.of(command));
    return RedisProcess.cli(arguments);
  }

  @Override
  public void tellAll(String... command) throws IOException, InterruptedException {
    ask(command);
  }

  /** Lets it answer nobody, its connections open, until {@link #resume}. */
  public void pause() throws IOException, InterruptedException {
    process.pause();
  }

  public void resume() throws IOException, InterruptedException {
    process.resume();
  }

  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    kill();
  }
}
