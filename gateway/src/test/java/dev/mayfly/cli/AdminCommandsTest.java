package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that talk to a running gateway, against a server that answers as the test says. */
class AdminCommandsTest {
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Commands commands = new Commands(Path.of(""), Optional.empty());
  private HttpServer server;
  private String url;
  private int status;
  private String body = "";

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void evictIsSilentWhenTheMachinesAreGone() {
    status = 204;
    assertThat(commands.execute("evict", "--admin", url, "hello")).isZero();
    assertThat(requests).containsExactly("POST /functions/hello/evict");
    assertThat(commands.out.toString() + commands.err).isEmpty();
  }

  @Test
  void aUrlMayLackItsSchemeAndEndInASlash() {
    status = 204;
    assertThat(commands.execute("evict", "--admin=" + url.substring("http://".length()) + "/", "a b")).isZero();
    assertThat(requests).containsExactly("POST /functions/a%20b/evict");
  }

  @Test
  void aFunctionThatIsNotThereIsSaid() {
    status = 404;
    assertThat(commands.execute("evict", "--admin", url, "hallo")).isEqualTo(1);
    assertThat(commands.err).hasToString("mayfly: the gateway at " + url + " has no function \"hallo\"" + System.lineSeparator());
  }

  @Test
  void anyOtherAnswerIsShown() {
    status = 503;
    body = "stopping\n";
    assertThat(commands.execute("evict", "--admin", url, "hello")).isEqualTo(1);
    assertThat(commands.err.toString()).contains("did not evict \"hello\": 503 stopping");
  }

  @Test
  void aGatewayThatIsNotThereIsSaid() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = "http://127.0.0.1:" + taken.getLocalPort();
    }
    assertThat(commands.execute("evict", "--admin", url, "hello")).isEqualTo(1);
    assertThat(commands.err.toString()).startsWith("mayfly: no gateway answers at " + url + ": is it running?").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"ftp://h:1", "http://", "'a b'"})
  void aUrlThatIsNoneIsWrongUsage(String wrong) {
    assertThat(commands.execute("evict", "--admin", wrong, "hello")).isEqualTo(2);
    assertThat(commands.err.toString()).startsWith("mayfly: --admin: ");
  }

  @Test
  void theVariableNamesTheGatewayUnlessTheOptionDoes() {
    AdminOption option = new AdminOption();
    assertThat(option.client(Map.of()).base()).hasToString("http://127.0.0.1:9090");
    assertThat(option.client(Map.of("MAYFLY_ADMIN", "")).base()).hasToString("http://127.0.0.1:9090");
    assertThat(option.client(Map.of("MAYFLY_ADMIN", "h:1")).base()).hasToString("http://h:1");
    option.url = "http://i:2";
    assertThat(option.client(Map.of("MAYFLY_ADMIN", "h:1")).base()).hasToString("http://i:2");
  }

  @Test
  void listIsATableOfWhatTheGatewaySays() {
    status = 200;
    body = "[{\"name\":\"hello\",\"warm\":2},{\"name\":\"a\",\"warm\":0,\"running\":1}]";
    assertThat(commands.execute("list", "--admin", url)).isZero();
    assertThat(requests).containsExactly("GET /functions");
    assertThat(commands.out.toString().lines()).containsExactly("NAME   WARM  RUNNING", "hello  2     -", "a      0     1");
    assertThat(AdminTable.lines("plain\ntext\n")).containsExactly("plain", "text");
  }
}
