package dev.mayfly.loadtest.cli;

import dev.mayfly.loadtest.scenario.InvalidValue;
import dev.mayfly.loadtest.scenario.Quantities;
import dev.mayfly.trace.Replay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The replay of a recorded trace. */
final class TraceOptions {
  @Option(names = "--trace", paramLabel = "PATH", description = "Replay a trace in the format of Azure Functions 2019 or 2021, a file or a folder of them; may be repeated. "
      + "Its functions take turns over the URLs or requests.")
  List<Path> paths = new ArrayList<>();

  @Option(names = "--speed", paramLabel = "X", description = "So many times as fast as it was recorded. Default 1.")
  Double speed;

  @Option(names = "--keep", paramLabel = "SHARE", description = "Only so many of its invocations, like 1%%.")
  String keep;

  @Option(names = "--from", paramLabel = "TIME", description = "Begin so far into the trace.")
  String from;

  @Option(names = "--for", paramLabel = "TIME", description = "So much of the trace, in its own time.")
  String length;

  @Option(names = "--bad-rows", paramLabel = "skip|refuse", description = "What to do with rows that cannot be read. Default refuse.")
  String badRows = "refuse";

  boolean given() {
    return !paths.isEmpty();
  }

  boolean skips() throws InvalidValue {
    if (!badRows.equals("skip") && !badRows.equals("refuse")) {
      throw new InvalidValue("--bad-rows " + badRows + " is not allowed; it is skip or refuse");
    }
    return badRows.equals("skip");
  }

  Replay replay(long seed) throws InvalidValue {
    Replay whole = Replay.WHOLE;
    try {
      Replay window = whole.withWindow(from == null ? whole.from() : Quantities.time(from), length == null ? whole.length() : Quantities.someTime(length));
      return window.withSpeed(speed == null ? 1 : speed).withKeep(keep == null ? 1 : Quantities.share(keep)).withSeed(seed);
    } catch (IllegalArgumentException e) {
      throw new InvalidValue(e.getMessage());
    }
  }
}
