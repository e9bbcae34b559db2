package dev.mayfly;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.LoggerFactory;

/**
 * A gateway, in this process, over components that {@code functions/samples/build} has made. Compiled code and snapshots are kept beneath Maven's target
 * folder: a second run of the tests compiles nothing.
 */
final class Samples implements AutoCloseable {
  private static final Path HOME = Path.of(System.getProperty("mayfly.home", "..")).toAbsolutePath().normalize();
  /** What the build of the samples leaves behind. */
  static final Path BUILT = HOME.resolve("functions/samples/target");

  private final RunningGateway gateway;
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Heard heard = new Heard();

  /** The lines that functions wrote to their logs. */
  private static final class Heard extends AppenderBase<ILoggingEvent> {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getLoggerName() + ": " + event.getFormattedMessage());
    }
  }

  private Samples(Path configuration) throws Exception {
    Cache cache = Cache.open(HOME.resolve("gateway/target/samples"), Cache.DEFAULT_LIMIT);
    gateway = new GatewayStart(cache, Tools.of(cache), ConfigurationLoader.read(configuration), Progress.SILENT).start();
    heard.start();
    logger().setLevel(Level.INFO);
    logger().addAppender(heard);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("function");
  }

  /** Skips the test where the component was not built for want of its toolchain, which the build has said. */
  static Path built(String file) {
    Path wasm = BUILT.resolve(file);
    Assumptions.assumeTrue(Files.exists(wasm), () -> wasm + " is not there: functions/samples/build names what is missing");
    return wasm;
  }

  /**
   * Serves one function at all paths.
   *
   * @param settings of the function beside {@code wasm}, each {@code key: value}
   */
  static Samples serving(Path folder, Path wasm, String... settings) throws Exception {
    String yaml = "listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\nfunctions:\n  sample:\n    wasm: " + wasm + "\n"
        + String.join("", List.of(settings).stream().map(s -> "    " + s + "\n").toList())
        + "routes:\n  - {path: /*, function: sample}\n";
    return new Samples(Files.writeString(folder.resolve("mayfly.yaml"), yaml));
  }

  /** Serves a Spin manifest, on ports of the system's choice. */
  static Samples spin(Path folder, Path manifest) throws Exception {
    String toml = Files.readString(manifest).replace("\"../target/", "\"" + BUILT + "/")
        + "\n[application.tool.mayfly]\nlisten = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n";
    return new Samples(Files.writeString(folder.resolve("spin.toml"), toml));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return client.send(request(path).header("content-type", "text/plain").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.listen().port() + path));
  }

  static String start(HttpResponse<?> response) {
    return response.headers().firstValue("x-mayfly-start").orElse("");
  }

  List<String> log() {
    return heard.lines;
  }

  @Override
  public void close() {
    logger().detachAppender(heard);
    gateway.stop();
  }
}
