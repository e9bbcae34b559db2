package dev.mayfly.http;

import dev.mayfly.config.Configuration.SpinTrigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The fields by which Spin tells a component of its route, and which routers of Spin's SDKs go by. Spin's own names and values, of every request that came by a
 * trigger of a manifest. Pure.
 */
final class SpinHeaders {
  private static final String PATH_MATCH = "spin-path-match-";
  private static final Set<String> NAMES = Set.of("spin-full-url", "spin-path-info", "spin-matched-route", "spin-component-route", "spin-raw-component-route",
      "spin-base-path", "spin-client-addr");
  private static final String BELOW = "/...";

  private SpinHeaders() {}

  /** Whether only the gateway may say this. @param name in lower case */
  static boolean isOurs(String name) {
    return name.startsWith("spin-") && (NAMES.contains(name) || name.startsWith(PATH_MATCH));
  }

  /**
   * Names and values in turn.
   *
   * @param path as on the wire, matched by the trigger's route
   * @param url the whole URL as the client wrote it
   * @param client address and port
   */
  static List<String> of(SpinTrigger trigger, String path, String url, String client) {
    List<String> fields = new ArrayList<>(16);
    boolean below = trigger.matched().endsWith(BELOW);
    String route = below ? trigger.matched().substring(0, trigger.matched().length() - BELOW.length()) : trigger.matched();
    String plain = MatchedPath.withoutDots(path);
    put(fields, "spin-path-info", below ? MatchedPath.of(route + "/*", plain).rawInfo() : "");
    put(fields, "spin-full-url", url);
    put(fields, "spin-matched-route", trigger.matched());
    put(fields, "spin-base-path", "/");
    put(fields, "spin-raw-component-route", trigger.route());
    put(fields, "spin-component-route", trigger.route().endsWith(BELOW) ? trigger.route().substring(0, trigger.route().length() - BELOW.length()) : trigger.route());
    put(fields, "spin-client-addr", client);
    String[] names = route.split("/", -1);
    String[] values = plain.split("/", -1);
    for (int i = 0; i < Math.min(names.length, values.length); i++) {
      if (names[i].startsWith(":")) {
        put(fields, PATH_MATCH + names[i].substring(1).toLowerCase(Locale.ROOT).replace('_', '-'), values[i]);
      }
    }
    return fields;
  }

  private static void put(List<String> fields, String name, String value) {
    fields.add(name);
    fields.add(value);
  }
}
