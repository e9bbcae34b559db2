package dev.mayfly.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configuration.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tree against a matcher that tries every route in turn; and that the tree's cost does not follow the number of routes. */
class RouteTableModelTest {
  private static final String[] METHODS = {"GET", "POST", "PUT"};
  private static final String[] HOSTS = {"", "h", "g"};

  /** The rule as it is written down: a route matches or not; of those that do, the least by this order wins. */
  private record Naive(List<Route> routes) {
    /** The function found, or the methods allowed, or null. */
    Object find(String host, List<String> path, String method) {
      List<Route> matching = routes.stream().filter(r -> r.host().isEmpty() || r.host().get().equals(host)).filter(r -> matches(r, path)).toList();
      Optional<Route> best = matching.stream().filter(r -> r.methods().isEmpty() || r.methods().contains(method))
          .min(Comparator.comparing(Naive::rank));
      if (best.isPresent()) {
        return best.get().function();
      }
      Set<String> allowed = new TreeSet<>();
      matching.forEach(r -> allowed.addAll(r.methods()));
      return allowed.isEmpty() ? null : allowed;
    }

    private static boolean matches(Route route, List<String> path) {
      String[] parts = route.path().substring(1).split("/", -1);
      boolean below = route.path().endsWith("/*");
      int count = below ? parts.length - 1 : parts.length;
      return (below ? path.size() >= count : path.size() == count)
          && IntStream.range(0, count).allMatch(i -> parts[i].startsWith("{") ? !path.get(i).isEmpty() : parts[i].equals(path.get(i)));
    }

    /** Host, then a letter for each segment, then named methods: all matching routes share the path, so letters compare left to right. */
    private static String rank(Route route) {
      StringBuilder rank = new StringBuilder(route.host().isPresent() ? "0" : "1");
      for (String part : route.path().substring(1).split("/", -1)) {
        rank.append(part.equals("*") ? 'c' : part.startsWith("{") ? 'b' : 'a');
      }
      return rank.append(route.methods().isEmpty() ? '1' : '0').toString();
    }
  }

  @Test
  void agreesWithTryingEveryRoute() {
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      List<Route> routes = routes(random);
      RouteTable table = RouteTable.of(routes);
      for (int i = 0; i < 60; i++) {
        String host = HOSTS[random.nextInt(HOSTS.length)];
        List<String> path = path(random);
        String method = METHODS[random.nextInt(METHODS.length)];
        Object found = switch (table.find(host, "/" + String.join("/", path), method)) {
          case Match.Found(Route route, _) -> route.function();
          case Match.MethodNotAllowed(List<String> allowed) -> without(allowed);
          default -> null;
        };
        assertThat(found).as("seed %d: %s %s %s among %s", seed, method, host, path, routes).isEqualTo(new Naive(routes).find(host, path, method));
      }
    }
  }

  private static Set<String> without(List<String> allowed) {
    Set<String> named = new TreeSet<>(allowed);
    named.removeAll(List.of("HEAD", "OPTIONS"));
    return named;
  }

  /** Few letters, so that routes share beginnings and requests hit. */
  private static List<String> path(Random random) {
    String[] letters = {"a", "b", "a", "b", "c", ""};
    return random.ints(1 + random.nextInt(4), 0, letters.length).mapToObj(i -> letters[i]).toList();
  }

  private static List<Route> routes(Random random) {
    List<Route> routes = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      StringBuilder path = new StringBuilder();
      int segments = random.nextInt(4);
      for (int s = 0; s < segments; s++) {
        path.append('/').append(random.nextInt(3) == 0 ? "{p" + s + "}" : random.nextBoolean() ? "a" : "b");
      }
      path.append(path.isEmpty() || random.nextInt(3) == 0 ? random.nextBoolean() ? "/*" : "/" : "");
      String host = HOSTS[random.nextInt(2)];
      List<String> methods = random.nextBoolean() ? List.of() : List.of(METHODS[random.nextInt(3)]);
      if (taken.add(host + path + methods)) {
        routes.add(new Route(path.toString(), methods, Optional.of(host).filter(h -> !h.isEmpty()), "f" + i, Optional.empty()));
      }
    }
    return routes;
  }

  @Test
  void tenThousandRoutesCostNoMoreVisitsThanSixteen() throws Exception {
    for (String path : List.of("/group/7/item/x/end", "/group/7/other", "/none", "/group/7")) {
      assertThat(visits(10_000, path)).as(path).isEqualTo(visits(16, path)).isLessThan(20);
    }
  }

  /** Half of the routes have a parameter, half end in a rest, and one stands in for all groups, so that searches turn back. */
  private static int visits(int routes, String path) throws Exception {
    List<Route> list = IntStream.range(0, routes / 2).boxed().flatMap(i -> Stream.of("/group/" + i + "/item/{name}/end", i == 7 ? "/group/{g}/*" : "/group/" + i + "/*"))
        .map(p -> new Route(p, List.of(), Optional.empty(), "f", Optional.empty())).toList();
    Search search = new Search(RequestPath.segments(path), "GET");
    RouteTable.of(list).find("", search);
    return search.visits();
  }

  @Test
  void tenThousandHostsCostNoMoreVisitsThanTen() throws Exception {
    Search search = new Search(RequestPath.segments("/a"), "GET");
    RouteTable.of(IntStream.range(0, 10_000).mapToObj(i -> new Route("/a", List.of(), Optional.of("h" + i), "f", Optional.empty())).toList()).find("h77", search);
    assertThat(search.visits()).isEqualTo(2);
  }
}
