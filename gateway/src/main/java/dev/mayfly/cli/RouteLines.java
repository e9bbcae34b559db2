package dev.mayfly.cli;

import dev.mayfly.config.ByteSize;
import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Address;
import dev.mayfly.config.Configuration.Function;
import dev.mayfly.config.Configuration.Route;
import dev.mayfly.config.TimeSpan;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Routes as people read them: a table, and a line for curl to try each. Pure. */
final class RouteLines {
  /** Values that make a sensible request; any other parameter gets its own name. */
  private static final Map<String, String> SAMPLES = Map.of("name", "world", "who", "world", "year", "2000", "id", "1", "number", "1");

  private RouteLines() {}

  /** Everything that {@code mayfly check} has to say of the routes. */
  static List<String> table(Configuration configuration) {
    TextTable table = new TextTable().row("HOST", "METHODS", "PATH", "FUNCTION", "HANDLER", "MEMORY", "TIMEOUT", "CONCURRENCY", "LIMIT");
    for (Route route : configuration.routes()) {
      Function f = configuration.functions().get(route.function());
      table.row(route.host().orElse("*"), methods(route), route.path(), f.name(), f.handler().name().toLowerCase(Locale.ROOT), ByteSize.format(f.memory()),
          TimeSpan.format(f.timeout()), Integer.toString(f.concurrency()), route.limitPerSecond().map(RouteLines::rate).orElse("-"));
    }
    return table.lines();
  }

  static String methods(Route route) {
    return route.methods().isEmpty() ? "*" : String.join(",", route.methods());
  }

  /** As it was written, as far as that can be told. */
  private static String rate(double perSecond) {
    for (Map.Entry<String, Integer> unit : List.of(Map.entry("/s", 1), Map.entry("/m", 60), Map.entry("/h", 3600))) {
      double number = perSecond * unit.getValue();
      if (Math.abs(number - Math.rint(number)) < 1e-6) {
        return BigDecimal.valueOf(Math.rint(number)).stripTrailingZeros().toPlainString() + unit.getKey();
      }
    }
    return perSecond + "/s";
  }

  /** A command that tries a route. */
  static String curl(Route route, Address listen, boolean tls) {
    String path = Arrays.stream(route.path().split("/", -1)).map(RouteLines::sample).collect(Collectors.joining("/"));
    String wildcard = List.of("0.0.0.0", "::").contains(listen.host()) ? "localhost" : listen.host();
    String host = wildcard.contains(":") ? "[" + wildcard + "]" : wildcard;
    boolean standard = listen.port() == (tls ? 443 : 80);
    String url = (tls ? "https://" : "") + host + (standard ? "" : ":" + listen.port()) + path;
    return "curl " + method(route) + route.host().map(h -> "-H 'Host: " + h + "' ").orElse("") + (url.contains("[") ? "'" + url + "'" : url);
  }

  private static String sample(String segment) {
    if (segment.equals("*")) {
      return "";
    }
    String text = segment.startsWith("{") ? segment.substring(1, segment.length() - 1) : segment;
    String value = segment.startsWith("{") ? SAMPLES.getOrDefault(text, text) : text;
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String method(Route route) {
    if (route.methods().isEmpty() || route.methods().contains("GET")) {
      return "";
    }
    String method = route.methods().contains("POST") ? "POST" : route.methods().getFirst();
    return switch (method) {
      case "POST" -> "-d hello ";
      case "HEAD" -> "-I ";
      default -> "-X " + method + " ";
    };
  }
}
