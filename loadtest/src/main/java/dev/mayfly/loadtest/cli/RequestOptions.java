package dev.mayfly.loadtest.cli;

import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.scenario.InvalidValue;
import dev.mayfly.loadtest.scenario.Planner;
import dev.mayfly.loadtest.scenario.Quantities;
import dev.mayfly.loadtest.scenario.RequestReader;
import dev.mayfly.loadtest.scenario.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** What is sent, and what must come back. */
final class RequestOptions {
  @Option(names = {"-X", "--method"}, paramLabel = "METHOD", description = "Default GET, with a body POST.")
  String method;

  @Option(names = {"-H", "--header"}, paramLabel = "NAME: VALUE", description = "May be repeated.")
  List<String> headers = new ArrayList<>();

  @Option(names = {"-d", "--body"}, paramLabel = "TEXT", description = "The request's body; @FILE reads it from there.")
  String body;

  @Option(names = "--function", paramLabel = "NAME", description = "The function behind the URLs, to evict; default: found by --admin where it can be.")
  String function;

  @Option(names = "--expect-status", paramLabel = "N,...", split = ",", description = "Any other is an error. Default 200 to 399.")
  List<String> statuses = new ArrayList<>();

  @Option(names = "--expect-body", paramLabel = "TEXT", description = "What the answer's body must contain.")
  String contains;

  boolean given() {
    return method != null || !headers.isEmpty() || body != null || function != null || !statuses.isEmpty() || contains != null;
  }

  Scenario.Request request(Expectation fallback) throws InvalidValue {
    byte[] bytes = body == null ? new byte[0] : body.startsWith("@") ? file(body.substring(1)) : body.getBytes(StandardCharsets.UTF_8);
    String verb = RequestReader.method(method != null ? method : body == null ? "GET" : "POST");
    return Planner.own(verb, headers(), bytes, expectation(fallback), Optional.ofNullable(function));
  }

  private List<Map.Entry<String, String>> headers() throws InvalidValue {
    List<Map.Entry<String, String>> parsed = new ArrayList<>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw new InvalidValue("--header \"" + header + "\" is not \"NAME: VALUE\"");
      }
      parsed.add(RequestReader.header(header.substring(0, colon).strip(), header.substring(colon + 1).strip()));
    }
    return parsed;
  }

  private Expectation expectation(Expectation fallback) throws InvalidValue {
    Set<Integer> allowed = new TreeSet<>();
    for (String status : statuses) {
      allowed.add(Quantities.count(status.strip(), 200, 599));
    }
    return new Expectation(allowed.isEmpty() ? fallback.statuses() : allowed, fallback.body(), Optional.ofNullable(contains).or(fallback::contains), fallback.start());
  }

  private static byte[] file(String name) throws InvalidValue {
    try {
      return Files.readAllBytes(Path.of(name));
    } catch (IOException e) {
      throw new InvalidValue("--body @" + name + " cannot be read: " + e.getMessage());
    }
  }
}
