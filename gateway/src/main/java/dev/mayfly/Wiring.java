package dev.mayfly;

import dev.mayfly.cli.FunctionChecker;
import dev.mayfly.cli.GatewayStarter;
import dev.mayfly.cli.Parts;
import dev.mayfly.cli.ProgramRunner;
import dev.mayfly.cli.QuietLog;

/** The composition root: the one place that knows all packages, and makes their objects by hand. */
final class Wiring implements Parts {
  @Override
  public GatewayStarter gateway() {
    throw new UnsupportedOperationException("the gateway is not wired yet");
  }

  @Override
  public FunctionChecker checker() {
    throw new UnsupportedOperationException("the checker is not wired yet");
  }

  @Override
  public ProgramRunner programs() {
    QuietLog.on();
    throw new UnsupportedOperationException("programs are not wired yet");
  }
}
