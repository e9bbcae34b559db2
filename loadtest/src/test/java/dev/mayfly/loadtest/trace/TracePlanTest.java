package dev.mayfly.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.loadtest.plan.Schedule;
import dev.mayfly.trace.Replay;
import dev.mayfly.trace.TraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracePlanTest {
  private static final String HEADER = "app,func,end_timestamp,duration\n";
  private static final Path SHIPPED = Path.of(System.getProperty("mayfly.home", ".."), "loadtest", "traces");
  @TempDir Path folder;

  private TracePlan read(String rows, int calls, boolean skip) throws IOException {
    return TracePlan.read(List.of(Files.writeString(folder.resolve("t.csv"), HEADER + rows)), Replay.WHOLE, calls, skip);
  }

  private static List<String> all(Schedule schedule) {
    List<String> all = new ArrayList<>();
    while (schedule.next()) {
      all.add(schedule.dueNanos() + ":" + schedule.call());
    }
    return all;
  }

  @Test
  void theBusiestFunctionIsTheFirstCallAndTheOthersFollowInTurn() throws IOException {
    try (TracePlan plan = read("a,rare,1,0\na,busy,2,0\na,busy,3,0\na,busy,4,0\na,some,5,0\na,some,6,0\n", 2, false)) {
      assertThat(all(plan.schedule().get())).containsExactly("1000000000:0", "2000000000:0", "3000000000:0", "4000000000:0", "5000000000:1", "6000000000:1");
      assertThat(plan.arrivals()).isEqualTo(6);
      assertThat(plan.duration().toNanos()).isEqualTo(6_000_000_001L);
      assertThat(plan.summary()).isEqualTo("trace: 6 invocations of 3 functions in 6.0 s, 1.0/s in the mean");
    }
  }

  @Test
  void everyScheduleIsTheSame() throws IOException {
    try (TracePlan plan = TracePlan.read(List.of(SHIPPED.resolve("2019")), Replay.WHOLE.withSpeed(1440), 3, false)) {
      List<String> once = all(plan.schedule().get());
      assertThat(once).hasSize((int) plan.arrivals()).isEqualTo(all(plan.schedule().get())).hasSizeGreaterThan(90_000);
      assertThat(plan.duration()).isLessThan(java.time.Duration.ofMinutes(1)).isGreaterThan(java.time.Duration.ofSeconds(59));
      assertThat(once.stream().map(at -> at.substring(at.indexOf(':') + 1)).distinct()).containsExactlyInAnyOrder("0", "1", "2");
    }
  }

  @Test
  void skippedRowsAreNamedInTheSummary() throws IOException {
    try (TracePlan plan = read("a,f,1,0\n" + "a,f,one,0\n".repeat(22), 1, true)) {
      assertThat(plan.summary()).contains("22 bad rows were skipped:\n  t.csv:3: field 3 (end_timestamp) is 'one'").endsWith("\n  and 2 more");
    }
  }

  @Test
  void aBadRowIsRefusedBeforeAnythingIsSent() {
    assertThatThrownBy(() -> read("a,f,1,0\na,f,one,0\n", 1, false)).isInstanceOf(TraceException.class).hasMessageContaining("t.csv:3");
  }

  @Test
  void aTraceWithoutInvocationsHasNoArrivals() throws IOException {
    try (TracePlan plan = read("", 1, false)) {
      assertThat(plan.schedule().get().next()).isFalse();
      assertThat(plan.summary()).startsWith("trace: 0 invocations of 0 functions");
      plan.close();
    }
  }
}
