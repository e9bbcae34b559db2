package dev.mayfly.loadtest.peers;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All contenders, started: the gateway, {@code wasmtime serve} with the same component, and a plain handler. Closing it stops them. */
final class Field implements AutoCloseable {
  private static final String COMPONENT = "functions/hello-http/hello-http.wasm";
  private final Path home;
  private final Path work;
  private final List<Server> servers = new ArrayList<>();
  private final List<Contender> contenders = new ArrayList<>();

  private Field(Path home, Path work) {
    this.home = home;
    this.work = work;
  }

  /**
   * @param home the project's folder
   * @param work for logs, configuration and what the gateway compiles
   * @param wasmtime the command; empty: it is not at hand
   */
  static Field start(Path home, Path work, Optional<String> wasmtime) throws IOException, InterruptedException {
    Field field = new Field(home, work);
    try {
      if (wasmtime.isPresent()) {
        field.wasmtime(wasmtime.get());
      }
      field.plain();
      field.gateway();
      return field;
    } catch (IOException | InterruptedException | RuntimeException e) {
      field.close();
      throw e;
    }
  }

  private static URI local(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private void wasmtime(String command) throws IOException, InterruptedException {
    int port = Server.freePort();
    servers.add(Server.start("wasmtime", List.of(command, "serve", "--addr", "127.0.0.1:" + port, home.resolve(COMPONENT).toString()), Map.of(), local(port, "/"), work));
    contenders.add(new Contender("wasmtime serve", "an instance for each request, one process", local(port, ""), Optional.empty(), "/", Optional.empty(), false));
  }

  private void plain() throws IOException, InterruptedException {
    int port = Server.freePort();
    List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
        PlainHandler.class.getName(), Integer.toString(port));
    servers.add(Server.start("plain", command, Map.of(), local(port, "/"), work));
    contenders.add(new Contender("plain Vert.x handler", "nothing; no WebAssembly", local(port, ""), Optional.empty(), "/", Optional.empty(), false));
  }

  private void gateway() throws IOException, InterruptedException {
    int port = Server.freePort();
    int admin = Server.freePort();
    Path configuration = Files.writeString(work.resolve("mayfly.yaml"), configuration(port, admin));
    List<String> command = List.of(home.resolve("mayfly").toString(), "up", "-f", configuration.toString());
    servers.add(Server.start("mayfly", command, Map.of("MAYFLY_CACHE", work.resolve("cache").toString()), local(admin, "/health/ready"), work));
    URI url = local(port, "");
    Optional<URI> adminUrl = Optional.of(local(admin, ""));
    contenders.add(new Contender("Mayfly warm", "a machine put back after each (fresh: request)", url, adminUrl, "/warm", Optional.of("warm"), false));
    contenders.add(new Contender("Mayfly fresh", "a machine for each (fresh: machine)", url, adminUrl, "/fresh", Optional.of("fresh"), false));
    contenders.add(new Contender("Mayfly cold", "a machine for each, none waiting", url, adminUrl, "/cold", Optional.of("cold"), true));
  }

  private String configuration(int port, int admin) {
    return """
        listen: 127.0.0.1:%d
        admin: 127.0.0.1:%d
        functions:
          warm: {wasm: %3$s}
          fresh: {wasm: %3$s, fresh: machine}
          cold: {wasm: %3$s}
        routes:
          - {path: /warm, function: warm}
          - {path: /fresh, function: fresh}
          - {path: /cold, function: cold}
        """.formatted(port, admin, "\"" + home.resolve(COMPONENT).toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
  }

  /** The first is what the others are divided by. */
  List<Contender> contenders() {
    return List.copyOf(contenders);
  }

  @Override
  public void close() {
    servers.reversed().forEach(Server::close);
  }
}
