package dev.mayfly.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.config.Configuration.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which route a request gets; a route's function is named after its path here. */
class RouteTableTest {
  private static Route route(String path, String... methods) {
    return new Route(path, List.of(methods), Optional.empty(), path + Arrays.toString(methods), Optional.empty());
  }

  private static Route hosted(String host, String path, String... methods) {
    return new Route(path, List.of(methods), Optional.of(host), host + path, Optional.empty());
  }

  private static Match find(String path, String method, Route... routes) {
    return RouteTable.of(List.of(routes)).find("", path, method);
  }

  @ParameterizedTest(name = "{0}: {1} of {2} is {3}")
  @CsvSource(quoteCharacter = '`', textBlock = """
      exact,                            /a,          /a /b,                 /a
      exact is case-sensitive,          /A,          /a /b,                 -
      the root,                         /,           / /a,                  /
      the root is not below,            /a,          /,                     -
      a trailing slash counts,          /a/,         /a,                    -
      a trailing slash is its own,      /a/,         /a /a/,                /a/
      without what the route has,       /a,          /a/,                   -
      rest takes the folder itself,     /a,          /a/*,                  /a/*
      rest takes the slash,             /a/,         /a/*,                  /a/*
      rest takes what is below,         /a/b/c,      /a/*,                  /a/*
      rest takes no longer name,        /ab,         /a/*,                  -
      rest at the root takes all,       /x/y,        /*,                    /*
      rest at the root takes the root,  /,           /*,                    /*
      parameter takes a segment,        /a/x,        /a/{b},                /a/{b}
      parameter takes no empty one,     /a/,         /a/{b},                -
      parameter takes no two,           /a/x/y,      /a/{b},                -
      parameter needs one,              /a,          /a/{b},                -
      parameter in the middle,          /a/x/c,      /a/{b}/c,              /a/{b}/c
      parameter then rest,              /a/x/y/z,    /a/{b}/*,              /a/{b}/*
      parameter then rest of nothing,   /a/x,        /a/{b}/*,              /a/{b}/*
      exact before parameter,           /a/x,        /a/{b} /a/x /a/*,      /a/x
      parameter before rest,            /a/y,        /a/{b} /a/x /a/*,      /a/{b}
      rest where nothing else,          /a/y/z,      /a/{b} /a/x /a/*,      /a/*
      exact before rest at its end,     /a,          /a/* /a,               /a
      leftmost decides,                 /a/b/c,      /a/* /{x}/b/c,         /a/*
      leftmost decides the other way,   /a/b/c,      /{x}/b/c /a/{y}/{z},   /a/{y}/{z}
      back from a dead end,             /a/b/d,      /a/b/c /a/{x}/d,       /a/{x}/d
      back over two levels,             /a/b/c/e,    /a/b/c/d /{x}/b/c/e,   /{x}/b/c/e
      back to rest,                     /a/b/d,      /a/b/c /*,             /*
      empty segments stay,              /a//b,       /a/b /a/{x}/b,         -
      empty segments are below,         //a,         /a /*,                 /*
      encoded letters are letters,      /%61%2Db,    /a-b,                  /a-b
      letters beyond ASCII,             /caf%C3%A9,  /café,                 /café
      an encoded slash never splits,    /a%2Fb,      /a/b /a/*,             -
      an encoded percent is one,        /%2561,      /a /{x},               /{x}
      dot segments go,                  /a/./b/../c, /a/c,                  /a/c
      dot segments cannot pass a rest,  /public/../admin, /public/* /admin, /admin
      encoded dots cannot either,       /public/%2e%2E/admin, /public/* /admin, /admin
      half-encoded dots cannot either,  /public/.%2e/admin, /public/* /admin, /admin
      a last dot is a folder,           /a/.,        /a /a/,                /a/
      two last dots are a folder,       /a/b/..,     /a /a/,                /a/
      dots with an encoded slash stay,  /a/..%2Fb,   /a/{x} /b,             /a/{x}
      three dots are a name,            /a/...,      /a/{x},                /a/{x}
      """)
  void aPathOfARequest(String name, String path, String routes, String expected) {
    Match match = find(path, "GET", Arrays.stream(routes.split(" ")).map(RouteTableTest::route).toArray(Route[]::new));
    assertThat(match instanceof Match.Found found ? found.route().path() : "-").as(name + " " + match).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(quoteCharacter = '`', textBlock = """
      a,          The path does not begin with a slash.
      *,          The path does not begin with a slash.
      /..,        The path climbs above its root.
      /a/../..,   The path climbs above its root.
      /%2e%2e/a,  The path climbs above its root.
      /%,         The path has a percent sign that no two hexadecimal digits follow.
      /%4,        The path has a percent sign that no two hexadecimal digits follow.
      /%4/a,      The path has a percent sign that no two hexadecimal digits follow.
      /%zz,       The path has a percent sign that no two hexadecimal digits follow.
      /%+1,       The path has a percent sign that no two hexadecimal digits follow.
      /a%00,      The path has a NUL character.
      /%ff,       The path is not UTF-8 when it is percent-decoded.
      /%C0%AF,    The path is not UTF-8 when it is percent-decoded.
      /%C3,       The path is not UTF-8 when it is percent-decoded.
      /%C3/%A9,   The path is not UTF-8 when it is percent-decoded.
      /é,         The path has a character that must be percent-encoded.
      /a b,       The path has a character that must be percent-encoded.
      """)
  void aPathThatCannotBeMatchedSafely(String path, String reason) {
    assertThat(find(path, "GET", route("/*"))).isEqualTo(new Match.BadPath(reason));
  }

  @Test
  void parametersAreDecodedOnceAndKeepTheirOrder() {
    Match match = find("/a%20b/x/%2541/1%2F2", "GET", route("/{z}/x/{b}/{a}"));
    assertThat(((Match.Found) match).parameters()).containsExactly(Map.entry("z", "a b"), Map.entry("b", "%41"), Map.entry("a", "1/2"));
  }

  @Test
  void parametersAreThoseOfTheRouteThatWonAfterADeadEnd() {
    Match match = find("/a/b/c", "GET", route("/{p}/b/d"), route("/{q}/{r}/c"));
    assertThat(((Match.Found) match).parameters()).containsExactly(Map.entry("q", "a"), Map.entry("r", "b"));
  }

  @Test
  void aRouteWithoutMethodsTakesAll() {
    for (String method : List.of("GET", "HEAD", "POST", "OPTIONS", "PURGE")) {
      assertThat(find("/a", method, route("/a"))).isInstanceOf(Match.Found.class);
    }
  }

  @Test
  void getIncludesHeadUnlessARouteNamesIt() {
    assertThat(find("/a", "HEAD", route("/a", "GET"))).isInstanceOf(Match.Found.class);
    Match head = find("/a", "HEAD", route("/a", "GET"), route("/a", "HEAD"));
    assertThat(((Match.Found) head).route().methods()).containsExactly("HEAD");
  }

  @Test
  void aRouteThatNamesTheMethodGoesBeforeOneForAll() {
    assertThat(((Match.Found) find("/a", "GET", route("/a"), route("/a", "GET"))).route().methods()).containsExactly("GET");
    assertThat(((Match.Found) find("/a", "PUT", route("/a"), route("/a", "GET"))).route().methods()).isEmpty();
  }

  @Test
  void whatIsAllowedIsTheSumOfAllRoutesThatMatch() {
    Match match = find("/a/b", "PUT", route("/a/b", "POST"), route("/a/{x}", "GET"), route("/*", "DELETE"), route("/c", "PATCH"));
    assertThat(match).isEqualTo(new Match.MethodNotAllowed(List.of("DELETE", "GET", "HEAD", "OPTIONS", "POST")));
    assertThat(find("/a", "OPTIONS", route("/a", "PUT"))).isEqualTo(new Match.MethodNotAllowed(List.of("OPTIONS", "PUT")));
    assertThat(find("/a", "get", route("/a", "GET"))).isInstanceOf(Match.MethodNotAllowed.class);
  }

  @Test
  void aLessSpecificRouteTakesTheMethodsThatAMoreSpecificOneLeaves() {
    assertThat(((Match.Found) find("/a/b", "DELETE", route("/a/b", "POST"), route("/a/*"))).route().path()).isEqualTo("/a/*");
  }

  @ParameterizedTest
  @CsvSource({"api.example.com, api.example.com/a", "API.Example.COM:8080, api.example.com/a", "api.example.com., api.example.com/a", "other.com, any",
      "'', any", "xapi.example.com, any", "[::1]:80, [::1]/a", "[::1], [::1]/a"})
  void aHost(String host, String function) {
    RouteTable table = RouteTable.of(List.of(hosted("api.example.com", "/a"), hosted("[::1]", "/a"),
        new Route("/a", List.of(), Optional.empty(), "any", Optional.empty())));
    assertThat(((Match.Found) table.find(host, "/a", "GET")).route().function()).isEqualTo(function);
  }

  @Test
  void aHostsOwnRouteGoesBeforeAMoreExactOneForAnyHost() {
    RouteTable table = RouteTable.of(List.of(hosted("h", "/*", "GET"), route("/a")));
    assertThat(((Match.Found) table.find("h", "/a", "GET")).route().function()).isEqualTo("h/*");
    assertThat(((Match.Found) table.find("h", "/a", "POST")).route().path()).isEqualTo("/a");
    assertThat(table.find("h", "/b", "POST")).isEqualTo(new Match.MethodNotAllowed(List.of("GET", "HEAD", "OPTIONS")));
    assertThat(table.find("g", "/b", "POST")).isEqualTo(new Match.NotFound());
  }

  @Test
  void routesThatMatchTheSameRequestsAreRefused() {
    assertThatThrownBy(() -> RouteTable.of(List.of(route("/{a}"), route("/{b}")))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RouteTable.of(List.of(route("/a", "GET"), route("/a", "PUT", "GET")))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RouteTable.of(List.of(route("a")))).isInstanceOf(IllegalArgumentException.class);
  }
}
