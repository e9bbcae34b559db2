package dev.mayfly.loadtest.report;

import dev.mayfly.loadtest.measure.Percentiles;
import dev.mayfly.loadtest.measure.Second;
import dev.mayfly.loadtest.measure.Start;
import dev.mayfly.loadtest.measure.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** Which chart is drawn of what. Any thread. */
final class Charts {
  /** Colours there are. */
  static final int MOST_LINES = 6;
  /** Lines of a percentile's plot: points for each factor of ten. */
  private static final int POINTS = 24;

  private Charts() {}

  static Chart byPercentile(List<Track> tracks) {
    List<Chart.Line> lines = new ArrayList<>();
    for (int i = 0; i < tracks.size(); i++) {
      Times times = tracks.get(i).all();
      String name = tracks.size() == 1 ? "" : tracks.get(i).name() + ", ";
      lines.add(new Chart.Line(name + "response", "c" + i, false, curve(times.response())));
      if (!times.response().equals(times.service())) {
        lines.add(new Chart.Line(name + "service", tracks.size() == 1 ? "c1" : "c" + i, true, curve(times.service())));
      }
    }
    return percentiles("Latency by percentile", lines);
  }

  static Chart coldAgainstWarm(List<Track> tracks) {
    List<Chart.Line> lines = new ArrayList<>();
    lines.add(new Chart.Line("cold", "c0", false, curve(Track.times(tracks, Start.COLD).response())));
    lines.add(new Chart.Line("warm", "c1", false, curve(Track.times(tracks, Start.WARM).response())));
    return percentiles("Latency by percentile, cold and warm", lines);
  }

  private static Chart percentiles(String what, List<Chart.Line> lines) {
    double longest = lines.stream().flatMap(line -> line.points().stream()).mapToDouble(point -> point[0]).max().orElse(100);
    return new Chart(what, "share of the answers that were at least as fast", Scale.percentiles(longest), "latency", times(lines), lines, List.of());
  }

  private static List<double[]> curve(Histogram histogram) {
    List<double[]> points = new ArrayList<>();
    long count = histogram.getTotalCount();
    for (int i = 0; count > 0; i++) {
      double rest = Math.min(count, Math.pow(10, i / (double) POINTS));
      points.add(new double[] {rest, Math.max(1, rest >= count ? histogram.getMaxValue() : histogram.getValueAtPercentile(100 * (1 - 1 / rest)))});
      if (rest >= count) {
        break;
      }
    }
    return points;
  }

  private static Scale times(List<Chart.Line> lines) {
    double[] values = lines.stream().flatMap(line -> line.points().stream()).mapToDouble(point -> point[1]).filter(y -> y > 0).toArray();
    double smallest = IntStream.range(0, values.length).mapToDouble(i -> values[i]).min().orElse(1e5);
    double largest = IntStream.range(0, values.length).mapToDouble(i -> values[i]).max().orElse(1e6);
    return Scale.logarithmic(smallest, Math.max(largest, smallest * 1.5), Quantity::time);
  }

  static Chart throughput(List<Track> tracks) {
    List<Chart.Line> lines = new ArrayList<>();
    for (int i = 0; i < tracks.size(); i++) {
      lines.add(new Chart.Line(tracks.size() == 1 ? "answered as expected" : tracks.get(i).name(), "c" + i, false, overTime(tracks.get(i), Second::good)));
    }
    if (tracks.stream().anyMatch(track -> track.seconds().stream().anyMatch(s -> s.failed() > 0))) {
      tracks.forEach(track -> lines.add(new Chart.Line(tracks.size() == 1 ? "errors" : track.name() + ", errors", "cbad", false, overTime(track, Second::failed))));
    }
    if (tracks.stream().anyMatch(track -> track.seconds().stream().anyMatch(s -> s.unsent() > 0))) {
      tracks.forEach(track -> lines.add(new Chart.Line(tracks.size() == 1 ? "not sent" : track.name() + ", not sent", "cbad", true, overTime(track, Second::unsent))));
    }
    double most = lines.stream().flatMap(line -> line.points().stream()).mapToDouble(point -> point[1]).filter(y -> !Double.isNaN(y)).max().orElse(1);
    return new Chart("Answers in each second", "time", seconds(end(tracks)), "a second", Scale.fromZero(most, 4, Quantity::digits), lines, warmUps(tracks));
  }

