package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configuration.SpinTrigger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Spin would say of a request. */
class SpinHeadersTest {
  private static Map<String, String> of(String base, String route, String path) {
    List<String> fields = SpinHeaders.of(new SpinTrigger(route, base + route), path, "https://example.com" + path + "?q=1", "192.0.2.1:4711");
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < fields.size(); i += 2) {
      map.put(fields.get(i), fields.get(i + 1));
    }
    return map;
  }

  @Test
  void aRouteWithAParameterAndAllBelow() {
    assertThat(of("", "/foo/:user_Id/...", "/foo/4%202/bar")).containsOnly(
        Map.entry("spin-path-info", "/bar"),
        Map.entry("spin-full-url", "https://example.com/foo/4%202/bar?q=1"),
        Map.entry("spin-matched-route", "/foo/:user_Id/..."),
        Map.entry("spin-base-path", "/"),
        Map.entry("spin-raw-component-route", "/foo/:user_Id/..."),
        Map.entry("spin-component-route", "/foo/:user_Id"),
        Map.entry("spin-client-addr", "192.0.2.1:4711"),
        Map.entry("spin-path-match-user-id", "4%202"));
  }

  @ParameterizedTest
  @CsvSource({"/...,/1/2/3,/1/2/3", "/...,/,/", "/test/...,/test,''", "/test/...,/test/,/", "/test/...,/test/hello/,/hello/", "/test,/test,''", "/a/...,/x/../a/b,/b"})
  void thePathBelowTheRoute(String route, String path, String info) {
    assertThat(of("", route, path)).containsEntry("spin-path-info", info);
  }

  @Test
  void theBaseIsInTheMatchedRouteOnly() {
    assertThat(of("/shop", "/:id/...", "/shop/7/x")).containsEntry("spin-matched-route", "/shop/:id/...").containsEntry("spin-component-route", "/:id")
        .containsEntry("spin-path-info", "/x").containsEntry("spin-path-match-id", "7");
  }

  @ParameterizedTest
  @CsvSource({"spin-full-url,true", "spin-path-match-x,true", "spin-other,false", "x-spin-full-url,false", "spin,false"})
  void onlyTheGatewaySaysThem(String name, boolean ours) {
    assertThat(SpinHeaders.isOurs(name)).isEqualTo(ours);
  }
}
