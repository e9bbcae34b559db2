package dev.mayfly.loadtest.cli;

import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.scenario.InvalidValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What becomes of the figures. */
final class OutputOptions {
  @Option(names = "--html", paramLabel = "FILE", description = "Write a page with pictures, whole in itself.")
  Path html;

  @Option(names = "--json", paramLabel = "FILE", description = "Write everything as JSON.")
  Path json;

  @Option(names = "--hlog", paramLabel = "FILE", description = "Write each second's histograms, as HdrHistogram's tools read them.")
  Path hlog;

  @Option(names = "--compare", description = "Run the targets in turn instead of together, several rounds, and say how they compare with the first.")
  boolean compare;

  @Option(names = "--rounds", paramLabel = "N", description = "With --compare. Default 5.")
  int rounds = 5;

  @Option(names = "--against", paramLabel = "OLD.json", description = "Compare with an earlier run, written by --json.")
  Path against;

  @Option(names = {"-q", "--quiet"}, description = "No progress lines.")
  boolean quiet;

  /** Before anything is sent: what could not be written after an hour. */
  void check(Plan plan) throws InvalidValue {
    if (compare && plan.targets().size() < 2) {
      throw new InvalidValue("--compare needs at least two URLs");
    }
    if (rounds < 1 || rounds > 1000) {
      throw new InvalidValue("--rounds " + rounds + " is out of range; from 1 to 1000 are allowed");
    }
    if (against != null && !Files.isReadable(against)) {
      throw new InvalidValue("--against " + against + ": no such file, or it may not be read");
    }
    Optional<Path> lost = Stream.of(Optional.ofNullable(html), Optional.ofNullable(json), Optional.ofNullable(hlog)).flatMap(Optional::stream)
        .filter(f -> f.toAbsolutePath().getParent() != null && !Files.isWritable(f.toAbsolutePath().getParent())).findFirst();
    if (lost.isPresent()) {
      throw new InvalidValue(lost.get() + " cannot be written: there is no such folder, or nothing may be written there");
    }
  }
}