  static Chart percentilesOverTime(List<Track> tracks) {
    List<Chart.Line> lines = new ArrayList<>();
    for (int i = 0; i < tracks.size(); i++) {
      Track track = tracks.get(i);
      if (tracks.size() == 1) {
        lines.add(new Chart.Line("p50", "c0", false, overTime(track, s -> some(s, Percentiles::p50))));
        lines.add(new Chart.Line("p90", "c2", false, overTime(track, s -> some(s, Percentiles::p90))));
        lines.add(new Chart.Line("p99", "c1", false, overTime(track, s -> some(s, Percentiles::p99))));
        lines.add(new Chart.Line("longest", "c3", true, overTime(track, s -> some(s, Percentiles::max))));
      } else {
        lines.add(new Chart.Line(track.name() + ", p50", "c" + i, false, overTime(track, s -> some(s, Percentiles::p50))));
        lines.add(new Chart.Line(track.name() + ", p99", "c" + i, true, overTime(track, s -> some(s, Percentiles::p99))));
      }
    }
    return new Chart("Response time in each second", "time", seconds(end(tracks)), "response time", times(lines), lines, warmUps(tracks));
  }

  private static double some(Second second, ToDoubleFunction<Percentiles> of) {
    return second.response().count() == 0 ? Double.NaN : Math.max(1, of.applyAsDouble(second.response()));
  }

  private static List<double[]> overTime(Track track, ToDoubleFunction<Second> value) {
    List<double[]> points = new ArrayList<>();
    int next = 0;
    for (Second second : track.seconds()) {
      if (second.index() > next && next > 0) {
        points.add(new double[] {next + 0.5, Double.NaN});
      }
      points.add(new double[] {second.index() + 0.5, value.applyAsDouble(second)});
      next = second.index() + 1;
    }
    return points;
  }

  private static double end(List<Track> tracks) {
    return tracks.stream().flatMap(track -> track.seconds().stream()).mapToInt(Second::index).max().orElse(0) + 1.0;
  }

  private static Scale seconds(double end) {
    return end > 600 ? minutes(end) : Scale.until(end, 8, seconds -> Quantity.digits(seconds) + " s");
  }

  private static Scale minutes(double end) {
    Scale scale = Scale.until(end / 60, 8, minutes -> Quantity.digits(minutes) + " min");
    return new Scale(0, end, false, scale.ticks().stream().map(tick -> new Scale.Tick(tick.value() * 60, tick.label())).toList());
  }

  /** Only where all tracks warm up together: in a comparison each has its own. */
  private static List<double[]> warmUps(List<Track> tracks) {
    List<double[]> bands = new ArrayList<>();
    for (Second second : tracks.isEmpty() ? List.<Second>of() : tracks.getFirst().seconds()) {
      if (!second.counted() && !bands.isEmpty() && bands.getLast()[1] == second.index()) {
        bands.getLast()[1]++;
      } else if (!second.counted()) {
        bands.add(new double[] {second.index(), second.index() + 1.0});
      }
    }
    return bands;
  }

  /** @param samples of one target */
  static Chart pools(List<PoolSample> samples, Instant begun) {
    List<Chart.Line> lines = new ArrayList<>(List.of(
        pool("warm, waiting", "c1", false, samples, begun, PoolSample::warm),
        pool("busy", "c0", false, samples, begun, PoolSample::busy),
        pool("being made or put back", "c2", false, samples, begun, sample -> sample.restoring() + sample.resetting()),
        pool("shells, ready to become machines", "c4", true, samples, begun, PoolSample::shells)));
    if (samples.stream().anyMatch(sample -> sample.queued() > 0)) {
      lines.add(pool("requests in the queue", "cbad", true, samples, begun, PoolSample::queued));
    }
    double end = lines.getFirst().points().stream().mapToDouble(point -> point[0]).max().orElse(1);
    double most = lines.stream().flatMap(line -> line.points().stream()).mapToDouble(point -> point[1]).max().orElse(1);
    return new Chart("Machines over time", "time", seconds(Math.max(1, end)), "machines", Scale.fromZero(most, 4, Quantity::digits), lines, List.of());
  }

  private static Chart.Line pool(String name, String style, boolean dashed, List<PoolSample> samples, Instant begun, ToDoubleFunction<PoolSample> value) {
    return new Chart.Line(name, style, dashed, samples.stream().map(sample ->
        new double[] {Math.max(0, Duration.between(begun, sample.at()).toMillis() / 1000.0), value.applyAsDouble(sample)}).toList());
  }
}
