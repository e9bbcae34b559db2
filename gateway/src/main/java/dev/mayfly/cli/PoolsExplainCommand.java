package dev.mayfly.cli;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says why a function's pool is as large as it is: {@code GET /pools/NAME}. */
@Command(name = "explain", description = "Say why a function's pool is as large as it is.")
final class PoolsExplainCommand implements Callable<Integer> {
  @Mixin AdminOption admin;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Parameters(paramLabel = "NAME", description = "The function.")
  String name;

  @Override
  public Integer call() throws InterruptedException {
    AdminClient client = admin.client();
    try {
      AdminClient.Answer answer = client.get("/pools/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
      return switch (answer.status()) {
        case 200 -> {
          new JsonObject(answer.body()).getJsonArray("text").forEach(admin.spec.commandLine().getOut()::println);
          yield CommandLine.ExitCode.OK;
        }
        case 404 -> admin.failed("the gateway at " + client.base() + " has no pool of a function \"" + name + "\"");
        default -> admin.failed("the gateway at " + client.base() + " does not explain \"" + name + "\": " + answer.status() + " " + answer.body().strip());
      };
    } catch (AdminClient.NoAnswer e) {
      return admin.failed(e.getMessage());
    }
  }
}
