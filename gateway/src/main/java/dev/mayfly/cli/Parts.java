package dev.mayfly.cli;

/** What the commands need from the rest of the gateway; made when a command asks for it, so that {@code --help} starts nothing. */
public interface Parts {
  GatewayStarter gateway();

  FunctionChecker checker();

  ProgramRunner programs();
}
