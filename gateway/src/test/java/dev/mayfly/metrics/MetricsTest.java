package dev.mayfly.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.function.Progress;
import dev.mayfly.pool.Result;
import dev.mayfly.pool.Stats;
import dev.mayfly.traffic.SharedTraffic;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Isolation;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void everyNameOfTheListIsShownAsItIsWritten() throws IllegalAccessException {
    metrics.isolation(Isolation.PROCESS);
    metrics.unrouted(404);
    metrics.shells(() -> new Engine.Shells(1, 2, 3));
    metrics.images(() -> 1);
    metrics.connections(() -> 1, 2, () -> 3);
    metrics.dirtied("f", () -> 1);
    metrics.memoryRefused("f", () -> 1);
    metrics.target("f", () -> 1);
    metrics.memory(() -> 1, 2);
    metrics.memory("f", () -> 1);
    metrics.traffic(() -> new SharedTraffic.Status(true, 3, "", 1, 2, 3));
    metrics.pool("f", () -> new Stats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, true));
    FunctionMeters meters = metrics.function("f");
    meters.started(true, new Result.Timings(1, 2, 3));
    meters.answered(200, 1);
    meters.refused("queue_full");
    meters.failed("trapped");
    metrics.timed((Engine) null);
    metrics.timed(Progress.SILENT).at("f", Progress.Stage.DEPLOYED, 1, 1);
    for (Field name : Arrays.stream(MetricNames.class.getFields()).filter(f -> f.getType() == String.class).toList()) {
      assertThat(metrics.text()).as(name.getName()).contains("# TYPE " + name.get(null) + " ").containsPattern("# HELP " + name.get(null) + " \\S");
    }
  }

  @Test
  void startsAreCountedByKind() {
    FunctionMeters meters = metrics.function("f");
    meters.started(true, new Result.Timings(0, 1_000_000, 0));
    meters.started(false, new Result.Timings(0, 0, 2_000_000));
    meters.started(false, new Result.Timings(0, 0, 0));
    assertThat(metrics.text())
        .contains("mayfly_starts_total{function=\"f\",start=\"cold\"} 1.0")
        .contains("mayfly_starts_total{function=\"f\",start=\"warm\"} 2.0")
        .contains("mayfly_restore_seconds_count{function=\"f\"} 1")
        .contains("mayfly_run_seconds_sum{function=\"f\"} 0.002");
  }

  @Test
  void machinesAreReadWhenTheyAreAskedFor() {
    int[] busy = {0};
    metrics.pool("f", () -> new Stats(0, busy[0], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false));
    busy[0] = 7;
    assertThat(metrics.text()).contains("mayfly_machines{function=\"f\",state=\"busy\"} 7.0");
  }

  @Test
  void aCounterOutlivesACollection() {
    metrics.images(() -> 7);
    WeakReference<Object> collected = new WeakReference<>(new Object());
    while (collected.get() != null) {
      System.gc();
    }
    assertThat(metrics.text()).contains("mayfly_image_loads_total 7.0");
  }

  @Test
  void theIsolationInForceIsALabel() {
    metrics.isolation(Isolation.KVM);
    assertThat(metrics.text()).contains("mayfly_isolation{isolation=\"kvm\"} 1.0");
  }

  @Test
  void aFunctionHasOneSetOfMeters() {
    assertThat(metrics.function("f")).isSameAs(metrics.function("f"));
  }
}
