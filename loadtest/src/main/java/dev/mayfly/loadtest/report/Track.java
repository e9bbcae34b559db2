package dev.mayfly.loadtest.report;

import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Second;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Start;
import dev.mayfly.loadtest.measure.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One target's part of one result: a row of the table and a line of the charts.
 *
 * @param nanos how long the result's counted phases sent
 */
record Track(String name, long nanos, List<Series> series, List<Second> seconds) {
  /** Of all results, in their order; a target without a name of its own result keeps the target's. */
  static List<Track> of(Report report) {
    List<Track> tracks = new ArrayList<>();
    for (Result result : report.results()) {
      List<String> targets = Stream.concat(result.series().stream().map(Series::target), result.seconds().stream().map(Second::target)).distinct().toList();
      for (String target : targets) {
        String name = report.results().size() > 1 && targets.size() == 1 ? result.title() : target;
        tracks.add(new Track(name, result.countedNanos(), result.series().stream().filter(s -> s.target().equals(target)).toList(),
            result.seconds().stream().filter(s -> s.target().equals(target)).toList()));
      }
    }
    return tracks;
  }

  /** Tracks all together. */
  static Times times(List<Track> tracks, Start... starts) {
    Times sum = Times.empty();
    tracks.forEach(track -> track.series.forEach(s -> Stream.of(starts).map(s::of).forEach(sum::add)));
    return sum;
  }

  Times times(Start... starts) {
    return times(List.of(this), starts);
  }

  Times all() {
    return times(Start.values());
  }

  long good() {
    return series.stream().mapToLong(Series::good).sum();
  }

  long failed() {
    return series.stream().mapToLong(Series::failed).sum();
  }

  /** Good answers a second; 0 if there was no counted time. */
  double rate() {
    return nanos > 0 ? good() / (nanos / 1e9) : 0;
  }
}
