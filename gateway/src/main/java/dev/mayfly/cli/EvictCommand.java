package dev.mayfly.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Drops a function's machines; returns when they are gone. */
@Command(name = "evict", description = "Drop a function's machines, so that its next start is cold.")
final class EvictCommand implements Callable<Integer> {
  @Mixin AdminOption admin;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Parameters(paramLabel = "NAME", description = "The function.")
  String name;

  @Override
  public Integer call() throws InterruptedException {
    AdminClient client = admin.client();
    try {
      AdminClient.Answer answer = client.post("/functions/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20") + "/evict");
      return switch (answer.status()) {
        case 204 -> CommandLine.ExitCode.OK;
        case 404 -> admin.failed("the gateway at " + client.base() + " has no function \"" + name + "\"");
        default -> admin.failed("the gateway at " + client.base() + " did not evict \"" + name + "\": " + answer.status() + " " + answer.body().strip());
      };
    } catch (AdminClient.NoAnswer e) {
      return admin.failed(e.getMessage());
    }
  }
}
