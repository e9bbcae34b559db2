package dev.mayfly.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the functions of a running gateway: {@code GET /functions}, a row for each object of the array, in the gateway's own columns. */
@Command(name = "list", description = "List the functions of a running gateway.")
final class ListCommand implements Callable<Integer> {
  @Mixin AdminOption admin;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Override
  public Integer call() throws InterruptedException {
    AdminClient client = admin.client();
    try {
      AdminClient.Answer answer = client.get("/functions");
      if (answer.status() != 200) {
        return admin.failed("the gateway at " + client.base() + " does not list its functions: " + answer.status() + " " + answer.body().strip());
      }
      lines(answer.body()).forEach(admin.spec.commandLine().getOut()::println);
      return CommandLine.ExitCode.OK;
    } catch (AdminClient.NoAnswer e) {
      return admin.failed(e.getMessage());
    }
  }

  static List<String> lines(String body) {
    try {
      if (Json.decodeValue(body) instanceof JsonArray array && !array.isEmpty() && array.stream().allMatch(JsonObject.class::isInstance)) {
        List<JsonObject> functions = array.stream().map(JsonObject.class::cast).toList();
        List<String> keys = functions.stream().flatMap(f -> f.fieldNames().stream()).distinct().toList();
        TextTable table = new TextTable().row(keys.stream().map(k -> k.toUpperCase(Locale.ROOT)).toList());
        functions.forEach(f -> table.row(keys.stream().map(k -> Objects.toString(f.getValue(k), "-")).toList()));
        return table.lines();
      }
    } catch (DecodeException e) {
      // Shown as it is.
    }
    return body.lines().toList();
  }
}
