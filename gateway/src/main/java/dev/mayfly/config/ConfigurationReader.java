package dev.mayfly.config;

import static dev.mayfly.config.ByteSize.MIB;
import static dev.mayfly.config.ByteSize.TIB;

import dev.mayfly.config.Configuration.Address;
import dev.mayfly.config.Configuration.EngineChoice;
import dev.mayfly.config.Configuration.Function;
import dev.mayfly.config.Configuration.Route;
import dev.mayfly.config.Configuration.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a whole configuration from its nodes. */
final class ConfigurationReader {
  private final Problems problems;
  private final HostFiles host;
  private final HostMemory hostMemory;
  private final Map<String, Section> sections = new LinkedHashMap<>();

  ConfigurationReader(Problems problems, Path base, HostMemory hostMemory) {
    this.problems = problems;
    this.host = new HostFiles(base);
    this.hostMemory = hostMemory;
  }

  /** Where each function names its Wasm file. */
  Map<String, Position> wasmPositions() {
    return sections.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue().position("wasm")));
  }

  Configuration read(Node root) throws ConfigurationException {
    Section in = Section.of(root, "a configuration", new Position(1, 1), problems);
    Address listen = in.scalar("listen", Defaults.LISTEN, Network.address(Defaults.LISTEN.host()));
    Optional<Tls> tls = tls(in);
    Address admin = in.scalar("admin", Defaults.ADMIN, Network.address(Defaults.ADMIN.host()));
    apart(in, listen, admin);
    EngineChoice engine = in.scalar("engine", EngineChoice.AUTO, Scalar.oneOf(EngineChoice.class));
    Optional<String> redis = in.optional("redis", Network.redis());
    long memory = in.optional("memory", this::memory).orElseGet(() -> percent(Defaults.MEMORY_PERCENT));
    Duration grace = in.scalar("grace", Defaults.GRACE, Scalar.time(Duration.ZERO, Duration.ofHours(1)));
    List<String> trust = in.list("trust", Network.network());
    Map<String, Function> functions = functions(in, memory);
    List<RouteReader.Placed> routes = new RouteReader(functions.keySet()).read(in);
    for (String key : List.of("functions", "routes")) {
      if (!in.has(key)) {
        problems.at(new Position(1, 1), key + " is missing: a configuration has listen, functions, routes and more");
      }
    }
    in.end();
    arguments(functions, routes);
    problems.orThrow();
    List<Route> plain = routes.stream().map(RouteReader.Placed::route).toList();
    return new Configuration(listen, tls, admin, engine, redis, memory, grace, trust, functions, plain);
  }

  private Optional<Tls> tls(Section in) {
    if (!in.has("tls")) {
      return Optional.empty();
    }
    Section tls = in.section("tls");
    Optional<Path> cert = tls.required("cert", host.file(), " in tls: the certificates, a PEM file");
    Optional<Path> key = tls.required("key", host.file(), " in tls: the private key, a PEM file");
    tls.end();
    return cert.flatMap(c -> key.map(k -> new Tls(c, k)));
  }

  private void apart(Section in, Address listen, Address admin) {
    boolean overlap = listen.host().equals(admin.host()) || List.of("0.0.0.0", "::").contains(listen.host()) || List.of("0.0.0.0", "::").contains(admin.host());
    if (listen.port() != 0 && listen.port() == admin.port() && overlap) {
      problems.at(in.position(in.has("admin") ? "admin" : "listen"), "listen and admin have the same port, " + listen.port() + "; give admin its own");
    }
  }

  private long memory(String text) throws InvalidValue {
    if (!text.endsWith("%")) {
      return ByteSize.parse(text, 16 * MIB, 64 * TIB);
    }
    int percent = text.matches("[0-9]{1,3}%") ? Integer.parseInt(text.substring(0, text.length() - 1)) : 0;
    if (percent < 1 || percent > 100) {
      throw new InvalidValue("\"" + text + "\" is not a share of the memory; from 1% to 100% are allowed, or a size like 2GiB");
    }
    return percent(percent);
  }

  private long percent(int percent) {
    return hostMemory.bytes() / 100 * percent;
  }

  private Map<String, Function> functions(Section in, long memory) {
    Map<String, Function> functions = new LinkedHashMap<>();
    for (Section.Entry e : in.section("functions").entries()) {
      Section section = Section.of(e.value(), "the function " + e.key(), Position.of(e.keyNode()), problems);
      in.value("functions", e.keyNode(), ConfigurationReader::functionName);
      Function function = new FunctionReader(e.key(), section, host).read();
      functions.put(e.key(), function);
      sections.put(e.key(), section);
      if (function.memory() > memory) {
        problems.at(section.position("memory"), "memory: the function " + e.key() + " may use " + ByteSize.format(function.memory())
            + ", more than all machines together, which have " + ByteSize.format(memory) + " (memory: at the top)");
      }
    }
    return Collections.unmodifiableMap(functions);
  }

  private static String functionName(String text) throws InvalidValue {
    if (!text.matches(FunctionReader.NAME)) {
      throw new InvalidValue("\"" + text + "\" is not a function's name; up to 63 letters, digits, -, _ and . are allowed, a letter or digit first");
    }
    return text;
  }

  /** An argument may name a parameter only if every route of its function has it. */
  private void arguments(Map<String, Function> functions, List<RouteReader.Placed> routes) {
    Map<String, List<RouteReader.Placed>> byFunction = routes.stream().collect(Collectors.groupingBy(r -> r.route().function()));
    for (Function function : functions.values()) {
      List<RouteReader.Placed> own = byFunction.getOrDefault(function.name(), List.of());
      Position at = sections.get(function.name()).position("args");
      for (String parameter : function.parameters()) {
        own.stream().filter(r -> !r.path().parameters().contains(parameter)).findFirst().ifPresent(r -> problems.at(at,
            "args: {" + parameter + "} is no parameter of the route " + r.route().path() + " in line " + r.position().line()
                + Nearest.suggestion(parameter, r.path().parameters())));
      }
    }
  }
}
