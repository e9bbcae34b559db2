package dev.mayfly;

import dev.mayfly.cli.RunningGateway;
import dev.mayfly.config.ConfigurationLoader;
import dev.mayfly.function.Cache;
import dev.mayfly.function.Progress;
import dev.mayfly.function.Tools;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/** A whole gateway within the test, on ports of the loopback, that serves the component {@code guest.wasm} at every path; in KVM where there is KVM. */
public final class RealGateway implements AutoCloseable {
  private final RunningGateway running;
  private final HttpClient admin = HttpClient.newHttpClient();

  private RealGateway(RunningGateway running) {
    this.running = running;
  }

  /** The component, which does what the last segment of the path says. */
  public static Path guest() {
    return resource("guest.wasm");
  }

  public static Path resource(String name) {
    try {
      return Path.of(RealGateway.class.getResource("/component/" + name).toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** @param settings of the function, in YAML, each beginning with a comma: {@code ", timeout: 5s"} */
  public static RealGateway start(Path folder, String settings) throws Exception {
    return start(folder, guest(), settings);
  }

  /** The same with another component: {@code stream.wasm}, say. */
  public static RealGateway start(Path folder, Path component, String settings) throws Exception {
    return serve(folder, "grace: 100ms\nfunctions:\n  guest: {wasm: '" + component + "'" + settings + "}\nroutes:\n  - {path: /*, function: guest}\n");
  }

  /** @param configuration but for the ports */
  public static RealGateway serve(Path folder, String configuration) throws Exception {
    Path file = folder.resolve("mayfly.yaml");
    Files.writeString(file, "listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\n" + configuration);
    Cache cache = Cache.open(folder.resolve("cache"), Cache.DEFAULT_LIMIT);
    return new RealGateway(new GatewayStart(cache, Tools.of(cache), ConfigurationLoader.read(file), Progress.SILENT).start());
  }

  /** An example that is in the tree. */
  public static Path example(String name) {
    return Path.of(System.getProperty("mayfly.home"), "functions", name, name + ".wasm").toAbsolutePath().normalize();
  }

  public int port() {
    return running.listen().port();
  }

  /** The sum of a metric's values over all labels but those that are given. */
  public double metric(String name, String... labels) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.admin().port() + "/metrics")).build();
      return admin.send(request, HttpResponse.BodyHandlers.ofString()).body().lines().filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
          .filter(line -> java.util.Arrays.stream(labels).allMatch(line::contains))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Machines that serve a request. */
  public int busy() {
    return (int) metric("mayfly_machines", "state=\"busy\"");
  }

  @Override
  public void close() {
    running.stop();
    admin.close();
  }
}
