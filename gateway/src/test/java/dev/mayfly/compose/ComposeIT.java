package dev.mayfly.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The containers of {@code compose/}, really run: the image built, two gateways behind HAProxy, Redis and Prometheus, by Debian's Docker engine. The gateway
 * that is killed stays dead, so that test comes last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ComposeIT {
  private static final Path HOME = Path.of(System.getProperty("mayfly.home")).toAbsolutePath().normalize();
  private static final Path WORK = HOME.resolve("gateway/target/compose");
  private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
  /** What {@code compose/try} exits with then. */
  private static final int NO_ENGINE = 3;
  private static Map<String, String> settings = Map.of();

  @BeforeAll
  static void start() throws Exception {
    for (String command : List.of("dockerd", "docker-compose", "debootstrap")) {
      Assumptions.assumeTrue(isThere(command), command + " is not installed");
    }
    Assumptions.assumeTrue(Files.exists(Path.of("/dev/kvm")), "there is no /dev/kvm");
    configure();
    settings = run("up").lines().filter(l -> l.matches("[A-Z_]+=.*")).map(l -> l.split("=", 2)).collect(Collectors.toMap(l -> l[0], l -> l[1]));
    await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200)).ignoreExceptions().until(() -> get("/hello/x").statusCode() == 200);
    await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(500)).ignoreExceptions().until(() -> value("sum(up{job=\"mayfly\"})") == 2);
  }

  @AfterAll
  static void stop() throws Exception {
    if (isThere("dockerd")) {
      run("down");
    }
  }

  /** The configuration as it is shipped, and a function that says who asks. */
  private static void configure() throws IOException {
    Path functions = WORK.resolve("functions");
    for (String wasm : List.of("hello-c/hello-c.wasm", "hello-as/hello-as.wasm")) {
      Files.createDirectories(functions.resolve(wasm).getParent());
      Files.copy(HOME.resolve("functions").resolve(wasm), functions.resolve(wasm), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.copy(HOME.resolve("gateway/src/test/resources/contract/probe.wasm"), functions.resolve("probe.wasm"), StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(WORK.resolve("mayfly.yaml"), Files.readString(HOME.resolve("compose/mayfly.yaml"))
        .replace("\nroutes:\n", "  who: {wasm: functions/probe.wasm, args: [read, /request/remote]}\n\nroutes:\n  - {path: /who, function: who}\n"));
  }

  private static boolean isThere(String command) {
    return Stream.of(System.getenv("PATH").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  /** Runs {@code compose/try}; its standard output. */
  private static String run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(HOME.resolve("compose/try").toString(), arguments[0], WORK.toString()));
    command.addAll(List.of(arguments).subList(1, arguments.length));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.PIPE);
    builder.environment().putAll(Map.of("CONFIG", WORK.resolve("mayfly.yaml").toString(), "FUNCTIONS", WORK.resolve("functions").toString()));
    Process process = builder.start();
    process.getOutputStream().close();
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      Assumptions.assumeTrue(status != NO_ENGINE, "no Docker engine starts here: " + said.strip());
      assertThat(status).as("compose/try %s: %s", arguments[0], said).isZero();
      return said;
    }
  }

  private static HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + settings.get("HTTP_PORT") + path)).timeout(Duration.ofSeconds(30));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonObject query(String expression) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + settings.get("PROMETHEUS_PORT") + "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    return new JsonObject(CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body());
  }

  /** The one value of an expression; NaN, which is equal to nothing and above nothing, while no scrape has brought its series. */
  private static double value(String expression) throws IOException, InterruptedException {
    JsonArray series = query(expression).getJsonObject("data").getJsonArray("result");
    return series.isEmpty() ? Double.NaN : Double.parseDouble(series.getJsonObject(0).getJsonArray("value").getString(1));
  }

  @Test
  @Order(1)
  void aFunctionAnswersThroughTheLoadBalancerFromAMachineOfItsOwn() throws Exception {
    HttpResponse<String> answer = get("/as/world");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("Hello, world, from AssemblyScript!\n");
    assertThat(answer.headers().firstValue("X-Mayfly-Isolation")).hasValue("kvm");
  }

  @Test
  @Order(1)
  void theClientsAddressArrivesThroughTheLoadBalancer() throws Exception {
    String client = run("docker", "network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", "mayfly-try_mayfly").strip();
    assertThat(get("/who").body().strip()).as("this host, as the load balancer sees it").isEqualTo(client);
    assertThat(get("/who", "X-Forwarded-For", "203.0.113.7").body().strip()).as("a proxy of a trusted network before it").isEqualTo("203.0.113.7");
  }

  @Test
  @Order(1)
  void theContainersRunAsNobodySpecialOnARootThatCannotBeWritten() throws Exception {
    assertThat(run("docker", "exec", "mayfly-try_gateway-1_1", "/bin/bash", "-c", "id -u; touch /opt/mayfly/x 2>&1; true")).contains("10001").contains("Read-only file system");
    await().atMost(Duration.ofMinutes(1)).until(() -> run("docker", "inspect", "-f", "{{.State.Health.Status}}", "mayfly-try_gateway-1_1").strip(), "healthy"::equals);
  }

  @Test
  @Order(1)
  void promtoolAndHaproxyTakeTheirFiles() throws Exception {
    String image = "mayfly-try-base";
    String compose = HOME.resolve("compose") + ":/c:ro";
    assertThat(run("docker", "run", "--rm", "-v", compose, image, "promtool", "check", "config", "/c/prometheus/prometheus.yml")).contains("SUCCESS");
    assertThat(run("docker", "run", "--rm", "-v", compose, image, "haproxy", "-c", "-f", "/c/haproxy.cfg")).contains("Configuration file is valid");
  }

  @Test
  @Order(1)
  void everyQueryOfTheDashboardAndTheAlertsIsAnswered() throws Exception {
    JsonObject dashboard = new JsonObject(Files.readString(HOME.resolve("compose/grafana/dashboards/mayfly.json")));
    for (int i = 0; i < 20; i++) {
      get("/hello/" + i);
    }
    for (Object panel : dashboard.getJsonArray("panels")) {
      for (Object target : ((JsonObject) panel).getJsonArray("targets")) {
        String expression = ((JsonObject) target).getString("expr").replace("$function", ".*").replace("$__rate_interval", "1m");
        assertThat(query(expression).getString("status")).as(expression).isEqualTo("success");
      }
    }
    await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(500)).until(() -> value("sum(mayfly_requests_total{function=\"hello\"})") >= 20);
    assertThat(value("count(mayfly_pool_target)")).isPositive();
  }

  @Test
  @Order(2)
  void oneGatewayKilledUnderLoadLosesOnlyWhatItWasAnswering() throws Exception {
    int clients = 8;
    AtomicBoolean over = new AtomicBoolean();
    Map<Integer, Integer> statuses = new TreeMap<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      List<Future<Map<Integer, Integer>>> counts = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        counts.add(threads.submit(client(over)));
      }
      run("docker", "kill", "--signal", "KILL", "mayfly-try_gateway-1_1");
      await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(200)).ignoreExceptions().until(() -> value("sum(up{job=\"mayfly\"})") == 1);
      over.set(true);
      for (Future<Map<Integer, Integer>> count : counts) {
        count.get().forEach((status, n) -> statuses.merge(status, n, Integer::sum));
      }
    }
    int all = statuses.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(statuses.getOrDefault(200, 0)).as("%s", statuses).isGreaterThan(clients).isGreaterThanOrEqualTo(all - clients);
  }

  /** One request after the other; how often each status came. */
  private static Callable<Map<Integer, Integer>> client(AtomicBoolean over) {
    return () -> {
      Map<Integer, Integer> statuses = new TreeMap<>();
      while (!over.get()) {
        int status;
        try {
          status = get("/hello/x").statusCode();
        } catch (IOException e) {
          status = -1;
        }
        statuses.merge(status, 1, Integer::sum);
      }
      return statuses;
    };
  }
}
