package dev.mayfly.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExpositionTest {
  @Test
  void machinesAreSummedOverFunctionsByTheirState() {
    PoolSample sample = Exposition.pool("""
        # HELP mayfly_machines Machines
        # TYPE mayfly_machines gauge
        mayfly_machines{function="a",state="warm"} 3.0
        mayfly_machines{function="b",state="warm"} 2.0
        mayfly_machines{function="a",state="busy"} 1.0
        mayfly_machines{function="a",state="restoring"} 4.0
        mayfly_machines{function="x,state=\\"busy",state="resetting"} 5.0
        mayfly_queued_requests{function="a"} 7.0
        mayfly_shells_ready 8.0
        jvm_threads 3
        """, Results.BEGUN, "t");
    assertThat(sample).isEqualTo(new PoolSample(Results.BEGUN, "t", 5, 1, 4, 5, 7, 8));
  }

  @Test
  void whatIsNotANumberCountsAsNothing() {
    assertThat(Exposition.pool("mayfly_shells_ready NaN\nmayfly_shells_ready 1e\nmayfly_machines{state=\"warm\"} +Inf\nmayfly_machines", Results.BEGUN, "t"))
        .isEqualTo(new PoolSample(Results.BEGUN, "t", 0, 0, 0, 0, 0, 0));
  }
}
