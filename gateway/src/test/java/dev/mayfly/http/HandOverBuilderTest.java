package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configuration.Handler;
import dev.mayfly.vm.DecodedHandOver;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HandOverBuilderTest {
  private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();

  private DecodedHandOver build(Handler handler, List<String> args, Map<String, String> env, String target) {
    headers.add("Host", "a.example:8080");
    RequestHead head = RequestHead.of("POST", target, new Authority("a.example", 8080));
    Call call = new Call(head, headers, "/f/{who}/*", Map.of("who", "a b"), "192.0.2.1", false, 8080, Buffer.buffer("body"));
    return DecodedHandOver.of(HandOverBuilder.of(GatewayFixture.function("f", handler, args, env, GatewayFixture.LIMITS)).build(call));
  }

  private DecodedHandOver stdout(String... args) {
    return build(Handler.STDOUT, List.of(args), Map.of(), "/f/a%20b/x?q=1&r");
  }

  private List<String> wagi(Map<String, String> env) {
    return build(Handler.WAGI, List.of(), env, "/f/a%20b/x%2Fy/z?q=1").environment();
  }

  @Test
  void argumentsThatNameNoParameterAreTheImages() {
    assertThat(stdout("2000", "{}").arguments()).isEmpty();
  }

  @Test
  void parametersArePutIntoArgumentsAfterTheProgramsName() {
    assertThat(stdout("{who}", "<{who}-{who}>", "$1", "{other}").arguments()).containsExactly("f.wasm", "a b", "<a b-a b>", "$1", "{other}");
  }

  @Test
  void theRestOfTheRequestIsFiles() {
    headers.add("X-Thing", "one").add("x-thing", "two").add("Cookie", "a=1").add("cookie", "b=2").add("..", "up");
    DecodedHandOver handOver = stdout();
    assertThat(handOver.environment()).isEmpty();
    assertThat(handOver.files()).containsOnly(Map.entry("method", "POST"), Map.entry("path", "/f/a%20b/x"), Map.entry("query", "q=1&r"),
        Map.entry("remote", "192.0.2.1"), Map.entry("param/who", "a b"), Map.entry("header/x-thing", "one\ntwo"), Map.entry("header/cookie", "a=1; b=2"),
        Map.entry("header/host", "a.example:8080"));
  }

  @Test
  void theHostOfHttp2IsAFieldToo() {
    RequestHead head = RequestHead.of("GET", "/f", new Authority("b.example", -1));
    Call call = new Call(head, headers, "/f", Map.of(), "::1", true, 443, Buffer.buffer());
    HandOverBuilder builder = HandOverBuilder.of(GatewayFixture.function("f", Handler.STDOUT, List.of(), Map.of(), GatewayFixture.LIMITS));
    assertThat(DecodedHandOver.of(builder.build(call)).files()).containsEntry("header/host", "b.example");
  }

  @Test
  void octetsThatAreUtf8LeaveAsTheyCame() {
    headers.add("X-Utf8", "\u00c3\u00a4").add("X-Latin", "\u00e4");
    assertThat(stdout().files()).containsEntry("header/x-utf8", "ä").containsEntry("header/x-latin", "ä");
  }

  @Test
  void wagiHasTheNamesOfCgi() {
    headers.add("Content-Type", "text/plain").add("X-Thing", "v").add("X-Thing", "w");
    assertThat(wagi(Map.of("GREETING", "hi"))).contains("REQUEST_METHOD=POST", "QUERY_STRING=q=1", "REQUEST_URI=/f/a%20b/x%2Fy/z?q=1", "SCRIPT_NAME=/f/a b", "PATH_INFO=/x/y/z",
        "PATH_TRANSLATED=/x/y/z", "X_RAW_PATH_INFO=/x%2Fy/z", "X_MATCHED_ROUTE=/f/{who}/*", "X_FULL_URL=http://a.example:8080/f/a%20b/x%2Fy/z?q=1",
        "SERVER_NAME=a.example", "SERVER_PORT=8080", "SERVER_PROTOCOL=HTTP/1.1", "GATEWAY_INTERFACE=CGI/1.1", "REMOTE_ADDR=192.0.2.1",
        "REMOTE_HOST=192.0.2.1", "CONTENT_TYPE=text/plain", "CONTENT_LENGTH=4", "HTTP_X_THING=v, w", "HTTP_HOST=a.example:8080", "GREETING=hi");
  }

  @Test
  void wagiTellsWhetherTheRequestCameByTls() {
    assertThat(wagi(Map.of())).noneMatch(v -> v.startsWith("HTTPS="));
    Call call = new Call(RequestHead.of("GET", "/f", new Authority("a.example", -1)), headers, "/f", Map.of(), "192.0.2.1", true, 443, Buffer.buffer());
    HandOverBuilder builder = HandOverBuilder.of(GatewayFixture.function("f", Handler.WAGI, List.of(), Map.of(), GatewayFixture.LIMITS));
    assertThat(DecodedHandOver.of(builder.build(call)).environment()).contains("HTTPS=on", "X_FULL_URL=https://a.example/f");
  }

  @Test
  void aClientCannotNameAProxyNorPassOneFieldForAnother() {
    headers.add("Proxy", "http://evil.example").add("X_Real_Ip", "10.0.0.1").add("X-Real-Ip", "192.0.2.1").add("a%b", "c");
    assertThat(wagi(Map.of())).contains("HTTP_X_REAL_IP=192.0.2.1").noneMatch(v -> v.contains("evil")).noneMatch(v -> v.contains("10.0.0.1"))
        .noneMatch(v -> v.startsWith("HTTP_A%B"));
  }

  @Test
  void whatTheConfigurationSetsStays() {
    headers.add("Accept", "theirs");
    assertThat(wagi(Map.of("HTTP_ACCEPT", "ours"))).contains("HTTP_ACCEPT=ours").doesNotContain("HTTP_ACCEPT=theirs");
  }

  @ParameterizedTest
  @CsvSource({
      "/a/*,/a,/a,''",
      "/a/*,/a/,/a,/",
      "/a/*,/a/b/c,/a,/b/c",
      "/*,/a,'',/a",
      "/*,/,'',/",
      "/a/{b}/*,/a/x%2Fy/z,/a/x/y,/z",
      "/a/b,/a/b,/a/b,''",
      "/a/*,/x/../a/b,/a,/b",
      "/a/*,/a/%2e%2e/a/b/.,/a,/b/",
      "/a/*,/a/b+c,/a,/b+c"
  })
  void aPathIsCutWhereItsRouteEnds(String route, String path, String script, String info) {
    MatchedPath cut = MatchedPath.of(route, path);
    assertThat(cut.script()).isEqualTo(script);
    assertThat(cut.info()).isEqualTo(info);
  }
}
