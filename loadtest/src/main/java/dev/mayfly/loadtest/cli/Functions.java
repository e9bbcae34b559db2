package dev.mayfly.loadtest.cli;

import dev.mayfly.loadtest.plan.Call;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Target;
import dev.mayfly.loadtest.scenario.InvalidValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds which function is behind a call that does not say so, by asking the admin port: it is the only one, or the one that a segment of the
 * path is named after. Asks each port once, before the run.
 */
final class Functions {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private final Map<URI, List<String>> asked = new HashMap<>();

  /** The plan with the functions that could be found; an error if one is needed and was not. */
  Plan find(Plan plan) throws InvalidValue, InterruptedException {
    boolean must = plan.phases().stream().anyMatch(p -> p.model() instanceof Model.Closed closed && closed.evict());
    boolean may = plan.phases().stream().anyMatch(p -> p.evict());
    if (!must && !may) {
      return plan;
    }
    List<Call> calls = new ArrayList<>();
    for (Call call : plan.calls()) {
      Target target = plan.targets().get(call.target());
      if (must && target.admin().isEmpty()) {
        throw new InvalidValue("the phases drop the function's machines before each request: give the gateway's admin port, --admin http://127.0.0.1:9090 say");
      }
      calls.add(target.admin().isEmpty() || call.function().isPresent() ? call : named(call, target.admin().get()));
    }
    return new Plan(plan.title(), plan.targets(), calls, plan.phases(), plan.limits(), plan.thresholds());
  }

  private Call named(Call call, URI admin) throws InvalidValue, InterruptedException {
    List<String> functions = asked.containsKey(admin) ? asked.get(admin) : ask(admin);
    asked.put(admin, functions);
    List<String> segments = List.of(call.path().replaceFirst("\\?.*", "").split("/"));
    Optional<String> found = functions.size() == 1 ? Optional.of(functions.getFirst()) : segments.stream().filter(functions::contains).findFirst();
    if (found.isEmpty()) {
      throw new InvalidValue("which function is behind " + call.path() + "? Give --function NAME; " + admin + " has " + String.join(", ", functions));
    }
    return new Call(call.name(), call.target(), found, call.method(), call.path(), call.headers(), call.body(), call.expectation());
  }

  private static List<String> ask(URI admin) throws InvalidValue, InterruptedException {
    URI url = admin.resolve("/functions");
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> answer = client.send(HttpRequest.newBuilder(url).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new InvalidValue(url + " answers with status " + answer.statusCode() + "; --admin must be a gateway's admin port");
      }
      List<String> names = new ArrayList<>();
      for (JsonNode function : JsonMapper.shared().readTree(answer.body())) {
        names.add(function.path("name").asString(""));
      }
      return names;
    } catch (IOException | JacksonException e) {
      throw new InvalidValue(url + " cannot be asked for its functions: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }
  }
}
