package dev.mayfly;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code mayfly up -f spin.toml} of the sample application, in a process of its own, on free ports. */
final class SpinGateway implements AutoCloseable {
  private static final Path SAMPLE = Path.of(System.getProperty("mayfly.home", "..")).resolve("functions/samples/spin-app").toAbsolutePath().normalize();
  private static final Path BUILT = SAMPLE.resolveSibling("target/spin-app");
  private static final Pattern SERVES = Pattern.compile("Mayfly serves (http://[^,\\s]+)");

  private final Process process;
  private final String url;
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Builds the application, unless it has been built; what its toolchains lack is in the exception. */
  static void build() throws IOException, InterruptedException {
    Process build = new ProcessBuilder(SAMPLE.resolve("build").toString()).redirectErrorStream(true).start();
    String said = new String(build.getInputStream().readAllBytes(), UTF_8);
    if (build.waitFor() != 0 || !Files.exists(BUILT.resolve("js.wasm")) || !Files.exists(BUILT.resolve("py.wasm"))) {
      throw new IllegalStateException("functions/samples/spin-app is not built:\n" + said);
    }
  }

  /**
   * Starts it.
   *
   * @param folder to write the manifest into
   * @param upstream origin of the server that the application calls
   * @param settings lines for {@code [application.tool.mayfly]}
   */
  SpinGateway(Path folder, String upstream, String settings) throws IOException {
    String manifest = Files.readString(SAMPLE.resolve("spin.toml")).replace("../target/spin-app", BUILT.toString());
    Path file = Files.writeString(folder.resolve("spin.toml"),
        manifest + "\n[application.tool.mayfly]\nlisten = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n" + settings + "\n");
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED"));
    if (System.getProperty("mayfly.native") != null) {
      command.add("-Dmayfly.native=" + System.getProperty("mayfly.native"));
    }
    command.addAll(List.of("-cp", classPath(), "dev.mayfly.Main", "up", "-f", file.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("MAYFLY_CACHE", BUILT.resolve("cache").toString());
    builder.environment().put("SPIN_VARIABLE_UPSTREAM", upstream);
    process = builder.start();
    url = served();
  }

  /** Of these classes, whoever loads them. */
  private static String classPath() {
    return SpinGateway.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs()).map(url -> Path.of(URI.create(url.toString())).toString()).collect(Collectors.joining(":"))
        : System.getProperty("java.class.path");
  }

  private String served() throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      said.append(line).append('\n');
      Matcher serves = SERVES.matcher(line);
      if (serves.find()) {
        Thread.ofVirtual().start(() -> lines.lines().forEach(System.out::println));
        return serves.group(1);
      }
    }
    throw new IOException("mayfly up ended:\n" + said);
  }

  HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    return client.send((headers.length == 0 ? request : request.headers(headers)).build(), HttpResponse.BodyHandlers.ofString());
  }

  String text(String path) throws IOException, InterruptedException {
    return get(path).body();
  }

  String url() {
    return url;
  }

  @Override
  public void close() throws InterruptedException {
    client.close();
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
