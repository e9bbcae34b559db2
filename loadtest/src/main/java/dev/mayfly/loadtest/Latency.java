package dev.mayfly.loadtest;

import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Start;
import dev.mayfly.loadtest.plan.Arrivals;
import dev.mayfly.loadtest.plan.Call;
import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.plan.Mix;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Phase;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Schedule;
import dev.mayfly.loadtest.plan.Target;
import dev.mayfly.loadtest.send.NettyRunner;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** One user of a gateway, who sends one request after the other: how long a good answer takes, in nanoseconds. One thread. */
public final class Latency {
  /** Longer than any number of requests here takes: what ends a phase is their number. */
  private static final Duration LONG = Duration.ofMinutes(30);

  private final NettyRunner runner = new NettyRunner();

  /** Half as many before are not counted: the JVMs' compilers are at work then. Only those that met a warm machine count. */
  public Histogram warm(GatewayProcess gateway, String function, String path, int samples) throws IOException, InterruptedException {
    return measure(gateway, function, path, samples / 2, samples, Duration.ZERO, Start.WARM);
  }

  /**
   * The function's machines are dropped before each request. A twentieth as many before are not counted.
   *
   * @param pause between dropping and the request, as there would be between real ones: shells are made off the request's path
   */
  public Histogram cold(GatewayProcess gateway, String function, String path, int samples, Duration pause) throws IOException, InterruptedException {
    Histogram nanos = measure(gateway, function, path, samples / 20, samples, pause, Start.COLD);
    if (nanos.getTotalCount() < samples) {
      throw new IOException("of " + samples + " requests whose machines were dropped before, only " + nanos.getTotalCount() + " to " + function + " started cold");
    }
    return nanos;
  }

  /** With a pause before each. A tenth as many before are not counted. */
  public Histogram paced(GatewayProcess gateway, String function, String path, int samples, Duration pause) throws IOException, InterruptedException {
    return measure(gateway, function, path, samples / 10, samples, pause, Start.WARM);
  }

  private Histogram measure(GatewayProcess gateway, String function, String path, int before, int samples, Duration pause, Start start)
      throws IOException, InterruptedException {
    boolean evict = start == Start.COLD;
    Call call = new Call(function, 0, Optional.of(function), "GET", path, List.of(), new byte[0], Expectation.SUCCESS);
    Target target = new Target("gateway", local(gateway.port()), Optional.of(local(gateway.adminPort())));
    Result result = runner.run(new Plan(function, List.of(target), List.of(call), List.of(
        new Phase("before", false, LONG, false, new Model.Closed(1, pause, evict, () -> times(before))),
        new Phase("counted", true, LONG, false, new Model.Closed(1, pause, evict, () -> times(samples)))), Limits.DEFAULT, List.of()), _ -> { });
    Series series = result.series().getFirst();
    if (series.failed() > 0) {
      throw new IOException(path + " failed " + series.failed() + " times: " + series.failures());
    }
    return series.of(start).service();
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  private static Schedule times(int requests) {
    return Mix.even(List.of(0)).schedule(new Arrivals() {
      private int left = requests;

      @Override
      public long next() {
        return left-- > 0 ? 0 : END;
      }
    });
  }
}
