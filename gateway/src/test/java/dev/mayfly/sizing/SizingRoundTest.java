package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SizingRoundTest {
  private final FakePool busy = new FakePool("busy", 64);
  private final FakePool quiet = new FakePool("quiet", 64);
  private long now = 1;
  private SizingRound round = round(1L << 40);

  private SizingRound round(long memory) {
    return new SizingRound(List.of(busy, quiet), List.of(), memory, Optional.empty(), () -> now);
  }

  private void second() {
    now += 1000;
    round.run(now);
  }

  @Test
  void aFunctionInUseIsSizedAndOneThatIsNotCostsNothing() {
    for (int i = 0; i < 60; i++) {
      busy.serve(100, 5);
      second();
    }
    assertThat(busy.kept).isBetween(15, 19);
    assertThat(quiet.kept).isZero();
    assertThat(quiet.told).as("told once").isEqualTo(1);
  }

  @Test
  void aFunctionThatIsNoLongerUsedComesToNothing() {
    for (int i = 0; i < 60; i++) {
      busy.serve(100, 5);
      second();
    }
    for (int i = 0; i < 31; i++) {
      second();
    }
    assertThat(busy.kept).isZero();
  }

  @Test
  void memoryThatDoesNotSufficeGoesWhereItAvoidsMost() {
    busy.heldBytes = 1 << 20;
    quiet.heldBytes = 1 << 20;
    round = round(10 << 20);
    for (int i = 0; i < 60; i++) {
      busy.serve(100, 10);
      quiet.serve(1, 0.1);
      second();
    }
    assertThat(busy.kept + quiet.kept).isEqualTo(8);
    assertThat(busy.kept).isGreaterThanOrEqualTo(7);
    assertThat(round.view("busy", now).orElseThrow().explanation()).anyMatch(line -> line.contains("avoids more cold starts elsewhere"));
  }

  @Test
  void machinesThatABurstWantedAreHeldHereForTheNext() {
    for (int burst = 0; burst < 10; burst++) {
      busy.serve(5, 1, 5);
      second();
      now += 8_000;
      second();
    }
    assertThat(busy.kept).isEqualTo(5);
    assertThat(round.view("busy", now).orElseThrow().explanation()).anyMatch(line -> line.startsWith("  bursts    here 5 are held, of which the last was wanted"));
  }

  @Test
  void theExplanationHasTheAnswerAndWhy() {
    for (int i = 0; i < 60; i++) {
      busy.serve(100, 5);
      second();
    }
    List<String> lines = round.view("busy", now).orElseThrow().explanation();
    assertThat(lines.getFirst()).startsWith("busy: keeps " + busy.kept + " machines");
    assertThat(String.join("\n", lines)).contains("this gateway, 100 requests/s in the last seconds").contains("Erlang-B").contains("avoids a cold start in 12.5 min");
    assertThat(round.view("nobody", now)).isEmpty();
  }
}
