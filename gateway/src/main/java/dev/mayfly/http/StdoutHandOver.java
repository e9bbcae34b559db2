package dev.mayfly.http;

import dev.mayfly.vm.HandOver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code handler: stdout}: arguments from the route, the rest of the request as files under {@code /request}: {@code method}, {@code path} and
 * {@code query} as on the wire, {@code remote}, {@code param/NAME}, and {@code header/NAME} in lower case with a line for each value.
 */
record StdoutHandOver(Arguments arguments) implements HandOverBuilder {
  @Override
  public HandOver build(Call call) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("method", call.head().method());
    files.put("path", call.head().path());
    files.put("query", call.head().query());
    files.put("remote", call.client());
    call.parameters().forEach((name, value) -> files.put("param/" + name, value));
    Fields.of(call.headers(), call.hostAndPort(), "\n").forEach((name, value) -> {
      // Both are tokens, and no names of files.
      if (!name.equals(".") && !name.equals("..")) {
        files.put("header/" + name, value);
      }
    });
    return HandOver.of(arguments.of(call.parameters()), List.of(), files);
  }
}
