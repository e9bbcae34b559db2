package dev.mayfly.loadtest.cli;

import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.scenario.InvalidValue;
import dev.mayfly.loadtest.scenario.Quantities;
import picocli.CommandLine.Option;

/** What bounds a run. */
final class LimitOptions {
  @Option(names = "--timeout", paramLabel = "TIME", description = "Longest wait for a whole answer. Default 30s.")
  String timeout;

  @Option(names = "--connect-timeout", paramLabel = "TIME", description = "Longest wait for a connection. Default 3s.")
  String connect;

  @Option(names = "--connections", paramLabel = "N", description = "To each target at most. Default 512.")
  String connections;

  @Option(names = "--threads", paramLabel = "N", description = "That send. Default 1.")
  String threads;

  @Option(names = "--late", paramLabel = "TIME", description = "From this lag of its own on, the sender marks a result as late. Default 10ms.")
  String late;

  Limits over(Limits d) throws InvalidValue {
    return new Limits(connect == null ? d.connect() : Quantities.someTime(connect), timeout == null ? d.response() : Quantities.someTime(timeout),
        connections == null ? d.connections() : Quantities.count(connections, 1, 50_000), d.backlog(), d.bodyBytes(), late == null ? d.late() : Quantities.someTime(late),
        threads == null ? d.threads() : Quantities.count(threads, 1, 64));
  }
}
