package dev.mayfly.cli;

import dev.mayfly.config.Configuration.Address;
import dev.mayfly.vm.Isolation;
import java.util.List;

/** A gateway that serves. Any thread. */
public interface RunningGateway {
  /** Where it listens, with the port that it got. */
  Address listen();

  /** Where its admin port is, with the port that it got. */
  Address admin();

  Isolation isolation();

  /** What is worth saying about functions and engine, a sentence each. */
  List<String> notes();

  /** Returns when the gateway has stopped. */
  void awaitEnd() throws InterruptedException;

  /** Lets the requests in flight end, for as long as the configuration's {@code grace} at most, and stops. Blocks; twice is fine. */
  void stop();
}
