package dev.mayfly;

import dev.mayfly.cli.MayflyCommand;

/** The process: the command {@code mayfly}. */
public final class Main {
  private Main() {}

  /** Runs the command, and ends the process with its status. */
  public static void main(String[] args) {
    System.exit(MayflyCommand.commandLine(new Wiring()).execute(args));
  }
}
