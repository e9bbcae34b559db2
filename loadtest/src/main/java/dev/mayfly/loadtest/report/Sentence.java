package dev.mayfly.loadtest.report;

import dev.mayfly.loadtest.compare.Comparison;
import dev.mayfly.loadtest.compare.Ratio;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Times;
import dev.mayfly.loadtest.measure.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run came to, in a sentence or two: what one reads if one reads nothing else. */
public final class Sentence {
  private Sentence() {}

  public static String of(Report report) {
    return headline(report) + (rest(report).isEmpty() ? "" : " " + rest(report));
  }

  /** The figures, and whether to believe them. */
  static String headline(Report report) {
    return (report.results().size() > 1 && report.comparison().isPresent() ? compared(report.comparison().get()) : figures(report)) + "; "
        + generator(report.results()) + ".";
  }

  /** Empty, or what else there is to say. */
  static String rest(Report report) {
    List<String> parts = new ArrayList<>();
    if (report.results().stream().anyMatch(Result::interrupted)) {
      parts.add("It was broken off: this is what was measured until then");
    }
    long missed = report.verdicts().stream().filter(verdict -> !verdict.kept()).count();
    if (!report.verdicts().isEmpty()) {
      parts.add(missed == 0 ? "All thresholds held" : missed + " of " + report.verdicts().size() + " thresholds were missed ("
          + String.join(", ", report.verdicts().stream().filter(verdict -> !verdict.kept()).map(Verdict::threshold).toList()) + ")");
    }
    return parts.isEmpty() ? "" : String.join(". ", parts) + ".";
  }

  private static String figures(Report report) {
    List<Track> tracks = Track.of(report);
    Times times = Track.times(tracks, dev.mayfly.loadtest.measure.Start.values());
    long good = times.count();
    long failed = tracks.stream().mapToLong(Track::failed).sum();
    if (good == 0) {
      return failed == 0 ? "No answer was counted" : "Nothing but errors: " + Quantity.count(failed);
    }
    double seconds = report.results().stream().mapToLong(Result::countedNanos).sum() / 1e9;
    return (seconds > 0 ? Quantity.count(good / seconds) + "/s" : Quantity.count(good) + " answers") + ", p50 " + Quantity.time(times.response().getValueAtPercentile(50)) + ", p99 "
        + Quantity.time(times.response().getValueAtPercentile(99)) + ", " + errors(good, failed);
  }

  private static String errors(long good, long failed) {
    return failed == 0 ? "no errors" : Quantity.count(failed) + (failed == 1 ? " error (" : " errors (") + Quantity.share(failed / (double) (good + failed)) + ")";
  }

  private static String compared(Comparison comparison) {
    List<String> parts = comparison.lines().stream().filter(line -> line.figure() == Comparison.Figure.P50).map(Sentence::compared).toList();
    return parts.isEmpty() ? "Nothing to compare with " + comparison.baseline() : "By p50 against " + comparison.baseline() + ": " + String.join(", ", parts);
  }

  private static String compared(Comparison.Line line) {
    Ratio ratio = line.ratio();
    return line.target() + switch (ratio.says()) {
      case NOTHING -> " cannot be told";
      case NO_DIFFERENCE -> " shows no difference";
      default -> String.format(Locale.ROOT, " takes %s times as long (%s to %s)", Quantity.digits(ratio.estimate()), Quantity.digits(ratio.low()), Quantity.digits(ratio.high()));
    };
  }

  private static String generator(List<Result> results) {
    List<Result> spoiled = results.stream().filter(result -> result.sender().spoiled()).toList();
    if (spoiled.isEmpty()) {
      return "the generator kept up";
    }
    long planned = spoiled.stream().mapToLong(result -> result.sender().planned()).sum();
    long late = spoiled.stream().mapToLong(result -> result.sender().late()).sum();
    long unsent = spoiled.stream().mapToLong(result -> result.sender().unsent()).sum();
    return "the generator did not keep up: of " + Quantity.count(planned) + " requests it sent " + Quantity.count(late) + " late"
        + (unsent > 0 ? " and " + Quantity.count(unsent) + " not at all" : "");
  }
}
