package dev.mayfly.loadtest;

import dev.mayfly.loadtest.cli.LoadCommand;

/** The command {@code mayfly load}, or {@code java -jar loadtest.jar}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(LoadCommand.execute(args));
  }
}
