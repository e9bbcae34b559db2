package dev.mayfly.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.function.Progress.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeployTimesTest {
  private final AtomicLong clock = new AtomicLong(1000);
  private final List<String> took = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private final TimedDeploys deploys = new TimedDeploys((function, stage, done, total) -> heard.add(function + " " + stage + " " + done + "/" + total), clock::get,
      (function, nanos) -> took.add(function + " " + nanos));

  @Test
  void aDeployLastsFromItsFirstStageToItsLast() {
    deploys.at("a", Stage.COMPILING, 0, 1);
    clock.addAndGet(70);
    deploys.at("a", Stage.BOOTING, 0, 1);
    clock.addAndGet(5);
    deploys.at("a", Stage.DEPLOYED, 1, 1);
    assertThat(took).containsExactly("a 75");
    assertThat(heard).containsExactly("a COMPILING 0/1", "a BOOTING 0/1", "a DEPLOYED 1/1");
  }

  @Test
  void functionsAreTimedApartAndEachTimeAnew() {
    deploys.at("a", Stage.COMPILING, 0, 1);
    clock.addAndGet(10);
    deploys.at("b", Stage.COMPILING, 0, 1);
    clock.addAndGet(10);
    deploys.at("a", Stage.DEPLOYED, 1, 1);
    deploys.at("b", Stage.DEPLOYED, 1, 1);
    clock.addAndGet(10);
    deploys.at("a", Stage.BOOTING, 0, 1);
    clock.addAndGet(1);
    deploys.at("a", Stage.DEPLOYED, 1, 1);
    assertThat(took).containsExactly("a 20", "b 10", "a 1");
  }

  @Test
  void theLastDeployOfAFunctionIsAMetric() {
    Metrics metrics = new Metrics();
    metrics.timed((function, stage, done, total) -> {}).at("hello", Stage.DEPLOYED, 1, 1);
    assertThat(metrics.text()).contains("mayfly_deploy_seconds{function=\"hello\"} ");
  }
}
