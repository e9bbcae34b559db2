package dev.mayfly.cli;

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
      AdminTable.lines(answer.body()).forEach(admin.spec.commandLine().getOut()::println);
      return CommandLine.ExitCode.OK;
    } catch (AdminClient.NoAnswer e) {
      return admin.failed(e.getMessage());
    }
  }
}
