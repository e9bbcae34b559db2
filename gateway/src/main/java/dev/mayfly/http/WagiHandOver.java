package dev.mayfly.http;

import dev.mayfly.vm.HandOver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code handler: wagi}: the request in the environment, under the names of RFC 3875, those that WAGI adds, and two that every server has: REQUEST_URI,
 * without which Go's net/http/cgi takes a decoded path for an encoded one, and HTTPS. What the configuration sets is never
 * overwritten by a request.
 *
 * <p>A field {@code Proxy} is left out: as HTTP_PROXY it would name a proxy to the program (httpoxy). So are fields with an underscore: theirs and
 * that of the name with a dash would be one variable, and a proxy ahead may have checked only the latter.
 */
record WagiHandOver(Arguments arguments, Map<String, String> fixed) implements HandOverBuilder {
  private static final Set<String> NOT_AS_HTTP = Set.of("content-type", "content-length", "proxy", "transfer-encoding", "connection");

  @Override
  public HandOver build(Call call) {
    Map<String, String> environment = new LinkedHashMap<>();
    Map<String, String> fields = Fields.of(call.headers(), call.hostAndPort(), ", ");
    cgi(environment, call, fields);
    wagi(environment, call);
    fields.forEach((name, value) -> {
      if (!NOT_AS_HTTP.contains(name) && name.chars().allMatch(c -> c == '-' || Text.alphanumeric((char) c))) {
        environment.put("HTTP_" + name.toUpperCase(Locale.ROOT).replace('-', '_'), value);
      }
    });
    environment.putAll(fixed);
    List<String> variables = new ArrayList<>(environment.size());
    environment.forEach((name, value) -> variables.add(name + "=" + value));
    return HandOver.of(arguments.of(call.parameters()), variables, Map.of());
  }

  private static void cgi(Map<String, String> to, Call call, Map<String, String> fields) {
    RequestHead head = call.head();
    MatchedPath path = MatchedPath.of(call.route(), head.path());
    to.put("GATEWAY_INTERFACE", "CGI/1.1");
    to.put("SERVER_SOFTWARE", "Mayfly");
    to.put("SERVER_PROTOCOL", "HTTP/1.1");
    to.put("SERVER_NAME", head.host());
    to.put("SERVER_PORT", Integer.toString(call.localPort()));
    to.put("REQUEST_METHOD", head.method());
    to.put("SCRIPT_NAME", path.script());
    to.put("PATH_INFO", path.info());
    to.put("PATH_TRANSLATED", path.info());
    to.put("QUERY_STRING", head.query());
    to.put("REQUEST_URI", ComponentHandOver.target(head));
    if (call.secure()) {
      to.put("HTTPS", "on");
    }
    to.put("REMOTE_ADDR", call.client());
    to.put("REMOTE_HOST", call.client());
    to.put("REMOTE_USER", "");
    to.put("AUTH_TYPE", "");
    to.put("CONTENT_TYPE", fields.getOrDefault("content-type", ""));
    to.put("CONTENT_LENGTH", Integer.toString(call.body().length()));
  }

  private static void wagi(Map<String, String> to, Call call) {
    RequestHead head = call.head();
    to.put("X_MATCHED_ROUTE", call.route());
    to.put("X_RAW_PATH_INFO", MatchedPath.of(call.route(), head.path()).rawInfo());
    to.put("X_FULL_URL", ComponentHandOver.scheme(call.secure()) + "://" + call.hostAndPort() + ComponentHandOver.target(head));
  }
}
