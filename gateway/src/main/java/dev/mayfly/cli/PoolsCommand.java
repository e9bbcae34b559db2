package dev.mayfly.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the pools of a running gateway: {@code GET /pools}. */
@Command(name = "pools", description = "Show the functions' pools: target, actual and misses.", subcommands = {PoolsExplainCommand.class, PoolsReplayCommand.class})
final class PoolsCommand implements Callable<Integer> {
  @Mixin AdminOption admin;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Override
  public Integer call() throws InterruptedException {
    AdminClient client = admin.client();
    try {
      AdminClient.Answer answer = client.get("/pools");
      if (answer.status() != 200) {
        return admin.failed("the gateway at " + client.base() + " does not show its pools: " + answer.status() + " " + answer.body().strip());
      }
      AdminTable.lines(answer.body()).forEach(admin.spec.commandLine().getOut()::println);
      return CommandLine.ExitCode.OK;
    } catch (AdminClient.NoAnswer e) {
      return admin.failed(e.getMessage());
    }
  }
}
