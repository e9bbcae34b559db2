package dev.mayfly.loadtest.scenario;

import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.scenario.Scenario.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the requests of a scenario. One thread. */
public final class RequestReader {
  private final Mistakes mistakes;

  RequestReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  Request read(Fields.Field field, Expectation fallback, List<String> targets) {
    Fields in = new Fields(field.value(), "the request " + field.key(), mistakes);
    String path = in.value("path", RequestReader::path).orElse("");
    String method = in.value("method", RequestReader::method).orElse("GET");
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (Fields.Field header : in.section("headers").map(Fields::all).orElse(List.of())) {
      in.scalar(header.key(), header.value(), text -> header(header.key(), text)).ifPresent(headers::add);
    }
    byte[] body = in.value("body", text -> text).orElse("").getBytes(StandardCharsets.UTF_8);
    Optional<String> target = in.value("target", text -> known(text, targets));
    Optional<String> function = in.value("function", RequestReader::function);
    double weight = in.value("weight", StageReader::weight).orElse(1.0);
    Expectation expectation = expectation(in.section("expect"), fallback);
    in.end();
    return new Request(field.key(), target, function, method, path, headers, body, expectation, weight);
  }

  Expectation expectation(Optional<Fields> section, Expectation fallback) {
    if (section.isEmpty()) {
      return fallback;
    }
    Fields in = section.get();
    Set<Integer> statuses = Set.copyOf(in.values("status", text -> Quantities.count(text, 200, 599)));
    Optional<String> start = in.value("start", text -> {
      if (!text.equals("cold") && !text.equals("warm")) {
        throw new InvalidValue("\"" + text + "\" is not allowed; it is cold or warm");
      }
      return text;
    });
    Expectation expectation = new Expectation(statuses.isEmpty() ? fallback.statuses() : statuses, in.value("body", text -> text).or(fallback::body),
        in.value("contains", text -> text).or(fallback::contains), start.or(fallback::start));
    in.end();
    return expectation;
  }

  static String path(String text) throws InvalidValue {
    if (!text.matches("/[!-~]*")) {
      throw new InvalidValue("\"" + text + "\" is not a path; it begins with / and has no blanks (%20) and no other than ASCII characters");
    }
    return text;
  }

  /** Also for the option. */
  public static String method(String text) throws InvalidValue {
    if (!text.matches("[A-Z]{1,20}") || text.equals("CONNECT")) {
      throw new InvalidValue("\"" + text + "\" is not a method; capital letters, like GET or POST, and not CONNECT");
    }
    return text;
  }

  static String function(String text) throws InvalidValue {
    if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      throw new InvalidValue("\"" + text + "\" is not a function's name; up to 63 letters, digits, -, _ and . are allowed, a letter or digit first");
    }
    return text;
  }

  public static Map.Entry<String, String> header(String name, String value) throws InvalidValue {
    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw new InvalidValue("\"" + name + "\" is not a header's name");
    }
    if (!value.matches("[\\t -~\\x80-\\xff]*")) {
      throw new InvalidValue("the header " + name + " has a character that no header may have");
    }
    return Map.entry(name, value);
  }

  private static String known(String text, List<String> targets) throws InvalidValue {
    if (!targets.contains(text)) {
      throw new InvalidValue("there is no target \"" + text + "\"" + Nearest.suggestion(text, targets) + "; there " + (targets.isEmpty() ? "are none in this file" : "is " + String.join(", ", targets)));
    }
    return text;
  }
}
