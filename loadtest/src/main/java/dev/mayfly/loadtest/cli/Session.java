package dev.mayfly.loadtest.cli;

import dev.mayfly.loadtest.compare.Against;
import dev.mayfly.loadtest.compare.Comparer;
import dev.mayfly.loadtest.compare.Comparison;
import dev.mayfly.loadtest.measure.Judge;
import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Verdict;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.report.Environment;
import dev.mayfly.loadtest.report.HlogWriter;
import dev.mayfly.loadtest.report.Html;
import dev.mayfly.loadtest.report.Json;
import dev.mayfly.loadtest.report.PoolWatch;
import dev.mayfly.loadtest.report.Report;
import dev.mayfly.loadtest.send.NettyRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One run or comparison and its reports. A signal that ends the JVM ends the run instead, and the reports of what was measured are written before
 * the JVM goes.
 */
final class Session implements AutoCloseable {
  private static final long LAST_SECONDS = 20;

  private final Plan plan;
  private final List<String> arguments;
  private final OutputOptions output;
  private final PrintWriter out;
  private final PrintWriter err;
  private final NettyRunner runner = new NettyRunner();
  private final CountDownLatch written = new CountDownLatch(1);
  private final Thread hook = Thread.ofPlatform().unstarted(this::signalled);

  Session(Plan plan, List<String> arguments, OutputOptions output, PrintWriter out, PrintWriter err) {
    this.plan = plan;
    this.arguments = arguments;
    this.output = output;
    this.out = out;
    this.err = err;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void signalled() {
    runner.stop();
    try {
      if (!written.await(LAST_SECONDS, TimeUnit.SECONDS)) {
        err.println("mayfly load: the report could not be written in " + LAST_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** @return the exit status */
  int run() throws IOException, InterruptedException {
    // What is compared with is read first: a mistake in it shows before the run, not after.
    Optional<Report> earlier = output.against == null ? Optional.empty() : Optional.of(Json.read(output.against));
    List<Result> results;
    Optional<Comparison> comparison;
    try (PoolWatch pools = new PoolWatch(plan.targets()); HlogWriter hlog = output.hlog == null ? null : new HlogWriter(output.hlog)) {
      List<Listener> listeners = new ArrayList<>();
      if (!output.quiet) {
        listeners.add(new Progress(err));
      }
      if (hlog != null) {
        listeners.add(hlog);
      }
      if (output.compare) {
        Comparer.Outcome outcome = new Comparer(runner).compare(plan, output.rounds, Listener.all(listeners));
        results = outcome.results();
        comparison = Optional.of(outcome.comparison());
      } else {
        results = List.of(runner.run(plan, Listener.all(listeners)));
        comparison = earlier.map(old -> Against.of(old.results(), results));
      }
      List<Verdict> verdicts = results.stream().flatMap(r -> Judge.verdicts(plan.thresholds(), r).stream()).toList();
      Environment environment = Environment.here(Path.of(System.getProperty("mayfly.home", ".")));
      write(new Report(plan.title(), arguments, environment, results, verdicts, comparison, pools.samples()));
      return verdicts.stream().allMatch(Verdict::kept) && results.stream().anyMatch(r -> r.good() > 0) ? 0 : 1;
    }
  }

  private void write(Report report) throws IOException {
    out.print(new EndTable(report).text());
    out.flush();
    if (output.json != null) {
      Json.write(report, output.json);
    }
    if (output.html != null) {
      Html.write(report, output.html);
    }
  }

  @Override
  public void close() {
    written.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The JVM is going already: the hook waits for the latch.
    }
  }
}
